"""An order without a parcel is late after hours of business days, never before its own day needs it."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tracking.watching.fulfilment import late_from

BERLIN = ZoneInfo("Europe/Berlin")


def late(paid: str, *, hours: int = 72, day: dt.date | None = None, places: tuple[str, ...] = ("DE",)) -> str:
    paid_at = dt.datetime.fromisoformat(paid).replace(tzinfo=BERLIN)
    moment = late_from(paid_at=paid_at, hours=hours, shops_day=day, zone=BERLIN, places=places)
    assert moment.tzinfo == dt.UTC
    return f"{moment.astimezone(BERLIN):%a %d.%m. %H:%M}"


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ("2026-07-13T10:00", "Thu 16.07. 10:00"),
        ("2026-07-17T18:00", "Wed 22.07. 18:00"),  # Friday evening: Saturday and Sunday do not count
        ("2026-07-18T12:00", "Thu 23.07. 00:00"),  # Saturday: begins with Monday
        ("2026-10-02T12:00", "Wed 07.10. 12:00"),  # 3 October is a Saturday
        ("2026-12-23T12:00", "Tue 29.12. 12:00"),  # Christmas Day and the weekend
        ("2026-10-23T12:00", "Wed 28.10. 12:00"),  # winter time begins on Sunday 25 October
        ("2026-03-27T12:00", "Wed 01.04. 12:00"),  # summer time begins on Sunday 29 March
    ],
)
def test_only_hours_of_business_days_count(paid, expected) -> None:
    assert late(paid) == expected


def test_a_holiday_is_the_merchants_own() -> None:
    assert late("2026-10-23T12:00", places=("AT",)) == "Thu 29.10. 12:00"  # Austria's national day, Monday 26 October
    assert late("2026-10-23T12:00", places=("DE",)) == "Wed 28.10. 12:00"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 7, 15), "Thu 16.07. 10:00"),  # the shop's day would be earlier: 72 hours stand
        (dt.date(2026, 8, 3), "Thu 30.07. 00:00"),  # Monday: two business days before are Thursday
    ],
)
def test_what_the_shop_promised_for_later_is_not_late_before_it_has_to_leave(day, expected) -> None:
    assert late("2026-07-13T10:00", day=day) == expected
