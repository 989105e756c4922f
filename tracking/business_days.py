"""Days on which parcels move: Monday to Friday without public holidays. Pure, but for the holiday calendar's tables.

Days are counted where it matters: a ``Place`` has the public holidays of its Land or canton, a bare country only those
that all of it keeps. Where a postal code leaves several Länder possible, a day is free only if it is in all of them.
"""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from tracking.places import Place

ONE_DAY = dt.timedelta(days=1)
FRIDAY, SATURDAY = 4, 5
MONDAY_TO_FRIDAY = frozenset(range(FRIDAY + 1))
MONDAY_TO_SATURDAY = MONDAY_TO_FRIDAY | {SATURDAY}

Where = str | Place
"""A country (ISO 3166-1 alpha-2; unknown ones have no holidays) or a place in it."""


def is_business_day(day: dt.date, places: Iterable[Where], *, weekdays: frozenset[int] = MONDAY_TO_FRIDAY) -> bool:
    """Say whether parcels move on a day in all these places. ``weekdays``: those that count, Monday is 0."""
    return day.weekday() in weekdays and not any(is_holiday(day, place) for place in places)


def is_holiday(day: dt.date, place: Where) -> bool:
    """Say whether a day is a public holiday in a place, whichever of its regions it is in."""
    country, regions = (place, ()) if isinstance(place, str) else place
    return day in _holidays(country, day.year, regions)


def next_business_day(day: dt.date, places: Iterable[Where], *, weekdays: frozenset[int] = MONDAY_TO_FRIDAY) -> dt.date:
    """Return the day itself or the first business day after it."""
    places = tuple(places)
    while not is_business_day(day, places, weekdays=weekdays):
        day += ONE_DAY
    return day


def add_business_days(
    day: dt.date, count: int, places: Iterable[Where], *, weekdays: frozenset[int] = MONDAY_TO_FRIDAY
) -> dt.date:
    """Return the business day ``count`` business days after ``day`` (0: the day itself or the next one)."""
    places = tuple(places)
    day = next_business_day(day, places, weekdays=weekdays)
    for _ in range(count):
        day = next_business_day(day + ONE_DAY, places, weekdays=weekdays)
    return day


def business_days_between(
    first: dt.date, last: dt.date, places: Iterable[Where], *, weekdays: frozenset[int] = MONDAY_TO_FRIDAY
) -> int:
    """Return how many business days have begun after ``first``, up to and including ``last``."""
    places = tuple(places)
    days = (first + ONE_DAY * offset for offset in range(1, (last - first).days + 1))
    return sum(is_business_day(day, places, weekdays=weekdays) for day in days)


@lru_cache(maxsize=2048)
def _holidays(country: str, year: int, regions: tuple[str, ...]) -> frozenset[dt.date]:
    """Return the holidays that all these regions share in a year; without regions those of the whole country."""
    # Imported on first use: its tables take a third of a second.
    import holidays

    try:
        calendars = [holidays.country_holidays(country, subdiv=region, years=year) for region in regions or (None,)]
    except NotImplementedError:
        return frozenset()
    return frozenset.intersection(*(frozenset(calendar) for calendar in calendars))
