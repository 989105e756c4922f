"""When an order without a parcel is late: so many hours of business days after it was paid.

The hours of Saturdays, Sundays and holidays do not count, so a Friday evening's order is not late on Monday evening.
Where the shop itself named a day (a pre-order, something made to order), nobody is alarmed before the parcel would
have to leave for it.
"""

import datetime as dt
from collections.abc import Iterable

from tracking.business_days import ONE_DAY, Where, is_business_day

# So many business days before the shop's own day a parcel has to leave.
DAYS_ON_THE_ROAD = 2


def late_from(
    *,
    paid_at: dt.datetime,
    hours: int,
    shops_day: dt.date | None,
    zone: dt.tzinfo,
    places: Iterable[Where],
) -> dt.datetime:
    """Return the moment (in UTC) from which an order without a parcel is late.

    ``shops_day`` is the last day the shop itself named for the delivery; ``places`` are those whose holidays count.
    """
    places = tuple(places)
    late = _after_business_hours(paid_at, hours, zone, places)
    if shops_day is not None:
        late = max(late, _start_of(_business_days_before(shops_day, DAYS_ON_THE_ROAD, places), zone))
    return late


def _after_business_hours(moment: dt.datetime, hours: int, zone: dt.tzinfo, places: tuple[Where, ...]) -> dt.datetime:
    """Clocks change on Sundays, so every counted day has 24 hours on the wall."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    left = dt.timedelta(hours=hours)
    while True:
        tomorrow = dt.datetime.combine(local.date() + ONE_DAY, dt.time())
        if is_business_day(local.date(), places):
            if tomorrow - local > left:
                return (local + left).replace(tzinfo=zone).astimezone(dt.UTC)
            left -= tomorrow - local
        local = tomorrow


def _business_days_before(day: dt.date, count: int, places: tuple[Where, ...]) -> dt.date:
    while count:
        day -= ONE_DAY
        count -= is_business_day(day, places)
    return day


def _start_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)
