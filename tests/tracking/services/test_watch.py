"""What does not happen is noticed once, after the right number of business days."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import ADDRESS, events_of, make_order, make_shipment, news
from tracking.models import UnmatchedCheckpoint
from tracking.services.promise import renew_promise
from tracking.services.record import record_checkpoints
from tracking.services.watch import watch, watch_all

# NOW is Wednesday, 15 July 2026.
THURSDAY = NOW + dt.timedelta(days=1)
MONDAY = NOW + dt.timedelta(days=5)
TUESDAY = NOW + dt.timedelta(days=6)


def told(order):
    rows = [*events_of(order, "shipment.delayed"), *events_of(order, "shipment.stalled")]
    return [row.get("cause") or row["rule"] for row in rows]


def on_its_way(world, order, **fields):
    shipment = make_shipment(world, order, **fields)
    # Heard on Wednesday at noon.
    record_checkpoints(merchant=world.merchant, checkpoints=[news(24, "in_transit")], now=NOW)
    return shipment


def test_a_promised_day_that_passed_is_told_once(world, in_scope) -> None:
    order = make_order(world, promised_to=dt.date(2026, 7, 15))
    shipment = on_its_way(world, order)
    renew_promise(merchant=world.merchant, order=order, shipment=shipment, now=NOW)

    assert watch(merchant=world.merchant, now=NOW) == 0
    assert watch(merchant=world.merchant, now=THURSDAY) == 1
    assert watch(merchant=world.merchant, now=THURSDAY) == 0

    assert events_of(order, "shipment.delayed") == [
        {"shipment_id": str(shipment.id), "backfill": False, "cause": "promise"}
    ]


def test_a_parcel_announced_and_never_picked_up_is_noticed_after_four_business_days(world, in_scope) -> None:
    order = make_order(world)
    make_shipment(world, order)

    watch(merchant=world.merchant, now=MONDAY)
    assert told(order) == []
    watch(merchant=world.merchant, now=TUESDAY)
    assert told(order) == ["not_picked_up"]


@pytest.mark.parametrize(("country", "quiet_day"), [("DE", MONDAY), ("FR", NOW + dt.timedelta(days=7))])
def test_a_parcel_gone_quiet_is_noticed_later_abroad(world, in_scope, country, quiet_day) -> None:
    order = make_order(world, shipping_address={**ADDRESS, "country": country})
    on_its_way(world, order)

    watch(merchant=world.merchant, now=quiet_day - dt.timedelta(days=1))
    assert told(order) == []
    watch(merchant=world.merchant, now=quiet_day)
    watch(merchant=world.merchant, now=quiet_day)
    assert told(order) == ["no_news"]


def test_a_national_holiday_is_not_a_day_without_news(world, in_scope) -> None:
    # Bastille Day, Tuesday 14 July 2026, in France.
    friday = dt.datetime(2026, 7, 10, 10, tzinfo=dt.UTC)
    orders = {
        country: make_order(world, country, shipping_address={**ADDRESS, "country": country})
        for country in ("FR", "BE")
    }
    for country, order in orders.items():
        make_shipment(world, order, tracking_number=country)
        item = news(0, "in_transit", number=country)
        record_checkpoints(
            merchant=world.merchant, checkpoints=[type(item)(**{**_fields(item), "occurred_at": friday})], now=NOW
        )

    watch(merchant=world.merchant, now=dt.datetime(2026, 7, 17, 10, tzinfo=dt.UTC))

    assert {country: told(order) for country, order in orders.items()} == {"BE": ["no_news"], "FR": []}


def _fields(item):
    return {name: getattr(item, name) for name in item.__struct_fields__}


def test_what_is_over_or_history_or_cancelled_is_not_watched(world, in_scope) -> None:
    delivered = make_order(world, "1")
    on_its_way(world, delivered)
    record_checkpoints(merchant=world.merchant, checkpoints=[news(24.5, "delivered")], now=NOW)
    backfilled = make_order(world, "2", backfill=True)
    make_shipment(world, backfilled, tracking_number="H")
    cancelled = make_order(world, "3", status="cancelled")
    make_shipment(world, cancelled, tracking_number="C")
    unnumbered = make_order(world, "4")
    make_shipment(world, unnumbered, tracking_number=None)

    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=20)) == 0


def test_all_merchants_are_watched_each_for_itself(world, other_world) -> None:
    orders = {}
    for one in (world, other_world):
        with merchant_scope(one.merchant.id):
            orders[one.merchant.id] = make_order(one)
            make_shipment(one, orders[one.merchant.id])

    assert watch_all(now=TUESDAY) == 2

    for merchant_id, order in orders.items():
        with merchant_scope(merchant_id):
            assert told(order) == ["not_picked_up"]


def test_news_that_never_found_its_parcel_is_forgotten_after_thirty_days(world) -> None:
    with merchant_scope(world.merchant.id):
        record_checkpoints(merchant=world.merchant, checkpoints=[news(1, "in_transit")], now=NOW)

    watch_all(now=NOW + dt.timedelta(days=29))
    with merchant_scope(world.merchant.id):
        assert UnmatchedCheckpoint.objects.count() == 1
    watch_all(now=NOW + dt.timedelta(days=31))
    with merchant_scope(world.merchant.id):
        assert UnmatchedCheckpoint.objects.count() == 0
