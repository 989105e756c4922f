"""Decided once for an order, whoever asks; the last piece goes to one order only."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connections

from orders.inserts.decide import decide_packing, on_order_cancelled, packing_list
from orders.inserts.edit import InsertInput, remove_insert, save_insert
from orders.inserts.rules import Conditions
from orders.models import Customer, Insert, Order, PackedInsert, Packing, Product
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.validation import Refused
from tests.conftest import NOW
from tests.tracking.build import make_order


def add(world, name: str, *, conditions: Conditions | None = None, **fields) -> Insert:
    data = InsertInput(name=name, conditions=conditions or Conditions(), **fields)
    return save_insert(merchant=world.merchant, data=data, now=NOW)


def names(world, order: Order, now: dt.datetime = NOW) -> list[str]:
    return [one.name for one in decide_packing(merchant=world.merchant, order=order, now=now).inserts]


def test_what_was_decided_stays_whatever_becomes_of_the_rules(world, in_scope) -> None:
    order = make_order(world)
    card = add(world, "Card", note="On top", sku="C-1")

    first = decide_packing(merchant=world.merchant, order=order, now=NOW)
    add(world, "Sample", priority=5)
    save_insert(
        merchant=world.merchant, data=InsertInput(name="Other card", conditions=Conditions()), now=NOW, insert=card
    )
    later = decide_packing(merchant=world.merchant, order=order, now=NOW + dt.timedelta(days=3))
    remove_insert(insert=card)

    assert [(one.name, one.sku, one.note) for one in first.inserts] == [("Card", "C-1", "On top")]
    assert (later.decided_at, [one.name for one in later.inserts]) == (NOW, ["Card"])
    assert names(world, order) == ["Card"]
    assert [line.sku for line in first.lines] == ["lamp", "cup"]


def test_reading_decides_nothing_and_takes_nothing(world, in_scope) -> None:
    order = make_order(world)
    card = add(world, "Card", stock=1)

    before = packing_list(order=order)
    card.refresh_from_db()
    assert (list(before.inserts), before.decided_at, before.is_to_be_decided, card.stock) == ([], None, True, 1)
    assert Packing.objects.count() == 0

    decided = decide_packing(merchant=world.merchant, order=order, now=NOW)
    after = packing_list(order=order)
    card.refresh_from_db()
    assert [one.id for one in after.inserts] == [one.id for one in decided.inserts]
    assert (after.decided_at, after.is_to_be_decided, card.stock) == (NOW, False, 0)


def test_conditions_look_at_the_order_its_customer_and_its_products(world, in_scope) -> None:
    customer = Customer.objects.create(
        merchant=world.merchant, attributes={"vip": True}, created_at=NOW, updated_at=NOW
    )
    before = NOW - dt.timedelta(days=30)
    make_order(world, "cancelled", customer=customer, placed_at=before, status="cancelled")
    first = make_order(world, "first", customer=customer, placed_at=before + dt.timedelta(days=1))
    second = make_order(world, "second", customer=customer)
    gift = make_order(world, "gift", recipient={"name": "Oma"}, shipping_address={"country": "AT"})
    Product.objects.create(
        merchant=world.merchant, sku="cup", name="Cup", categories=["tea"], created_at=NOW, updated_at=NOW
    )
    add(world, "welcome", conditions=Conditions(order_until=1), priority=9)
    add(world, "regular", conditions=Conditions(order_from=2), priority=8)
    add(world, "vip", conditions=Conditions(attribute="vip"), priority=7)
    add(world, "tea", conditions=Conditions(categories=["tea"]), priority=6)
    add(world, "gift card", conditions=Conditions(gifts=True, countries=["AT"]), priority=5)

    assert names(world, first) == ["welcome", "vip", "tea"]
    assert names(world, second) == ["regular", "vip", "tea"]
    assert names(world, gift) == ["tea", "gift card"]


@pytest.mark.parametrize(
    "fields",
    [{"payment_status": "pending"}, {"status": "cancelled"}, {"backfill": True}, {"payment_status": "refunded"}],
)
def test_an_order_that_is_not_to_be_packed_decides_nothing(world, in_scope, fields) -> None:
    order = make_order(world, **fields)
    card = add(world, "Card", stock=1)

    found = decide_packing(merchant=world.merchant, order=order, now=NOW)

    assert (list(found.inserts), found.decided_at, Packing.objects.count()) == ([], None, 0)
    card.refresh_from_db()
    assert card.stock == 1


def test_a_switched_off_insert_stays_at_home(world, in_scope) -> None:
    add(world, "Card", active=False)

    assert names(world, make_order(world)) == []


def test_where_the_first_choice_has_run_out_the_next_goes_along(world, in_scope) -> None:
    add(world, "Gift", stock=1, priority=5, alone=True)
    add(world, "Card")

    assert names(world, make_order(world, "1")) == ["Gift"]
    assert names(world, make_order(world, "2")) == ["Card"]


def test_cancelling_puts_limited_pieces_back_once(world, in_scope) -> None:
    order = make_order(world)
    gift = add(world, "Gift", stock=3, priority=1)
    add(world, "Card")
    assert names(world, order) == ["Gift", "Card"]
    event = record_event(
        merchant_id=world.merchant.id, type="order.cancelled", subject=Subject.order(order.id), data={}, now=NOW
    )

    on_order_cancelled(event=event)
    on_order_cancelled(event=event)

    gift.refresh_from_db()
    assert gift.stock == 3
    assert names(world, order) == []
    assert PackedInsert.objects.filter(released_at=NOW).count() == 2


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"first_day": dt.date(2026, 2, 2), "last_day": dt.date(2026, 2, 1)}, "/last_day"),
        ({"stock": -1}, "/stock"),
        ({"conditions": Conditions(order_from=3, order_until=2)}, "/conditions/order_until"),
        ({"conditions": Conditions(currency="EUR")}, "/conditions/currency"),
        ({"conditions": Conditions(value_from=Decimal(-1), currency="EUR")}, "/conditions/value_from"),
        ({"conditions": Conditions(value_from=Decimal("NaN"), currency="EUR")}, "/conditions/value_from"),
        ({"conditions": Conditions(attribute_values=["gold"])}, "/conditions/attribute"),
    ],
)
def test_contradictions_are_refused_and_nothing_is_stored(world, in_scope, fields, pointer) -> None:
    with pytest.raises(Refused) as refused:
        add(world, **{"name": "Card", **fields})

    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert Insert.objects.count() == 0


def test_eight_packers_at_once_take_the_last_three_pieces_exactly(world, committed_db) -> None:
    with merchant_scope(world.merchant.id):
        gift = add(world, "Gift", stock=3)
        orders = [make_order(world, str(number)) for number in range(4)]
    answers: list[tuple[str, tuple[object, ...]]] = []
    start = threading.Barrier(8)

    def pack(order: Order) -> None:
        start.wait(10)
        try:
            with merchant_scope(world.merchant.id):
                found = decide_packing(merchant=world.merchant, order=order, now=NOW)
                answers.append((order.external_id, tuple(one.id for one in found.inserts)))
        finally:
            connections.close_all()

    packers = [threading.Thread(target=pack, args=[order]) for order in orders * 2]
    for packer in packers:
        packer.start()
    for packer in packers:
        packer.join(30)

    with merchant_scope(world.merchant.id):
        gift.refresh_from_db()
        assert (gift.stock, PackedInsert.objects.count(), Packing.objects.count()) == (0, 3, 4)
    assert len(answers) == 8
    by_order = {number: {found for order, found in answers if order == number} for number, _ in answers}
    assert all(len(found) == 1 for found in by_order.values())
    assert sorted(len(found) for (found,) in by_order.values()) == [0, 1, 1, 1]
