"""The words for problem cases: reasons, outcomes, what happened, and what is best done next with the reason why."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Word = str | Promise

REASON: dict[str, Word] = {
    "failed_attempt": _("Delivery attempt failed"),
    "false_attempt": _("Doubtful delivery attempt"),
    "address": _("Address not found"),
    "customs": _("Held by customs"),
    "held": _("Held by the carrier"),
    "refused": _("Refused"),
    "returning": _("Coming back"),
    "damaged": _("Damaged"),
    "lost": _("Lost"),
    "stalled": _("No news for too long"),
    "not_received": _("Delivered, but not received"),
    "wrong_item": _("Wrong article"),
    "missing_item": _("Something is missing"),
    "other": _("Something else"),
}
OUTCOME: dict[str, Word] = {
    "sent_again": _("Sent again"),
    "refunded": _("Money refunded"),
    "explained": _("Answered and explained"),
    "delivered": _("Delivered after all"),
    "found": _("It has turned up"),
    "pickup": _("Ready for pickup"),
    "moving": _("On its way again"),
    "returned": _("Came back"),
    "carrier_paid": _("The carrier paid"),
    "nothing_to_do": _("Nothing to do"),
}
ENTRY: dict[str, Word] = {
    "opened": _("Opened"),
    "happened_again": _("It happened again"),
    "reopened": _("Opened again"),
    "answered": _("The shopper chose"),
    "at_home": _("The shopper was asked whether they were at home"),
    "note": _("Note"),
    "replied": _("Answer to the shopper"),
    "assigned": _("Assigned"),
    "handed_over": _("Put into a file for the carrier"),
    "resolved": _("Resolved"),
}
ENTRY_ICON: Mapping[str, str] = {
    "opened": "alert",
    "happened_again": "alert",
    "reopened": "alert",
    "answered": "chat",
    "at_home": "house",
    "note": "book",
    "replied": "send",
    "assigned": "person",
    "handed_over": "van",
    "resolved": "check",
}
ACTOR: dict[str, Word] = {
    "product": _("noticed by us"),
    "carrier": _("from the carrier"),
    "shopper": _("from the shopper"),
    "team": _("team"),
    "api": _("by API"),
}
CHOICE: dict[str, Word] = {
    "new_date": _("Deliver on another day"),
    "new_address": _("Deliver to another address"),
    "pickup": _("Pick up from a parcel shop"),
    "call_me": _("Wants to be called"),
    "refuse": _("Does not want it any more"),
}
# What to do, and why.
SUGGESTION: dict[str, tuple[Word, Word]] = {
    "wait_for_shopper": (
        _("Wait for the shopper's answer"),
        _("Their tracking page asks what to do. Until then the carrier usually tries again by itself."),
    ),
    "pass_on_answer": (
        _("Tell the carrier what the shopper wants"),
        _("They have chosen on their tracking page; the carrier does not know it yet."),
    ),
    "call_shopper": (
        _("Call the shopper"),
        _("They asked for it, or the carrier does not try again by itself and the parcel would come back."),
    ),
    "ask_for_address": (
        _("Find out the right address"),
        _("The carrier cannot deliver before it is right. The tracking page asks for it too."),
    ),
    "send_customs_papers": (
        _("Send the carrier the customs papers"),
        _("A parcel is mostly held because an invoice or a declaration is missing."),
    ),
    "ask_carrier": (_("Ask the carrier"), _("It should have moved by now, and they do not say why it has not.")),
    "start_inquiry": (
        _("Start an inquiry with the carrier"),
        _("They say it was delivered. They have to prove it with a signature, a photo or a place."),
    ),
    "send_again_or_refund": (
        _("Send it again or refund the money"),
        _("This parcel will not reach the shopper any more as it should."),
    ),
    "refund_when_back": (
        _("Refund the money when it is back"),
        _("The shopper did not take it. If that was a mistake, they can say so."),
    ),
    "complain_to_carrier": (
        _("Complain to the carrier"),
        _("The shopper was at home. Put the case into the carrier's file, with what speaks against the attempt."),
    ),
    "send_right_item": (_("Send the right article"), _("The mistake was made in packing; the shopper waits for it.")),
    "send_missing_item": (_("Send what is missing"), _("The shopper has paid for it and waits.")),
    "reply": (_("Answer the shopper"), _("Only they know what it is about; your words stand on their tracking page.")),
    "wait_for_carrier": (_("Wait for the carrier"), _("They have been told everything that is known.")),
    "nothing": (_("Nothing"), _("The case is resolved.")),
}
