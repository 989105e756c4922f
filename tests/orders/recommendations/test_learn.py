"""What is learned from orders, and what a basket then gets."""

import datetime as dt

import pytest

from orders.models import Customer, Learning, Order, OrderLine, Product, ProductAffinity, ProductDemand
from orders.recommendations.learn import is_due, learn, learn_all
from orders.recommendations.select import recommend
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW


def bought(world, number, *skus, days_ago=5, **fields):
    order = Order.objects.create(
        **{
            "merchant": world.merchant,
            "store": world.store,
            "external_id": str(number),
            "number": str(number),
            "placed_at": NOW - dt.timedelta(days=days_ago),
            "currency": "EUR",
            "total": "1",
            "content_hash": b"",
            "created_at": NOW,
            "updated_at": NOW,
        }
        | fields
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            merchant=world.merchant,
            order=order,
            external_id=str(position),
            position=position,
            sku=sku,
            name=sku,
            quantity=1,
            unit_price="1",
            total="1",
        )
        for position, sku in enumerate(skus, start=1)
    )
    return order


def sells(world, *skus, **fields):
    for sku in skus:
        Product.objects.create(
            merchant=world.merchant, sku=sku, name=sku.title(), created_at=NOW, updated_at=NOW, **fields
        )


def affinities():
    return {(row.sku, row.other_sku): (row.together, round(row.score, 3)) for row in ProductAffinity.objects.all()}


def test_pairs_of_at_least_two_orders_are_kept_with_their_cosine(world, in_scope) -> None:
    bought(world, 1, "lamp", "bulb", "cup")
    bought(world, 2, "lamp", "bulb", "lamp")
    bought(world, 3, "lamp", "")
    bought(world, 4, "cup")

    learn(merchant=world.merchant, now=NOW)

    # two shared orders; the lamp is in three, the bulb in two: 2 / √6
    assert affinities() == {("lamp", "bulb"): (2, 0.816), ("bulb", "lamp"): (2, 0.816)}
    assert dict(ProductDemand.objects.values_list("sku", "orders")) == {"lamp": 3, "bulb": 2, "cup": 2}


def test_cancelled_old_and_wholesale_orders_do_not_count(world, in_scope) -> None:
    for number in range(2):
        bought(world, f"c{number}", "lamp", "bulb", status="cancelled")
        bought(world, f"o{number}", "lamp", "bulb", days_ago=366)
        bought(world, f"w{number}", "lamp", "bulb", *(f"s{position}" for position in range(39)))

    learn(merchant=world.merchant, now=NOW)

    assert affinities() == {}


def test_learning_again_replaces_and_never_touches_a_stranger(world, other_world) -> None:
    for one in (world, other_world):
        with merchant_scope(one.merchant.id):
            bought(one, 1, "lamp", "bulb")
            bought(one, 2, "lamp", "bulb")
    assert learn_all(now=NOW) == 2
    with merchant_scope(world.merchant.id):
        Order.objects.update(status="cancelled")
        learn(merchant=world.merchant, now=NOW)
        assert affinities() == {}

    with merchant_scope(other_world.merchant.id):
        assert len(affinities()) == 2


def test_it_is_time_at_first_after_growth_and_after_a_day_with_changes(world, in_scope) -> None:
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


@pytest.mark.parametrize("baskets", [1, 3])
def test_a_basket_gets_articles_with_their_reason_in_four_queries(
    world, in_scope, baskets, django_assert_num_queries
) -> None:
    customer = Customer.objects.create(merchant=world.merchant, created_at=NOW, updated_at=NOW)
    sells(world, "lamp", "bulb", "cup")
    for number in range(3):
        bought(world, number, "lamp", "bulb", "cup")
    bought(world, "mine", "cup", customer=customer)
    learn(merchant=world.merchant, now=NOW)

    with django_assert_num_queries(4):
        found = recommend(basket=["lamp"] * baskets, customer_id=customer.id, now=NOW)

    assert [(one.product.sku, str(one.reason), one.because and one.because.name) for one in found] == [
        ("bulb", "bought_together", "Lamp")
    ]


def test_an_empty_basket_gets_what_is_wanted(world, in_scope) -> None:
    sells(world, "lamp")
    sells(world, "bulb", available=False)
    for number in range(3):
        bought(world, number, "lamp", "bulb")
    learn(merchant=world.merchant, now=NOW)

    found = recommend(basket=[], customer_id=None, now=NOW)

    assert [(one.product.sku, str(one.reason), one.because) for one in found] == [("lamp", "popular", None)]
