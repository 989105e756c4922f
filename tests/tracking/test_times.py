"""The hours of a delivery: what is a window, on which days it is, and which promise it makes more exact."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tracking.models import PromiseSource
from tracking.promise import Window, more_exact, timed_window
from tracking.times import Times, times_problems, times_told

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("begins", "ends", "days"),
    [
        ("2026-07-15T12:10Z", "2026-07-15T13:10Z", ("2026-07-15", "2026-07-15")),
        ("2026-07-15T22:30Z", "2026-07-15T23:30Z", ("2026-07-16", "2026-07-16")),  # after midnight in Berlin
        ("2026-07-15T20:00Z", "2026-07-15T22:00Z", ("2026-07-15", "2026-07-15")),  # ends with the day
        ("2026-07-15T21:30Z", "2026-07-15T22:30Z", ("2026-07-15", "2026-07-16")),
        ("2026-07-15T22:00Z", "2026-07-15T22:00Z", ("2026-07-16", "2026-07-16")),
        ("2026-10-25T00:30Z", "2026-10-25T01:30Z", ("2026-10-25", "2026-10-25")),
    ],
)
def test_hours_belong_to_the_days_of_the_merchant(begins, ends, days) -> None:
    assert Times(at(begins), at(ends)).days(BERLIN) == tuple(map(day, days))


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-07-15T00:00+02:00", "2026-07-15T23:59+02:00"),
        ("2026-07-15T08:00+02:00", "2026-07-16T18:00+02:00"),
        ("2026-07-15T14:00+02:00", "2026-07-15T14:00+02:00"),
        ("2026-07-15T15:00+02:00", "2026-07-15T14:00+02:00"),
    ],
)
def test_what_a_carrier_calls_a_window_may_be_no_more_than_a_day(begins, ends) -> None:
    assert times_told(at(begins), at(ends)) is None


@pytest.mark.parametrize(
    ("begins", "ends", "problem"),
    [
        (None, "2026-07-15T14:00Z", ("/window_from", "required")),
        ("2026-07-15T14:00Z", None, ("/window_to", "required")),
        ("2026-07-15T14:00Z", "2026-07-15T15:59+02:00", ("/window_to", "order")),
        ("2026-07-15T14:00Z", "2026-07-16T14:01Z", ("/window_to", "too_long")),
    ],
)
def test_a_window_that_is_none_is_refused_with_its_field(begins, ends, problem) -> None:
    (found,) = times_problems(begins and at(begins), ends and at(ends))

    assert (found.pointer, found.code) == problem


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(None, None), ("2026-07-15T14:00Z", "2026-07-15T14:00Z"), ("2026-07-15T14:00Z", "2026-07-16T14:00Z")],
)
def test_no_window_a_moment_and_a_whole_day_are_fine(begins, ends) -> None:
    assert times_problems(begins and at(begins), ends and at(ends)) == []


def shops(*days: str) -> Window:
    return Window(PromiseSource.SHOP, *map(day, days))


HOURS = timed_window(Times(at("2026-07-15T12:10Z"), at("2026-07-15T13:10Z")), BERLIN, PromiseSource.CARRIER)


@pytest.mark.parametrize(
    ("best", "now", "is_hours"),
    [
        (shops("2026-07-15", "2026-07-17", "2026-07-17"), "2026-07-15T08:00Z", True),
        (shops("2026-07-17", "2026-07-17", "2026-07-17"), "2026-07-15T08:00Z", True),  # a single day is a limit
        (shops("2026-07-14", "2026-07-14", "2026-07-14"), "2026-07-15T08:00Z", True),  # cannot be kept any more
        (shops("2026-07-14", "2026-07-14", "2026-07-14"), "2026-07-14T08:00Z", False),  # contradicts what may be kept
        (shops("2026-07-17", "2026-07-17", "2026-07-17"), "2026-07-15T13:10Z", False),  # over
    ],
)
def test_hours_say_more_than_days_that_they_keep(best, now, is_hours) -> None:
    found = more_exact(best, [best, None, HOURS], today=at(now).astimezone(BERLIN).date(), now=at(now))

    assert found == (HOURS if is_hours else best)


def test_where_nobody_named_a_day_there_is_none() -> None:
    now = at("2026-07-15T08:00Z")

    assert more_exact(None, [None], today=now.date(), now=now) is None
    assert timed_window(None, BERLIN) is None
