"""Promises kept or broken, and what is still to be sent."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import make_order, make_shipment, news
from tracking import selectors
from tracking.inputs import ShipmentLineInput
from tracking.models import Promise
from tracking.services.record import record_checkpoints

BERLIN = ZoneInfo("Europe/Berlin")


def promise(world, order, shipment, day, made_at=NOW):
    Promise.objects.create(
        merchant=world.merchant,
        order=order,
        shipment=shipment,
        source="shop",
        earliest=day,
        likely=day,
        latest=day,
        made_at=made_at,
    )


def state_of(shipment, now=NOW):
    shipment.refresh_from_db()
    return selectors.promise_of_shipment(shipment=shipment, time_zone=BERLIN, now=now)


def test_nothing_promised_is_nothing(world, in_scope) -> None:
    assert state_of(make_shipment(world, make_order(world))) is None


@pytest.mark.parametrize(
    ("delivered_at", "now", "kept"),
    [
        (None, "2026-07-15T21:00:00+00:00", None),
        (None, "2026-07-15T22:30:00+00:00", False),  # half past midnight in Berlin
        ("2026-07-15T21:59:00+00:00", "2026-07-20T00:00:00+00:00", True),
        ("2026-07-15T22:01:00+00:00", "2026-07-20T00:00:00+00:00", False),
    ],
)
def test_a_promise_is_kept_until_the_end_of_its_day_where_the_merchant_is(
    world, in_scope, delivered_at, now, kept
) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)
    promise(world, order, shipment, dt.date(2026, 7, 15))
    if delivered_at:
        item = news(1, "delivered")
        moved = type(item)(tracking_number=item.tracking_number, occurred_at=_moment(delivered_at), status=item.status)
        record_checkpoints(merchant=world.merchant, checkpoints=[moved], now=_moment(now))

    assert state_of(shipment, _moment(now)).kept is kept


def _moment(text):
    return dt.datetime.fromisoformat(text)


def test_the_first_promise_counts_and_another_parcels_does_not(world, in_scope) -> None:
    order = make_order(world)
    mine, other = make_shipment(world, order), make_shipment(world, order, "p2")
    promise(world, order, None, dt.date(2026, 7, 14), NOW - dt.timedelta(days=2))
    promise(world, order, mine, dt.date(2026, 7, 16), NOW - dt.timedelta(days=1))
    promise(world, order, other, dt.date(2026, 7, 30))

    state = state_of(mine)

    assert (state.original.latest.day, state.current.latest.day, state.kept) == (14, 16, False)


def test_what_is_in_no_parcel_is_still_to_be_sent(world, in_scope) -> None:
    order = make_order(world)
    lamp, cup = order.lines.order_by("position")
    make_shipment(world, order, "p1", lines=(ShipmentLineInput(line="1", quantity=1),))

    assert selectors.unsent_quantities(order=order) == {lamp.id: 1, cup.id: 1}

    make_shipment(world, order, "p2")  # does not tell its contents: everything may be in it
    assert selectors.unsent_quantities(order=order) == {}


@pytest.mark.parametrize("parcels", [1, 3])
def test_an_orders_parcels_come_with_everything_in_five_queries(
    world, in_scope, parcels, django_assert_num_queries
) -> None:
    order = make_order(world)
    for number in range(parcels):
        lines = (ShipmentLineInput(line="1", quantity=1),)
        make_shipment(world, order, f"p{number}", tracking_number=f"N{number}", lines=lines)
        items = [news(1, "info_received", number=f"N{number}"), news(2, "in_transit", number=f"N{number}")]
        record_checkpoints(merchant=world.merchant, checkpoints=items, now=NOW)

    with django_assert_num_queries(5):
        shipments = selectors.shipments_of_order(order_id=order.id)
        shown = [
            ([str(item.status) for item in one.checkpoints.all()], [line.order_line.sku for line in one.lines.all()])
            for one in shipments
        ]

    assert shown == [(["in_transit", "info_received"], ["lamp"])] * parcels


def test_a_stranger_finds_neither_parcel_nor_order(world, other_world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        shipment = make_shipment(world, order)

    with merchant_scope(other_world.merchant.id):
        assert selectors.shipment_by_id(shipment_id=shipment.id) is None
        assert selectors.shipments_of_order(order_id=order.id) == []
        assert selectors.page_of_order(order_id=order.id) is None
        assert selectors.find_order(number="1001", second="10115") is None
        assert not Order.objects.exists()
