"""The promise ledger: one row for every day that is told, none for the same day again."""

import datetime as dt

from orders.enums import OrderStatus
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment
from tracking.models import Promise
from tracking.services import promise as service


def promises():
    return [
        (str(row.source), row.shipment_id, row.earliest.isoformat(), row.latest.isoformat())
        for row in Promise.objects.order_by("id")
    ]


def placed(world, order):
    return service.renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)


def test_an_order_without_a_named_day_gets_an_estimate_and_an_event(world, in_scope) -> None:
    order = make_order(world)

    row = placed(world, order)

    assert promises() == [("estimate", None, "2026-07-16", "2026-07-20")]
    assert events_of(order) == [{"shipment_id": None, "promise_id": str(row.id), "backfill": False}]


def test_the_shops_own_day_comes_first_and_is_stored_once(world, in_scope) -> None:
    order = make_order(world, promised_to=dt.date(2026, 7, 18))

    assert placed(world, order) is not None
    assert placed(world, order) is None

    assert promises() == [("shop", None, "2026-07-18", "2026-07-18")]


def test_another_day_is_another_row(world, in_scope) -> None:
    order = make_order(world, promised_to=dt.date(2026, 7, 18))
    placed(world, order)
    order.promised_to = dt.date(2026, 7, 20)

    placed(world, order)

    assert [row[2] for row in promises()] == ["2026-07-18", "2026-07-20"]


def test_a_parcel_counts_from_its_hand_over_unless_it_names_a_day(world, in_scope) -> None:
    order = make_order(world)
    estimated = make_shipment(world, order, shipped_at=NOW)
    named = make_shipment(world, order, "p2", promised_to=dt.date(2026, 7, 30))

    for shipment in (estimated, named):
        service.renew_promise(merchant=world.merchant, order=order, shipment=shipment, now=NOW)

    assert promises() == [
        ("estimate", estimated.id, "2026-07-16", "2026-07-18"),  # DHL comes on Saturdays
        ("shop", named.id, "2026-07-30", "2026-07-30"),
    ]


def test_nobody_is_promised_anything_without_address_for_history_or_after_cancelling(world, in_scope) -> None:
    for number, fields in enumerate(({"shipping_address": {}}, {"backfill": True}, {"status": OrderStatus.CANCELLED})):
        assert placed(world, make_order(world, str(number), **fields)) is None

    assert promises() == []


def test_history_keeps_the_days_the_shop_had_named(world, in_scope) -> None:
    order = make_order(world, backfill=True, promised_to=dt.date(2026, 7, 1))

    placed(world, order)

    assert promises() == [("shop", None, "2026-07-01", "2026-07-01")]


def test_the_handlers_find_order_and_parcel_by_the_event(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order, shipped_at=NOW)

    service.on_shipment_registered(event=Event.objects.get(type="shipment.registered"))

    assert [row[1] for row in promises()] == [shipment.id]


def test_a_stranger_sees_no_promise(world, other_world) -> None:
    with merchant_scope(world.merchant.id):
        placed(world, make_order(world))
    with merchant_scope(other_world.merchant.id):
        assert promises() == []
