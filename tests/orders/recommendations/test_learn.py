"""What is learned from orders, when, and from which."""

import datetime as dt

import pytest
from django.db import DatabaseError

from orders.models import LearnedArticle, Learning, Order, OrderLine
from orders.recommendations import learn as learning
from orders.recommendations.learn import is_due, learn, learn_all, learn_if_due
from orders.services.erase import erase_customers
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.orders.recommendations.build import bought, gave_back, person


def together():
    return {
        (row.sku, other): (count, round(score, 3))
        for row in LearnedArticle.objects.all()
        for other, count, score in zip(row.together, row.together_orders, row.together_scores, strict=True)
    }


def following():
    return {
        (row.sku, other): count
        for row in LearnedArticle.objects.all()
        for other, count in zip(row.following, row.following_customers, strict=True)
    }


def some_other_orders(world, count=6):
    """So that two articles in the same orders are more than chance."""
    for number in range(count):
        bought(world, f"other {number}", f"thing {number}")


def test_what_shares_two_orders_is_kept_with_its_weight(world, in_scope) -> None:
    bought(world, 1, "lamp", "bulb", "cup")
    bought(world, 2, "lamp", "bulb", "lamp")
    bought(world, 3, "lamp", "")
    bought(world, 4, "cup")
    some_other_orders(world)

    looked = learn(merchant=world.merchant, now=NOW)

    # Shared orders weigh 1/3 and 1/2. The lamp has a third one, alone (1/2): (1/3 + 1/2) / √(4/3 · 5/6)
    assert together() == {("lamp", "bulb"): (2, 0.791), ("bulb", "lamp"): (2, 0.791)}
    assert dict(LearnedArticle.objects.filter(recent_orders__gt=1).values_list("sku", "recent_orders")) == {
        "lamp": 3,
        "bulb": 2,
        "cup": 2,
    }
    assert (looked.whole, looked.lines, looked.baskets, looked.articles) == (True, 13, 10, 9)


def test_what_is_together_no_more_often_than_chance_is_not_kept(world, in_scope) -> None:
    for number in range(4):
        bought(world, number, "lamp", "bulb")

    learn(merchant=world.merchant, now=NOW)

    assert together() == {}  # everybody buys both: one says nothing about the other


def test_cancelled_refunded_and_wholesale_orders_say_nothing_about_what_goes_together(world, in_scope) -> None:
    some_other_orders(world, 20)
    for number in range(2):
        bought(world, f"c{number}", "lamp", "bulb", status="cancelled")
        bought(world, f"r{number}", "lamp", "bulb", payment_status="refunded")
        bought(world, f"w{number}", "lamp", "bulb", *(f"s{position}" for position in range(99)))
        gave_back(world, bought(world, f"b{number}", "lamp", "bulb"), "bulb")

    learn(merchant=world.merchant, now=NOW)

    assert together() == {}


def test_only_the_last_days_on_which_something_was_sold_count(world, in_scope) -> None:
    some_other_orders(world)
    for number in range(2):
        bought(world, f"o{number}", "lamp", "bulb", days_ago=2_000)
        bought(world, f"t{number}", "table", "chair", days_ago=1_000)

    learn(merchant=world.merchant, now=NOW)
    assert set(together()) == {("lamp", "bulb"), ("bulb", "lamp"), ("table", "chair"), ("chair", "table")}

    for day in range(10, 10 + 178):
        bought(world, f"d{day}", "pen", days_ago=day)
    learn(merchant=world.merchant, now=NOW)
    assert set(together()) == {("table", "chair"), ("chair", "table")}


def test_what_three_customers_bought_one_after_the_other_follows(world, in_scope) -> None:
    some_other_orders(world)
    for number in range(3):
        customer = person(world)
        bought(world, f"first {number}", "lamp", customer=customer, days_ago=40)
        bought(world, f"second {number}", "bulb", customer=customer, days_ago=3)
        if number < 2:
            bought(world, f"third {number}", "cup", customer=customer, days_ago=1)
    for number in range(4):
        bought(world, f"alone {number}", "pen", customer=person(world))

    learn(merchant=world.merchant, now=NOW)

    # Two customers bought a cup: that is nobody else's business.
    assert following() == {("lamp", "bulb"): 3, ("bulb", "lamp"): 3}
    scores = dict(LearnedArticle.objects.filter(sku__in=["lamp", "bulb"]).values_list("sku", "following_scores"))
    assert scores["lamp"][0] > scores["bulb"][0]  # bought last weighs more: the bulb comes after the lamp


def test_what_is_used_up_is_seen_from_when_it_is_bought_again(world, in_scope) -> None:
    for number, days in enumerate((20, 30, 50)):
        customer = person(world)
        bought(world, f"a {number}", "soap", "lamp", customer=customer, days_ago=80)
        bought(world, f"b {number}", "soap", customer=customer, days_ago=80 - days)
        bought(world, f"c {number}", "soap", customer=customer, days_ago=80 - days)
    bought(world, "guest", "soap")
    # Whoever never ordered again, or only later on the same day, says nothing about what is used up.
    bought(world, "once", "soap", "lamp", customer=person(world), days_ago=80)
    hasty = person(world)
    bought(world, "morning", "soap", customer=hasty, days_ago=80)
    bought(world, "evening", "soap", customer=hasty, days_ago=80)

    learn(merchant=world.merchant, now=NOW)

    soap, lamp = (LearnedArticle.objects.get(sku=sku) for sku in ("soap", "lamp"))
    assert (soap.came_back, soap.repeat_buyers, soap.repeat_days) == (3, 3, 30)
    assert (lamp.came_back, lamp.repeat_buyers, lamp.repeat_days) == (3, 0, None)


def test_an_erased_person_is_no_customer_any_more(world, in_scope) -> None:
    people = [person(world) for _ in range(3)]
    for number, customer in enumerate(people):
        bought(world, f"first {number}", "lamp", customer=customer, days_ago=40)
        bought(world, f"second {number}", "bulb", customer=customer)
    for number in range(4):
        bought(world, f"alone {number}", "pen", customer=person(world))
    learn(merchant=world.merchant, now=NOW)
    assert following() == {("lamp", "bulb"): 3, ("bulb", "lamp"): 3}

    erase_customers(customer_ids=[people[0].id], now=NOW + dt.timedelta(minutes=30))
    learn_if_due(merchant=world.merchant, now=NOW + dt.timedelta(hours=1))

    assert following() == {}
    assert LearnedArticle.objects.get(sku="lamp").came_back == 2


def test_learning_again_replaces_and_never_touches_a_stranger(world, other_world) -> None:
    for one in (world, other_world):
        with merchant_scope(one.merchant.id):
            some_other_orders(one)
            bought(one, 1, "lamp", "bulb")
            bought(one, 2, "lamp", "bulb")
    assert learn_all(now=NOW) == 2
    with merchant_scope(world.merchant.id):
        Order.objects.update(status="cancelled")
        learn(merchant=world.merchant, now=NOW)
        assert LearnedArticle.objects.count() == 0

    with merchant_scope(other_world.merchant.id):
        assert len(together()) == 2


@pytest.mark.parametrize("error", [DatabaseError("the disk is full"), ValueError("nobody thought of that")])
def test_one_merchant_that_fails_does_not_stop_the_next(world, other_world, monkeypatch, error) -> None:
    for one in (world, other_world):
        with merchant_scope(one.merchant.id):
            bought(one, 1, "lamp")
    real = learning.learn_if_due

    def fails(*, merchant, now):
        if merchant == world.merchant:
            raise error
        return real(merchant=merchant, now=now)

    monkeypatch.setattr(learning, "learn_if_due", fails)

    assert learn_all(now=NOW) == 1


def test_it_is_time_for_everything_at_first_after_growth_and_after_a_day_with_changes(world, in_scope) -> None:
    assert not is_due(now=NOW)
    for number in range(5):
        bought(world, number, "lamp")
    assert is_due(now=NOW)
    learn(merchant=world.merchant, now=NOW)
    assert not is_due(now=NOW)
    assert not is_due(now=NOW + dt.timedelta(days=2))

    bought(world, "one more", "lamp", updated_at=NOW + dt.timedelta(hours=1))
    assert is_due(now=NOW + dt.timedelta(hours=2))  # a fifth more
    Learning.objects.update(order_count=100)
    assert not is_due(now=NOW + dt.timedelta(hours=2))
    assert is_due(now=NOW + dt.timedelta(hours=21))


def shop_with_history(world):
    """Twenty customers who bought two of some articles each, and what a whole look knows of them."""
    articles = ("lamp", "bulb", "cup", "saucer", "pen", "paper", "soap")
    for number in range(20):
        customer = person(world)
        bought(world, f"1-{number}", articles[number % 7], articles[(number + 1) % 7], customer=customer, days_ago=30)
        bought(world, f"2-{number}", articles[(number * 3) % 7], customer=customer, days_ago=number)
    learn(merchant=world.merchant, now=NOW)


def known():
    left_out = {"id", "merchant_id"}
    return {
        row["sku"]: {name: value for name, value in row.items() if name not in left_out}
        for row in LearnedArticle.objects.values()
    }


def test_looking_at_what_changed_knows_what_looking_at_everything_would(world, in_scope) -> None:
    shop_with_history(world)
    later = NOW + dt.timedelta(hours=1)
    customer = person(world)
    bought(world, "new 1", "lamp", "paper", customer=customer, days_ago=0, updated_at=later)
    bought(world, "new 2", "lamp", "paper", customer=customer, days_ago=0, updated_at=later)

    part = learn_if_due(merchant=world.merchant, now=later)

    assert part is not None
    assert (part.whole, part.articles) == (False, 2)
    assert 0 < part.lines < OrderLine.objects.count()
    of_the_part = known()
    learn(merchant=world.merchant, now=later)
    everything = known()
    for sku in ("lamp", "paper"):
        mine, theirs = of_the_part[sku], everything[sku]
        assert mine["together"] == theirs["together"]
        assert mine["together_scores"] == pytest.approx(theirs["together_scores"], abs=1e-6)
        assert mine["following"] == theirs["following"]
        for name in ("recent_orders", "came_back", "repeat_buyers", "repeat_days", "basket_count", "customer_count"):
            assert mine[name] == theirs[name], name


def test_what_did_not_change_is_not_looked_at_again(world, in_scope) -> None:
    shop_with_history(world)
    later = NOW + dt.timedelta(hours=1)
    assert learn_if_due(merchant=world.merchant, now=later) is None
    before = dict(LearnedArticle.objects.values_list("sku", "id"))

    bought(world, "new", "lamp", "paper", updated_at=later)
    assert learn_if_due(merchant=world.merchant, now=NOW + dt.timedelta(minutes=9)) is None
    assert learn_if_due(merchant=world.merchant, now=later) is not None

    after = dict(LearnedArticle.objects.values_list("sku", "id"))
    assert {sku for sku in after if after[sku] != before[sku]} == {"lamp", "paper"}


def test_a_part_that_is_too_large_waits_for_the_whole(world, in_scope, monkeypatch) -> None:
    monkeypatch.setattr(learning, "LARGEST_PART", 1)
    shop_with_history(world)
    later = NOW + dt.timedelta(hours=1)
    bought(world, "new", "lamp", "paper", updated_at=later)

    assert learn_if_due(merchant=world.merchant, now=later) is None
    whole = learn_if_due(merchant=world.merchant, now=later + dt.timedelta(hours=20))
    assert whole is not None
    assert whole.whole


def test_no_more_lines_are_read_than_memory_is_for(world, in_scope, monkeypatch) -> None:
    monkeypatch.setattr("orders.recommendations.purchases.MOST_LINES", 2)
    monkeypatch.setattr("orders.recommendations.purchases.ORDERS_AT_ONCE", 1)
    for number in range(5):
        bought(world, number, f"thing {number}", days_ago=number)

    assert learn(merchant=world.merchant, now=NOW).lines == 2
    assert set(LearnedArticle.objects.values_list("sku", flat=True)) == {"thing 0", "thing 1"}
