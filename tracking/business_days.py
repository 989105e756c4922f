"""Days on which parcels move: Monday to Friday without public holidays. Pure, but for the holiday calendar's tables."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

ONE_DAY = dt.timedelta(days=1)


class _Days(Protocol):
    def __contains__(self, day: object, /) -> bool: ...


def is_business_day(day: dt.date, countries: Iterable[str]) -> bool:
    """Say whether parcels move on a day in all these countries (ISO 3166-1 alpha-2; unknown ones have no holidays)."""
    return day.weekday() < 5 and not any(day in _holidays(country) for country in countries)


def next_business_day(day: dt.date, countries: Iterable[str]) -> dt.date:
    """Return the day itself or the first business day after it."""
    countries = tuple(countries)
    while not is_business_day(day, countries):
        day += ONE_DAY
    return day


def add_business_days(day: dt.date, count: int, countries: Iterable[str]) -> dt.date:
    """Return the business day ``count`` business days after ``day`` (0: the day itself or the next one)."""
    countries = tuple(countries)
    day = next_business_day(day, countries)
    for _ in range(count):
        day = next_business_day(day + ONE_DAY, countries)
    return day


def business_days_between(first: dt.date, last: dt.date, countries: Iterable[str]) -> int:
    """Return how many business days have begun after ``first``, up to and including ``last``."""
    countries = tuple(countries)
    return sum(is_business_day(first + ONE_DAY * offset, countries) for offset in range(1, (last - first).days + 1))


@lru_cache(maxsize=64)
def _holidays(country: str) -> _Days:
    # Imported on first use: its tables take a third of a second.
    import holidays

    try:
        calendar: _Days = holidays.country_holidays(country)
    except NotImplementedError:
        return frozenset()
    return calendar
