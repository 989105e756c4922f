"""Codes of webhooks in a merchant's words."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from postpurchase.dashboard.words import Word, in_words

STATE: dict[str, Word] = {
    "pending": _("Waiting"),
    "sending": _("Being sent"),
    "delivered": _("Delivered"),
    "failed": _("Given up"),
    "dropped": _("Dropped"),
}
TONE: Mapping[str, str] = {"delivered": "ok", "failed": "bad", "dropped": "warn", "sending": "info"}
DISABLED: dict[str, Word] = {
    "by_hand": _("Switched off by your team."),
    "gone": _("Switched off by us: the receiver answered that it is gone for good (410)."),
    "failing": _("Switched off by us: for seven days every delivery failed."),
}
# Why an attempt failed or a delivery ended.
REASON: dict[str, Word] = {
    "connection_refused": _("The receiver refused the connection."),
    "connection_lost": _("The connection broke off before an answer came."),
    "timeout": _("No answer in time."),
    "tls_failed": _("The receiver's certificate is not valid."),
    "no_such_host": _("The host name could not be looked up."),
    "private_address": _("The address leads into a private network."),
    "not_https": _("The address does not begin with https://."),
    "port_not_allowed": _("Only the ports 443 and 8443 are called."),
    "bad_address": _("This is not an address that can be called."),
    "user_in_address": _("The address must not hold a user name or password."),
    "worker_lost": _("The worker ended in the middle of it; it is sent again."),
    "endpoint_by_hand": _("The webhook was switched off."),
    "endpoint_gone": _("The webhook was switched off."),
    "endpoint_failing": _("The webhook was switched off."),
    "switched_off": _("The webhook is switched off; switch it on first."),
    "too_small": _("The time range ends before it begins."),
    "too_long": _("The time range has at most 31 days."),
}
# What can be subscribed to with one tick.
CHOICES: tuple[tuple[str, Word], ...] = (
    ("*", _("Everything")),
    ("order.*", _("Orders")),
    ("shipment.*", _("Parcels")),
    ("customer.*", _("Customers")),
    ("message.*", _("Messages")),
    ("survey.*", _("Surveys")),
    ("points.*", _("Points")),
)


def why(code: str) -> str:
    """Return a sentence for a code; an unknown one is shown as it is, an empty one stays empty."""
    if code.startswith("status_"):
        return str(_("The receiver answered %(status)s.")) % {"status": code.removeprefix("status_")}
    if code.startswith("error_"):
        return str(_("An error of ours kept it from going out (%(detail)s).")) % {"detail": code.removeprefix("error_")}
    return in_words(REASON, code) if code else ""
