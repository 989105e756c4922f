"""What became of shops' deliveries, in a merchant's words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from postpurchase.connectors.models import InboundDelivery, InboundState
from postpurchase.dashboard.words import Word, in_words
from postpurchase.lib.validation import Problem

STATE: dict[str, Word] = {
    "stored": _("In hand"),
    "waiting": _("Waits for its order"),
    "processed": _("Processed"),
    "ignored": _("Nothing to do"),
    "failed": _("Failed"),
    "parked": _("Set aside"),
}
TONE: Mapping[str, str] = {"processed": "ok", "stored": "info", "waiting": "warn", "failed": "bad", "parked": "bad"}
KIND: dict[str, Word] = {"order": _("Order"), "customer": _("Customer"), "product": _("Article"), "parcel": _("Parcel")}
# Sentences that connectors and their services leave with a delivery or a connection. Others are shown as they are.
REASON: dict[str, Word] = {
    "What we have is newer.": _("What we have is newer."),
    "We never had this product.": _("We never had this product."),
    "We do not know this person.": _("We do not know this person."),
    "We had all of this news already.": _("We had all of this news already."),
    "It tells of nothing that happened to a parcel.": _("It tells of nothing that happened to a parcel."),
    "This is not about a parcel.": _("This is not about a parcel."),
    "It ended its worker three times. Nothing of it was stored.": _(
        "It ended its worker three times. Nothing of it was stored."
    ),
    "Its order never came.": _("Its order never came."),
    "The person in it was erased.": _("The person in it was erased."),
    "The shop cannot be reached.": _("The shop cannot be reached."),
    "There is no server under the shop's address.": _("There is no server under the shop's address."),
    "The server under the shop's address takes no connections.": _(
        "The server under the shop's address takes no connections."
    ),
    "The shop did not answer in time.": _("The shop did not answer in time."),
    "The shop's certificate is not valid.": _("The shop's certificate is not valid."),
    "The shop's answer is too large.": _("The shop's answer is too large."),
    "The shop's address is not on the public internet.": _("The shop's address is not on the public internet."),
    "The shop's address must begin with https://.": _("The shop's address must begin with https://."),
    "Something unexpected happened while asking the shop. We will try again.": _(
        "Something unexpected happened while asking the shop. We will try again."
    ),
    "The shop refuses these credentials, or they may not read orders.": _(
        "The shop refuses these credentials, or they may not read orders."
    ),
    "There is no such interface at the shop's address.": _("There is no such interface at the shop's address."),
    "The shop was asked too often.": _("The shop was asked too often."),
}
# Problems of the set-up form, by code.
PROBLEM: dict[str, Word] = {
    "not_https": _("The address must begin with https://."),
    "format": _("This is not the address of a shop."),
    "too_short": _("This is empty."),
}


def reason(sentence: str) -> str:
    """Return a reason in the reader's language, where we know it."""
    return in_words(REASON, sentence) if sentence else ""


def problem(found: Problem) -> str:
    """Return what is wrong with a field."""
    return str(PROBLEM.get(found.code, found.message))


def row_of(delivery: InboundDelivery) -> dict[str, object]:
    """Return a delivery as lists show it."""
    return {
        "delivery": delivery,
        "title": delivery.topic or delivery.delivery_id,
        "state": in_words(STATE, delivery.state),
        "tone": TONE.get(delivery.state, ""),
        "why": reason(delivery.reason),
        "waits_for": delivery.waits_for if delivery.state == InboundState.WAITING else "",
        "orders": sorted(one.external_id for one in delivery.references.all() if one.kind == "order"),
    }
