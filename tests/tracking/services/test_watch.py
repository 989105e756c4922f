"""What does not happen is noticed once, after the right number of business days."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.record import Subject, record_event
from tests.conftest import NOW
from tests.tracking.build import ADDRESS, NUMBER, events_of, make_order, make_shipment, news
from tracking.inputs import CheckpointInput
from tracking.models import Shipment, ShipmentAlarm, UnmatchedCheckpoint
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


# Silence about orders, promises, pick-ups; alarms that end; parcels that expire.


def open_kinds():
    return sorted(ShipmentAlarm.objects.filter(ended_at=None).values_list("kind", flat=True))


def scan(world, at, status, **fields):
    item = CheckpointInput(tracking_number=NUMBER, occurred_at=at, status=status, **fields)
    record_checkpoints(merchant=world.merchant, checkpoints=[item], now=at)


@pytest.fixture
def sends_parcels(world, in_scope):
    """An order of last year whose parcel arrived: this merchant tells us of parcels."""
    past = make_order(world, "past", placed_at=NOW - dt.timedelta(days=300))
    make_shipment(world, past, tracking_number="PAST")
    Shipment.objects.filter(order=past).update(status="delivered", delivered_at=NOW - dt.timedelta(days=298))


def test_a_paid_order_without_a_parcel_is_told_once(world, sends_parcels) -> None:
    # Placed on Monday at 12:30 in Berlin: 72 hours later is Thursday.
    order = make_order(world, placed_at=NOW - dt.timedelta(days=2))

    assert watch(merchant=world.merchant, now=THURSDAY - dt.timedelta(seconds=1)) == 0
    assert watch(merchant=world.merchant, now=THURSDAY) == 1
    assert watch(merchant=world.merchant, now=THURSDAY) == 0

    assert events_of(order, "order.not_sent") == [{"backfill": False, "rule": "not_sent", "hours": 72}]
    assert open_kinds() == ["not_sent"]
    make_shipment(world, order)
    watch(merchant=world.merchant, now=THURSDAY)
    assert open_kinds() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"payment_status": "pending"},
        {"payment_status": "refunded"},
        {"status": "cancelled"},
        {"status": "fulfilled"},
        {"backfill": True},
        {"shipping_address": {}},
        {"promised_to": dt.date(2026, 8, 14)},
    ],
)
def test_an_order_that_need_not_be_sent_now_is_no_alarm(world, sends_parcels, fields) -> None:
    make_order(world, placed_at=NOW - dt.timedelta(days=2), **fields)

    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=9)) == 0


def test_the_hours_begin_when_the_order_was_paid(world, sends_parcels) -> None:
    order = make_order(world, placed_at=NOW - dt.timedelta(days=9))
    record_event(merchant_id=world.merchant.id, type="order.paid", subject=Subject.order(order.id), data={}, now=NOW)

    watch(merchant=world.merchant, now=MONDAY - dt.timedelta(seconds=1))
    assert open_kinds() == []
    watch(merchant=world.merchant, now=MONDAY)
    assert open_kinds() == ["not_sent"]


def test_a_merchant_whose_parcels_we_never_hear_of_is_left_in_peace(world, in_scope) -> None:
    make_order(world, placed_at=NOW - dt.timedelta(days=20))

    assert watch(merchant=world.merchant, now=NOW) == 0


def test_a_promise_for_tomorrow_is_at_risk_while_the_carrier_has_no_parcel(world, in_scope) -> None:
    order = make_order(world, promised_to=dt.date(2026, 7, 16))
    shipment = make_shipment(world, order)
    renew_promise(merchant=world.merchant, order=order, shipment=shipment, now=NOW)
    at_two = NOW.replace(hour=12, minute=0)

    assert watch(merchant=world.merchant, now=at_two - dt.timedelta(seconds=1)) == 0
    assert watch(merchant=world.merchant, now=at_two) == 1
    assert watch(merchant=world.merchant, now=at_two) == 0
    assert events_of(order, "shipment.at_risk") == [
        {
            "shipment_id": str(shipment.id),
            "backfill": False,
            "rule": "promise_at_risk",
            "latest": "2026-07-16",
        }
    ]

    # Missed on Friday: that is another alarm, and the risk is over.
    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=2)) == 1
    watch(merchant=world.merchant, now=NOW + dt.timedelta(days=2))
    assert open_kinds() == ["promise_missed"]


@pytest.mark.parametrize(
    ("substatus", "after", "last_day"),
    [
        ("available_for_pickup_locker", 4, "2026-07-21"),
        ("available_for_pickup_parcel_shop", 6, "2026-07-23"),
    ],
)
def test_a_parcel_that_goes_back_soon_is_told_two_days_before(world, in_scope, substatus, after, last_day) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)
    scan(world, NOW, "available_for_pickup", substatus=substatus)

    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=after - 1)) == 0
    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=after)) == 1
    assert watch(merchant=world.merchant, now=NOW + dt.timedelta(days=after)) == 0
    assert events_of(order, "shipment.pickup_ending") == [
        {
            "shipment_id": str(shipment.id),
            "backfill": False,
            "rule": "pickup_ending",
            "source": "holding_time",
            "last_day": last_day,
        }
    ]

    scan(world, NOW + dt.timedelta(days=after, hours=1), "delivered", substatus="delivered_picked_up")
    watch(merchant=world.merchant, now=NOW + dt.timedelta(days=after, hours=1))
    assert open_kinds() == []


def test_the_carriers_own_word_of_the_last_days_is_heard_at_once(world, in_scope) -> None:
    order = make_order(world)
    make_shipment(world, order, carrier="austrian_post")
    scan(world, NOW, "available_for_pickup")
    assert watch(merchant=world.merchant, now=NOW) == 0

    scan(world, THURSDAY, "available_for_pickup", substatus="available_for_pickup_last_days")

    assert watch(merchant=world.merchant, now=THURSDAY) == 1
    assert [data["source"] for data in events_of(order, "shipment.pickup_ending")] == ["carrier"]


def test_a_scan_ends_the_alarm_about_silence_and_it_is_not_raised_again(world, in_scope) -> None:
    order = make_order(world)
    on_its_way(world, order)
    watch(merchant=world.merchant, now=MONDAY)
    assert open_kinds() == ["no_news"]

    scan(world, MONDAY + dt.timedelta(hours=1), "in_transit", city="Leipzig")
    watch(merchant=world.merchant, now=MONDAY + dt.timedelta(hours=2))
    assert open_kinds() == []

    watch(merchant=world.merchant, now=MONDAY + dt.timedelta(days=8))
    assert told(order) == ["no_news"]


def test_a_parcel_nobody_heard_of_for_thirty_days_expires_and_a_late_scan_opens_it_again(world, in_scope) -> None:
    order = make_order(world)
    shipment = on_its_way(world, order)
    thirty_days = NOW + dt.timedelta(days=30)

    watch(merchant=world.merchant, now=thirty_days - dt.timedelta(seconds=1))
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"
    watch(merchant=world.merchant, now=thirty_days)
    watch(merchant=world.merchant, now=thirty_days + dt.timedelta(minutes=1))
    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus, shipment.status_at) == ("expired", "", thirty_days)
    changes = events_of(order, "shipment.status_changed")
    assert [(one["from"], one["to"]) for one in changes] == [("pending", "in_transit"), ("in_transit", "expired")]
    assert open_kinds() == []

    # News of long ago changes nothing; news of yesterday does.
    late = thirty_days + dt.timedelta(days=2)
    for occurred_at, status in ((NOW + dt.timedelta(hours=1), "expired"), (late - dt.timedelta(days=1), "in_transit")):
        item = CheckpointInput(tracking_number=NUMBER, occurred_at=occurred_at, status="in_transit", city="Leipzig")
        record_checkpoints(merchant=world.merchant, checkpoints=[item], now=late)
        shipment.refresh_from_db()
        assert shipment.status == status


def test_what_waits_for_a_merchant_alone_is_watched_for_all(world, other_world) -> None:
    """Each reason to look at a merchant counts by itself."""
    with merchant_scope(world.merchant.id):
        past = make_order(world, "past", placed_at=NOW - dt.timedelta(days=300))
        make_shipment(world, past, tracking_number="PAST")
        Shipment.objects.filter(order=past).update(status="delivered", delivered_at=NOW)
        order = make_order(world, placed_at=NOW - dt.timedelta(days=2))

    assert watch_all(now=THURSDAY) == 1

    with merchant_scope(world.merchant.id):
        assert len(events_of(order, "order.not_sent")) == 1
    with merchant_scope(other_world.merchant.id):
        assert ShipmentAlarm.objects.count() == 0
