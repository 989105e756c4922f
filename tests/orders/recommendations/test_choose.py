"""Which articles are chosen, and why."""

import datetime as dt
import random

import pytest

from orders.recommendations.choose import Candidate, Choice, Reason, Show, choose
from tests.conftest import NOW


def goes_with(sku, because="lamp", score=0.5, reason=Reason.BOUGHT_TOGETHER, **fields):
    return Candidate(sku, reason, score, strength=fields.pop("strength", score), because=because, **fields)


def popular(sku, orders, **fields):
    return Candidate(sku, Reason.POPULAR, orders, strength=orders, **fields)


def again(sku, days_ago, score=1.0, times=1, **fields):
    last = NOW - dt.timedelta(days=days_ago)
    return Candidate(sku, Reason.BUY_AGAIN, score, last_bought=last, times_bought=times, **fields)


def chosen(*candidates, limit=4, basket_first=True, show=Show.ALL):
    return choose(candidates=candidates, now=NOW, limit=limit, basket_first=basket_first, show=show)


def skus(*candidates, **options):
    return [one.sku for one in chosen(*candidates, **options)]


def test_the_best_come_first_and_name_what_they_go_with() -> None:
    candle, saucer, tray = goes_with("candle", score=0.3), goes_with("saucer", "cup"), goes_with("tray", score=0.3)

    assert chosen(candle, tray, saucer) == [
        Choice("saucer", Reason.BOUGHT_TOGETHER, "cup"),
        Choice("candle", Reason.BOUGHT_TOGETHER, "lamp"),
        Choice("tray", Reason.BOUGHT_TOGETHER, "lamp"),
    ]
    assert skus(candle, tray, saucer, limit=2) == ["saucer", "candle"]


def test_popular_articles_are_the_last_resort() -> None:
    assert chosen(popular("tray", 3), popular("candle", 9), popular("saucer", 2)) == [
        Choice("candle", Reason.POPULAR),
        Choice("tray", Reason.POPULAR),
    ]
    assert chosen(popular("candle", 9), goes_with("saucer")) == [Choice("saucer", Reason.BOUGHT_TOGETHER, "lamp")]


def test_nothing_good_is_nothing() -> None:
    assert chosen() == []
    assert chosen(goes_with("candle", score=0.04), popular("tray", 2), again("cup", 100)) == []


def test_many_weak_ties_do_not_make_a_strong_one() -> None:
    assert chosen(goes_with("candle", score=0.4, strength=0.04)) == []


def test_what_the_merchant_declared_comes_first_and_keeps_its_reason() -> None:
    candidates = [
        goes_with("bulb", score=0.9),
        goes_with("bulb", score=0.2, reason=Reason.ACCESSORY),
        goes_with("fuse", score=0.1, reason=Reason.SPARE_PART),
        goes_with("fuse", score=1.0, reason=Reason.ACCESSORY),
        goes_with("cup", score=0.8),
    ]

    assert chosen(*candidates) == [
        Choice("bulb", Reason.ACCESSORY, "lamp"),
        Choice("fuse", Reason.SPARE_PART, "lamp"),
        Choice("cup", Reason.BOUGHT_TOGETHER, "lamp"),
    ]


def test_kinds_take_turns() -> None:
    candidates = [
        *(goes_with(f"part {n}", score=1 - n / 10, reason=Reason.ACCESSORY) for n in range(3)),
        *(goes_with(f"learned {n}", score=1 - n / 10, reason=Reason.BOUGHT_NEXT) for n in range(3)),
        *(again(f"again {n}", 70, score=9 - n, times=2) for n in range(3)),
    ]

    with_a_basket = skus(*candidates, limit=7)
    assert with_a_basket == ["part 0", "part 1", "learned 0", "learned 1", "again 0", "part 2", "learned 2"]
    for_a_person = skus(*candidates, limit=5, basket_first=False)
    assert for_a_person == ["part 0", "again 0", "again 1", "learned 0", "part 1"]


def test_five_mugs_are_one_idea() -> None:
    mugs = [goes_with(f"mug {n}", score=0.9 - n / 10, category="Mugs") for n in range(4)]

    assert skus(*mugs, goes_with("tray", score=0.2, category="Trays")) == ["mug 0", "mug 1", "tray", "mug 2"]
    unsorted = [goes_with(f"mug {n}", score=0.9 - n / 10) for n in range(3)]
    assert skus(*unsorted, goes_with("tray", score=0.2)) == ["mug 0", "mug 1", "mug 2", "tray"]


@pytest.mark.parametrize(
    ("facts", "days_ago", "is_shown"),
    [
        ({}, 59, False),
        ({}, 61, True),
        ({"replenish_days": 30}, 29, False),
        ({"replenish_days": 30}, 31, True),
        ({"replenish_days": 90}, 61, False),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 9, False),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 11, True),
        ({"came_back": 16, "repeat_buyers": 3, "repeat_days": 40}, 21, False),
        ({"came_back": 2, "repeat_buyers": 2, "repeat_days": 40}, 21, False),
        ({"came_back": 15, "repeat_buyers": 10, "repeat_days": 300}, 61, True),
    ],
)
@pytest.mark.parametrize("reason", [Reason.BOUGHT_NEXT, Reason.ACCESSORY, Reason.POPULAR])
def test_what_was_bought_recently_comes_back_when_it_is_used_up(facts, days_ago, is_shown, reason) -> None:
    last = NOW - dt.timedelta(days=days_ago)
    bulb = goes_with("bulb", reason=reason, strength=3, last_bought=last, times_bought=1, **facts)

    assert bool(chosen(bulb)) is is_shown


@pytest.mark.parametrize(
    ("facts", "days_ago", "times", "reason"),
    [
        ({"replenish_days": 30}, 30, 1, Reason.REPLENISH),
        ({"replenish_days": 30}, 120, 1, Reason.REPLENISH),
        ({"replenish_days": 30}, 121, 1, None),  # who did not need it for so long does not run out of it now
        ({"replenish_days": 30}, 121, 2, Reason.BUY_AGAIN),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 40, 1, Reason.REPLENISH),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 39, 1, Reason.OFTEN_AGAIN),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 161, 1, Reason.OFTEN_AGAIN),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 9, 1, None),
        ({"came_back": 16, "repeat_buyers": 3, "repeat_days": 40}, 61, 1, None),  # hardly anybody needs it again
        ({"replenish_days": 90}, 89, 1, None),
        ({"came_back": 15, "repeat_buyers": 3, "repeat_days": 40}, 39, 2, Reason.BUY_AGAIN),
        ({}, 61, 1, None),
        ({}, 61, 2, Reason.BUY_AGAIN),
        ({}, 59, 5, None),
    ],
)
def test_only_what_may_run_out_is_said_to_be_due(facts, days_ago, times, reason) -> None:
    assert [one.reason for one in chosen(again("soap", days_ago, times=times, **facts))] == ([reason] if reason else [])


def test_bought_again_and_new_can_be_asked_for_alone() -> None:
    candidates = [again("soap", 70, times=2), goes_with("cup"), goes_with("soap", times_bought=2)]

    assert skus(*candidates, show=Show.AGAIN) == ["soap"]
    assert skus(*candidates, show=Show.NEW) == ["cup"]


def test_the_order_of_the_candidates_changes_nothing() -> None:
    chance = random.Random(4)
    candidates = [
        goes_with(f"a{n % 9}", f"b{n % 4}", 0.5, chance.choice(list(Reason)), strength=5, category=f"c{n % 2}")
        for n in range(60)
    ]
    first = chosen(*candidates)

    for _ in range(50):
        chance.shuffle(candidates)
        assert chosen(*candidates) == first
