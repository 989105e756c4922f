"""When to try again, when to give up: pure decisions."""

import datetime as dt

import pytest

from postpurchase.webhooks import schedule
from tests.conftest import NOW

SECOND = dt.timedelta(seconds=1)


def test_waits_double_from_half_a_minute_give_or_take_a_tenth():
    middle = [schedule.wait_before_next(attempts=n, fraction=0.5, retry_after=None) / SECOND for n in range(1, 14)]

    assert middle == [30 * 2**n for n in range(13)]
    for attempts in range(1, 14):
        shortest, longest = (
            schedule.wait_before_next(attempts=attempts, fraction=fraction, retry_after=None) / SECOND
            for fraction in (0, 1)
        )
        assert shortest == pytest.approx(0.9 * 30 * 2 ** (attempts - 1))
        assert longest == pytest.approx(1.1 * 30 * 2 ** (attempts - 1))


def test_fourteen_attempts_take_less_than_the_time_after_which_an_endpoint_is_dead():
    waits = [schedule.wait_before_next(attempts=n, fraction=1, retry_after=None) for n in range(1, 14)]

    assert dt.timedelta(days=2.5) < sum(waits, dt.timedelta()) < schedule.DEAD_AFTER


@pytest.mark.parametrize(("asked", "waits"), [(10, 30), (30, 30), (3600, 3600)])
def test_who_asks_for_more_time_gets_it(asked, waits):
    wait = schedule.wait_before_next(attempts=1, fraction=0.5, retry_after=asked * SECOND)

    assert wait == waits * SECOND


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("999999999999999999", 86_400),
        ("Wed, 15 Jul 2026 10:32:00 GMT", 120),
        ("Wed, 15 Jul 2026 10:32:00 -0000", 120),
        ("Wed, 15 Jul 2020 10:32:00 GMT", 0),
        ("Wed, 15 Jul 2099 10:32:00 GMT", 86_400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("Wed, 99 Jul 2026 10:32:00 GMT", None),
        ("Wed, 15 Jul 2026 10:32:00 +999999999999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(value, seconds):
    found = schedule.read_retry_after(value, now=NOW)

    assert found == (None if seconds is None else seconds * SECOND)


def test_an_endpoint_rests_after_some_failures_and_longer_each_time():
    rests = [schedule.rest_after(failed_in_a_row=n, retry_after=None) for n in range(1, 12)]

    assert [rest and rest / SECOND for rest in rests] == [None, None, 5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert schedule.rest_after(failed_in_a_row=1, retry_after=7 * SECOND) == 7 * SECOND
    assert schedule.rest_after(failed_in_a_row=9, retry_after=7 * SECOND) == 300 * SECOND
    assert schedule.rest_after(failed_in_a_row=10**6, retry_after=None) == 300 * SECOND


@pytest.mark.parametrize(
    ("days", "failures", "dead"), [(7, 14, True), (6.9, 14, False), (7, 13, False), (30, 13, False), (6, 1000, False)]
)
def test_a_dead_endpoint_has_failed_for_seven_days_and_fourteen_times(days, failures, dead):
    since = NOW - dt.timedelta(days=days)

    assert schedule.is_dead(failing_since=since, failed_in_a_row=failures, now=NOW) is dead
