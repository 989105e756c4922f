"""Which articles are chosen for a basket, and why."""

import datetime as dt

import pytest

from orders.recommendations.choose import Affinity, Article, Choice, Reason, choose
from tests.conftest import NOW


def article(sku, available=True, replenish_days=None):
    return Article(sku, available, replenish_days)


def chosen(*, basket=("lamp", "cup"), affinities=(), popular=(), articles=None, last_bought=None, limit=4):
    known = articles or [article(sku) for sku in ("candle", "saucer", "tray", "lamp", "cup", "bulb")]
    return choose(
        basket=basket,
        affinities=affinities,
        popular=popular,
        articles={one.sku: one for one in known},
        last_bought=last_bought or {},
        now=NOW,
        limit=limit,
    )


def test_what_goes_with_more_of_the_basket_comes_first_and_names_its_strongest_reason() -> None:
    affinities = [
        Affinity("lamp", "candle", 0.3),
        Affinity("cup", "saucer", 0.5),
        Affinity("lamp", "tray", 0.3),
        Affinity("cup", "tray", 0.4),
    ]

    assert chosen(affinities=affinities) == [
        Choice("tray", Reason.BOUGHT_TOGETHER, "cup"),
        Choice("saucer", Reason.BOUGHT_TOGETHER, "cup"),
        Choice("candle", Reason.BOUGHT_TOGETHER, "lamp"),
    ]
    assert len(chosen(affinities=affinities, limit=2)) == 2


def test_popular_articles_are_the_last_resort() -> None:
    popular = [("candle", 9), ("cup", 8), ("tray", 3), ("saucer", 2)]

    assert chosen(popular=popular) == [Choice("candle", Reason.POPULAR), Choice("tray", Reason.POPULAR)]
    together = chosen(affinities=[Affinity("lamp", "saucer", 0.2)], popular=popular)
    assert together == [Choice("saucer", Reason.BOUGHT_TOGETHER, "lamp")]


def test_nothing_good_is_nothing() -> None:
    assert chosen() == []
    assert chosen(affinities=[Affinity("lamp", "candle", 0.01)], popular=[("candle", 2)]) == []


def test_what_is_in_the_basket_unknown_or_sold_out_is_not_shown() -> None:
    affinities = [Affinity("lamp", sku, 0.5) for sku in ("cup", "gone", "never-heard-of")]

    assert chosen(affinities=affinities, articles=[article("cup"), article("gone", available=False)]) == []


@pytest.mark.parametrize(
    ("replenish_days", "days_ago", "is_shown"),
    [(None, 59, False), (None, 61, True), (30, 29, False), (30, 31, True), (90, 61, False)],
)
def test_what_was_bought_recently_comes_back_when_it_is_used_up(replenish_days, days_ago, is_shown) -> None:
    result = chosen(
        affinities=[Affinity("lamp", "bulb", 0.5)],
        articles=[article("bulb", replenish_days=replenish_days)],
        last_bought={"bulb": NOW - dt.timedelta(days=days_ago)},
    )

    assert bool(result) is is_shown
