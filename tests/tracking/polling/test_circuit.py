"""How long an account rests: longer each time, at least what the carrier asks for."""

import datetime as dt

import pytest

from tracking.carriers.answers.base import Trouble
from tracking.polling.circuit import rest_after


def minutes(trouble: Trouble, failures: int, retry_after: int | None = None) -> float:
    return rest_after(trouble, failures=failures, retry_after=retry_after) / dt.timedelta(minutes=1)


def test_an_outage_is_tried_again_after_a_minute_and_then_at_least_hourly() -> None:
    assert [minutes(Trouble.AWAY, count) for count in range(1, 10)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert minutes(Trouble.NONSENSE, 10_000) == 60


def test_too_fast_rests_up_to_six_hours_and_never_less_than_asked_for() -> None:
    assert [minutes(Trouble.TOO_FAST, count) for count in (1, 2, 9, 10, 99)] == [1, 2, 256, 360, 360]
    assert minutes(Trouble.TOO_FAST, 1, retry_after=3600) == 60
    assert minutes(Trouble.TOO_FAST, 5, retry_after=1) == 16
    assert minutes(Trouble.AWAY, 1, retry_after=7200) == 120


@pytest.mark.parametrize("failures", [1, 2, 50])
def test_a_refusal_is_for_people_and_asked_again_four_times_a_day(failures: int) -> None:
    assert minutes(Trouble.REFUSED, failures) == 360


def test_an_unknown_number_is_no_failure() -> None:
    assert minutes(Trouble.NOT_FOUND, 1) == 0
