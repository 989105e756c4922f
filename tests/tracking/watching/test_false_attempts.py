"""An attempt is doubted only with the shopper's word and signs in the carrier's own scans."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tracking.watching.false_attempts import SUSPICIOUS, Answer, Attempt, weigh

BERLIN = ZoneInfo("Europe/Berlin")
AT_HOME = Answer(was_home=True)


def attempt(local: str = "2026-07-15T11:20", **more) -> Attempt:
    values = {"same_minute": 1, "was_out_that_day": True, "at_shop_at": None}
    return Attempt(local_time=dt.datetime.fromisoformat(local).replace(tzinfo=BERLIN), **(values | more))


def signs(one: Attempt, answer: Answer = AT_HOME) -> tuple[str, ...]:
    found = weigh(attempt=one, answer=answer, places=("DE",))
    assert found is not None
    return found.signs


@pytest.mark.parametrize("answer", [Answer(was_home=None), Answer(was_home=False), Answer(False, was_rung=False)])
def test_nobody_is_accused_without_the_shopper(answer) -> None:
    worst = attempt("2026-12-25T23:30", same_minute=40, was_out_that_day=False)

    assert weigh(attempt=worst, answer=answer, places=("DE",)) is None


def test_the_shoppers_word_alone_is_not_enough() -> None:
    found = weigh(attempt=attempt(), answer=Answer(True, was_rung=False), places=("DE",))

    assert found is not None
    assert (found.signs, found.score, found.is_suspicious) == (("at_home", "no_ring"), 4, False)


def test_hour_and_day_say_nothing_where_nobody_knows_the_clock() -> None:
    assert signs(attempt("2026-12-25T23:30", is_time_known=False)) == ("at_home",)


@pytest.mark.parametrize(
    ("one", "sign"),
    [
        (attempt("2026-07-15T05:59"), "unusual_hour"),
        (attempt("2026-07-15T22:00"), "unusual_hour"),
        (attempt("2026-07-19T11:20"), "day_off"),  # a Sunday
        (attempt("2026-12-25T11:20"), "day_off"),  # a Friday, and Christmas
        (attempt(same_minute=3), "same_minute"),
        (attempt(same_minute=2), "same_minute_pair"),
        (attempt(was_out_that_day=False), "never_out"),
        (attempt(at_shop_at=dt.datetime(2026, 7, 15, 11, 25, tzinfo=BERLIN)), "at_the_shop_at_once"),
    ],
)
def test_what_counts_as_a_sign(one, sign) -> None:
    assert signs(one) == ("at_home", sign)


@pytest.mark.parametrize(
    "one",
    [
        attempt("2026-07-15T06:00"),
        attempt("2026-07-15T21:59"),
        attempt("2026-07-18T11:20"),  # Saturdays are delivered
        attempt(at_shop_at=dt.datetime(2026, 7, 15, 11, 26, tzinfo=BERLIN)),
    ],
)
def test_what_is_ordinary(one) -> None:
    assert signs(one) == ("at_home",)


def test_three_neighbours_in_one_minute_are_worth_a_question() -> None:
    found = weigh(attempt=attempt(same_minute=3), answer=AT_HOME, places=("DE",))

    assert found is not None
    assert found.score == SUSPICIOUS
    assert found.is_suspicious
