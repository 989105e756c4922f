"""What a carrier grants for a day: counted by its own day, spread over it, never exceeded."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.polling.quota import Use, left, next_allowed, rest_asked_for

NOON = dt.datetime(2026, 7, 15, 12, 0, tzinfo=dt.UTC)
TODAY = NOON.date()
MIDNIGHT = dt.datetime(2026, 7, 16, tzinfo=dt.UTC)


def test_without_a_quota_every_moment_is_allowed() -> None:
    assert next_allowed(None, Use(TODAY, 10_000), now=NOON) == NOON
    assert left(None, Use(TODAY, 10_000), now=NOON) is None


def test_when_all_is_used_the_next_day_begins_at_midnight_gmt() -> None:
    berlin = dt.datetime(2026, 7, 16, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))  # still the 15th in GMT

    assert next_allowed(250, Use(TODAY, 250), now=NOON) == MIDNIGHT
    assert next_allowed(250, Use(TODAY, 250), now=berlin) == MIDNIGHT
    assert left(250, Use(TODAY, 250), now=berlin) == 0
    assert left(250, Use(TODAY, 250), now=MIDNIGHT) == 250
    assert next_allowed(250, Use(TODAY, 250), now=MIDNIGHT) == MIDNIGHT


def test_a_quarter_may_be_used_at_once_and_the_rest_as_the_day_passes() -> None:
    morning = dt.datetime(2026, 7, 15, 0, 0, 1, tzinfo=dt.UTC)

    assert next_allowed(240, Use(TODAY, 59), now=morning) == morning
    assert next_allowed(240, Use(TODAY, 60), now=morning) == dt.datetime(2026, 7, 15, 0, 6, tzinfo=dt.UTC)
    assert next_allowed(240, Use(TODAY, 120), now=NOON) == NOON
    assert next_allowed(240, Use(TODAY, 200), now=NOON) == dt.datetime(2026, 7, 15, 14, 6, tzinfo=dt.UTC)
    assert next_allowed(240, Use(None, 0), now=morning) == morning


@given(st.integers(1, 2000))
def test_a_day_never_sees_more_questions_than_granted_and_sees_all_of_them(quota: int) -> None:
    now, asked = dt.datetime(2026, 7, 15, tzinfo=dt.UTC), 0
    while (now := next_allowed(quota, Use(TODAY, asked), now=now)) < MIDNIGHT:
        asked += 1

    assert (asked, now) == (quota, MIDNIGHT)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"ratelimit-remaining": "3", "ratelimit-reset": "60"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "90"}, 90),
        ({"x-ratelimit-remaining": "0", "retry-after": "30"}, 30),
        ({"x-ratelimit-remaining": "0"}, 60),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(NOON.timestamp()) + 120)}, 120),
        ({"ratelimit-remaining": "0", "ratelimit-reset": str(int(NOON.timestamp()) - 5)}, 0),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "999999"}, 6 * 3600),
        ({"ratelimit-remaining": "none"}, None),
        ({"ratelimit-remaining": "-1"}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "٣"}, 60),
    ],
)
def test_a_carrier_that_says_nothing_is_left_is_left_alone(headers: dict[str, str], seconds: int | None) -> None:
    rest = rest_asked_for(headers, now=NOON)

    assert (rest.total_seconds() if rest is not None else None) == seconds
