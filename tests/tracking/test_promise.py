"""Days around cut-off, weekends, holidays and the change of clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tracking.business_days import add_business_days, business_days_between, is_business_day
from tracking.models import PromiseSource
from tracking.promise import Window, estimated_window, is_shown, leaves_on, named_window

BERLIN = ZoneInfo("Europe/Berlin")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def berlin(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("ordered", "leaves"),
    [
        ("2026-07-15T13:59", "2026-07-16"),  # a Wednesday before cut-off
        ("2026-07-15T14:00", "2026-07-17"),  # at cut-off it is tomorrow's
        ("2026-07-17T13:00", "2026-07-20"),  # Friday: packed on Monday
        ("2026-07-17T15:00", "2026-07-21"),
        ("2026-07-18T23:00", "2026-07-21"),  # Saturday counts as Monday morning
        ("2026-12-24T10:00", "2026-12-28"),  # Christmas, then a weekend
        ("2026-10-25T02:30", "2026-10-27"),  # the hour that happens twice, on a Sunday
    ],
)
def test_an_order_leaves_after_cut_off_and_packing(ordered: str, leaves: str) -> None:
    assert leaves_on(ordered_at=berlin(ordered), origin="DE", time_zone=BERLIN) == day(leaves)


def test_cut_off_is_local_time_whatever_zone_the_order_names() -> None:
    noon_utc = dt.datetime(2026, 7, 15, 12, 30, tzinfo=dt.UTC)  # 14:30 in Berlin

    assert leaves_on(ordered_at=noon_utc, origin="DE", time_zone=BERLIN) == day("2026-07-17")


@pytest.mark.parametrize(
    ("shipped", "destination", "expected"),
    [
        ("2026-07-15T16:00", "DE", ("2026-07-16", "2026-07-17", "2026-07-20")),
        ("2026-07-15T16:00", "AT", ("2026-07-17", "2026-07-20", "2026-07-22")),
        ("2026-07-15T16:00", "CH", ("2026-07-20", "2026-07-21", "2026-07-24")),
        ("2026-07-15T16:00", "US", ("2026-07-22", "2026-07-27", "2026-08-05")),
        ("2026-12-23T16:00", "DE", ("2026-12-24", "2026-12-28", "2026-12-29")),
    ],
)
def test_a_hand_over_wins_over_the_order_date(shipped: str, destination: str, expected: tuple[str, str, str]) -> None:
    window = estimated_window(
        ordered_at=berlin("2026-01-01T10:00"),
        shipped_at=berlin(shipped),
        origin="DE",
        destination=destination,
        time_zone=BERLIN,
    )

    assert window == Window(PromiseSource.ESTIMATE, *map(day, expected))


def test_without_a_hand_over_the_order_date_counts() -> None:
    window = estimated_window(
        ordered_at=berlin("2026-07-15T10:00"), shipped_at=None, origin="DE", destination="DE", time_zone=BERLIN
    )

    assert (window.earliest, window.latest) == (day("2026-07-17"), day("2026-07-21"))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, None),
        (None, "2026-07-17", ("2026-07-17", "2026-07-17", "2026-07-17")),
        ("2026-07-15", None, ("2026-07-15", "2026-07-15", "2026-07-15")),
        ("2026-07-15", "2026-07-17", ("2026-07-15", "2026-07-17", "2026-07-17")),
    ],
)
def test_a_named_day_is_taken_as_it_is(first, last, expected) -> None:
    window = named_window(first and day(first), last and day(last))

    assert window == (expected and Window(PromiseSource.SHOP, *map(day, expected)))


def test_holidays_of_both_countries_count_and_unknown_countries_have_none() -> None:
    swiss_national_day = day("2025-08-01")  # a Friday

    assert is_business_day(swiss_national_day, ["DE"])
    assert not is_business_day(swiss_national_day, ["DE", "CH"])
    assert is_business_day(swiss_national_day, ["XX"])


def test_counting_is_the_reverse_of_adding() -> None:
    start = day("2026-12-22")

    for count in range(12):
        assert business_days_between(start, add_business_days(start, count, ["DE"]), ["DE"]) == count


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("pending", True),
        ("info_received", True),
        ("in_transit", True),
        ("out_for_delivery", False),
        ("attempt_failed", False),
        ("available_for_pickup", False),
        ("delivered", False),
        ("exception", False),
        ("expired", False),
    ],
)
def test_a_day_is_named_only_while_it_helps(status: str, shown: bool) -> None:
    assert is_shown(status) is shown
