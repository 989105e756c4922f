"""How long a merchant waits before silence is news.

The defaults are the field's usual ones: a parcel that is announced should be seen by the carrier within four business
days, one on its way scanned every three at home and every five abroad (Onward's and Avada's alarms), an order handed
over within 72 hours and never alarmed about before 24 (Wonderment refuses less), and a parcel nobody heard of for 30
days has expired (AfterShip).
"""

from dataclasses import dataclass, fields

from tracking.models import AlarmKind


@dataclass(frozen=True, slots=True)
class Limits:
    """What a merchant may choose: at least, at most, and what holds without a choice."""

    least: int
    default: int
    most: int


LIMITS = {
    "not_sent_hours": Limits(24, 72, 720),
    "not_picked_up_days": Limits(2, 4, 20),
    "no_news_days_at_home": Limits(2, 3, 15),
    "no_news_days_abroad": Limits(3, 5, 30),
    "pickup_warning_days": Limits(1, 2, 5),
    "expires_after_days": Limits(14, 30, 90),
}


@dataclass(frozen=True, slots=True)
class Patience:
    """Hours and days as named; ``days`` are business days for all but the last two, which are calendar days."""

    not_sent_hours: int = LIMITS["not_sent_hours"].default
    not_picked_up_days: int = LIMITS["not_picked_up_days"].default
    no_news_days_at_home: int = LIMITS["no_news_days_at_home"].default
    no_news_days_abroad: int = LIMITS["no_news_days_abroad"].default
    pickup_warning_days: int = LIMITS["pickup_warning_days"].default
    expires_after_days: int = LIMITS["expires_after_days"].default
    switched_off: frozenset[str] = frozenset()

    def watches(self, kind: AlarmKind) -> bool:
        """Say whether the merchant wants this kind of alarm."""
        return kind not in self.switched_off


NUMBERS = tuple(field.name for field in fields(Patience) if field.name in LIMITS)
# The others are what carriers and shoppers say; those are always heard.
SWITCHABLE = (
    AlarmKind.NOT_SENT,
    AlarmKind.NOT_PICKED_UP,
    AlarmKind.NO_NEWS,
    AlarmKind.PROMISE_AT_RISK,
    AlarmKind.PROMISE_MISSED,
    AlarmKind.PICKUP_ENDING,
)
