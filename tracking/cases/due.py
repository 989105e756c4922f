"""By when somebody of the team should have acted: hours of work after it came up, by reason. Pure.

Only the team's working hours count, Monday to Friday without public holidays of where the merchant is. What comes
first (VIP, high value) has half the time.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tracking.business_days import ONE_DAY, Where, is_business_day
from tracking.models import CaseReason

# Carriers try again on the next day: what should be different then has to be told on the same day.
HOURS: Mapping[str, int] = {
    CaseReason.FAILED_ATTEMPT: 4,
    CaseReason.ADDRESS: 4,
    CaseReason.NOT_RECEIVED: 8,
    CaseReason.WRONG_ITEM: 8,
    CaseReason.MISSING_ITEM: 8,
    CaseReason.DAMAGED: 8,
    CaseReason.LOST: 8,
    CaseReason.HELD: 8,
    CaseReason.OTHER: 8,
    CaseReason.CUSTOMS: 16,
    CaseReason.REFUSED: 16,
    CaseReason.RETURNING: 16,
    CaseReason.STALLED: 16,
    CaseReason.FALSE_ATTEMPT: 24,
}
# Carriers take days over inquiries.
HOURS_AFTER_HAND_OVER = 24


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When a merchant's team works, on their own clock; ``place`` is whose public holidays are free."""

    begin: dt.time
    end: dt.time
    time_zone: ZoneInfo
    place: Where

    def after(self, moment: dt.datetime, hours: float) -> dt.datetime:
        """Return the moment at which so many working hours have passed. In UTC."""
        left = dt.timedelta(hours=hours)
        day = moment.astimezone(self.time_zone).date()
        while True:
            if is_business_day(day, (self.place,)):
                opens, closes = self._at(day, self.begin), self._at(day, self.end)
                start = max(opens, moment.astimezone(dt.UTC))
                if start + left <= closes:
                    return start + left
                left -= max(closes - start, dt.timedelta())
            day += ONE_DAY

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.time_zone).astimezone(dt.UTC)


def due_at(*, reason: str, comes_first: bool, since: dt.datetime, hours: WorkingHours) -> dt.datetime:
    """Return by when a case that came up at ``since`` should be looked after."""
    return hours.after(since, HOURS[reason] / (2 if comes_first else 1))
