"""The words of the watch list: alarms, their reasons, and the fields of a merchant's patience."""

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from postpurchase.dashboard.templatetags.dashboard import moment
from tracking.models import AlarmKind

Word = str | Promise

KIND: Mapping[str, Word] = {
    AlarmKind.NOT_SENT: _("Paid, and no parcel yet"),
    AlarmKind.NOT_PICKED_UP: _("Not seen by the carrier"),
    AlarmKind.NO_NEWS: _("No scan for too long"),
    AlarmKind.DELAYED: _("Carrier says: late"),
    AlarmKind.PROMISE_AT_RISK: _("Promised day at risk"),
    AlarmKind.PROMISE_MISSED: _("Promised day missed"),
    AlarmKind.PICKUP_ENDING: _("Goes back soon"),
    AlarmKind.DELIVERY_DENIED: _("Shopper: it did not come"),
    AlarmKind.FALSE_ATTEMPT: _("Probably no delivery attempt"),
}
TONE: Mapping[str, str] = {
    AlarmKind.PROMISE_AT_RISK: "warn",
    AlarmKind.PICKUP_ENDING: "warn",
    AlarmKind.NOT_SENT: "warn",
    AlarmKind.DELIVERY_DENIED: "bad",
    AlarmKind.FALSE_ATTEMPT: "bad",
    AlarmKind.PROMISE_MISSED: "bad",
}
# What speaks against an attempt (``tracking/watching/false_attempts.py``).
SIGN: Mapping[str, Word] = {
    "at_home": _("the shopper was at home"),
    "no_ring": _("nobody rang"),
    "unusual_hour": _("scanned at an unusual hour"),
    "day_off": _("scanned on a Sunday or public holiday"),
    "same_minute": _("several in the same area within the same minute"),
    "same_minute_pair": _("two in the same area within the same minute"),
    "never_out": _("never in the van that day"),
    "at_the_shop_at_once": _("at the pick-up point within five minutes"),
}
# Label, help and unit of each number of a merchant's patience.
NUMBER: Mapping[str, tuple[Word, Word]] = {
    "not_sent_hours": (
        _("Hours until a paid order should be a parcel"),
        _("Hours of business days; nights count, weekends and holidays do not."),
    ),
    "not_picked_up_days": (
        _("Business days until the carrier should have seen an announced parcel"),
        _("Counted from the day it was announced."),
    ),
    "no_news_days_at_home": (
        _("Business days without a scan, within your country"),
        _("Public holidays at both ends of the way do not count."),
    ),
    "no_news_days_abroad": (
        _("Business days without a scan, to another country"),
        _("Customs and borders take their time."),
    ),
    "pickup_warning_days": (
        _("Days before a parcel goes back from a shop or locker"),
        _("The shopper is reminded then, too."),
    ),
    "expires_after_days": (
        _("Days without any news until a parcel counts as expired"),
        _("A later scan opens it again."),
    ),
}


def reason(detail: Mapping[str, Any]) -> str:
    """Return what an alarm's detail says, as half a sentence; empty where the kind says it all."""
    if signs := detail.get("signs"):
        said = ", ".join(str(SIGN.get(sign, sign)) for sign in signs)
        return f"{_moment(detail.get('attempted_at'))}: {said}" if detail.get("attempted_at") else said
    if latest := detail.get("latest"):
        return gettext("promised for %(day)s") % {"day": _day(latest)}
    if last_day := detail.get("last_day"):
        return gettext("can be fetched until %(day)s") % {"day": _day(last_day)}
    if delivered_at := detail.get("delivered_at"):
        return gettext("delivered %(moment)s, says the carrier") % {"moment": _moment(delivered_at)}
    return ""


def _day(text: str) -> str:
    day = parse_date(text)
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else text


def _moment(text: object) -> str:
    at = parse_datetime(str(text))
    return moment(at) if at else str(text)
