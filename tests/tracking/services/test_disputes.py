"""The shopper's word against the carrier's: what is raised, and that it takes both."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.record import Subject, record_event
from tests.conftest import NOW
from tests.tracking.build import ADDRESS, events_of, make_order, make_shipment
from tracking.inputs import CheckpointInput
from tracking.models import ShipmentAlarm
from tracking.services.disputes import on_attempt_disputed, on_delivery_denied
from tracking.services.record import record_checkpoints

NOON = NOW.replace(hour=10, minute=0)  # in Berlin


def scan(world, number: str, status: str, at: dt.datetime, **more) -> None:
    item = CheckpointInput(tracking_number=number, occurred_at=at, status=status, **more)
    (result,) = record_checkpoints(merchant=world.merchant, checkpoints=[item], now=NOW)
    assert result.status == "recorded"


def says(world, order, type_: str, **data):
    return record_event(merchant_id=world.merchant.id, type=type_, subject=Subject.order(order.id), data=data, now=NOW)


@pytest.fixture
def attempted(world, in_scope):
    """A parcel in the van whose shopper was not found at noon."""
    order = make_order(world)
    shipment = make_shipment(world, order, tracking_number="A")
    scan(world, "A", "out_for_delivery", NOON - dt.timedelta(hours=3))
    scan(world, "A", "attempt_failed", NOON, substatus="attempt_failed_not_home")
    return order, shipment


def neighbours(world, count: int, postal_code: str = "10119", at: dt.datetime = NOON, carrier: str = "dhl") -> None:
    for number in range(count):
        name = f"{carrier}-{postal_code}-{at:%H%M%S}-{number}"
        order = make_order(world, name, shipping_address={**ADDRESS, "postal_code": postal_code})
        make_shipment(world, order, tracking_number=name, carrier=carrier)
        scan(world, name.upper(), "attempt_failed", at + dt.timedelta(seconds=number))


def test_three_in_one_minute_and_the_shoppers_word_are_a_probable_false_attempt(world, attempted) -> None:
    order, shipment = attempted
    neighbours(world, 2)

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id))

    alarm = ShipmentAlarm.objects.get()
    assert (alarm.kind, alarm.order_id, alarm.shipment_id) == ("false_attempt", order.id, shipment.id)
    assert alarm.detail == {
        "score": 5,
        "signs": ["at_home", "same_minute"],
        "attempted_at": "2026-07-15T10:00:00+00:00",
    }
    assert events_of(order, "shipment.disputed") == [
        {"shipment_id": str(shipment.id), "backfill": False, "cause": "false_attempt", **alarm.detail}
    ]


def test_the_same_answer_again_raises_nothing_new(world, attempted) -> None:
    order, shipment = attempted
    neighbours(world, 2)

    for _ in range(2):
        on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id))

    assert ShipmentAlarm.objects.count() == 1
    assert len(events_of(order, "shipment.disputed")) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"postal_code": "80331"},
        {"at": NOON + dt.timedelta(minutes=1)},
        {"carrier": "dpd"},
    ],
    ids=["another area", "another minute", "another carrier"],
)
def test_others_do_not_count_who_are_not_of_the_same_round(world, attempted, elsewhere) -> None:
    order, shipment = attempted
    neighbours(world, 5, **elsewhere)

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id))

    assert ShipmentAlarm.objects.count() == 0


def test_a_shopper_who_was_out_accuses_nobody(world, attempted) -> None:
    order, shipment = attempted
    neighbours(world, 5)

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id, was_home=False))

    assert ShipmentAlarm.objects.count() == 0


def test_no_ring_and_a_parcel_that_was_never_in_the_van(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order, tracking_number="A")
    scan(world, "A", "attempt_failed", NOON)

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id, was_rung=False))

    assert ShipmentAlarm.objects.get().detail["signs"] == ["at_home", "no_ring", "never_out"]


@pytest.mark.parametrize(
    ("country", "postal_code", "hour", "signs"),
    [
        ("FI", "00100", 19, ["at_home", "no_ring", "unusual_hour"]),  # ten in the evening in Helsinki, nine in Berlin
        ("FI", "00100", 18, None),
        ("GB", "EC1A 1BB", 20, None),  # ten in Berlin, nine in London
        ("US", "10001", 21, None),  # nobody knows by which of its clocks
    ],
)
def test_an_hour_is_unusual_by_the_clock_of_the_place(
    world, in_scope, country: str, postal_code: str, hour: int, signs: list[str] | None
) -> None:
    order = make_order(world, shipping_address={**ADDRESS, "country": country, "postal_code": postal_code})
    shipment = make_shipment(world, order, tracking_number="A")
    evening = NOW.replace(day=14, hour=hour, minute=0)
    scan(world, "A", "out_for_delivery", evening - dt.timedelta(hours=9))
    scan(world, "A", "attempt_failed", evening)

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id, was_rung=False))

    assert [alarm.detail["signs"] for alarm in ShipmentAlarm.objects.all()] == ([signs] if signs else [])


def test_a_parcel_that_was_out_yesterday_evening_by_our_clock_was_out_that_day_in_america(world, in_scope) -> None:
    order = make_order(world, shipping_address={**ADDRESS, "country": "US", "postal_code": "10001"})
    shipment = make_shipment(world, order, tracking_number="A")
    morning_in_new_york = NOW.replace(day=13, hour=13, minute=0)
    scan(world, "A", "out_for_delivery", morning_in_new_york)
    scan(world, "A", "attempt_failed", morning_in_new_york + dt.timedelta(hours=10))

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id, was_rung=False))

    assert ShipmentAlarm.objects.count() == 0


def test_without_an_attempt_there_is_nothing_to_dispute(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)

    on_attempt_disputed(event=says(world, order, "delivery.attempt_disputed", shipment_id=shipment.id))

    assert ShipmentAlarm.objects.count() == 0


def test_a_denied_delivery_is_an_alarm_only_where_the_carrier_says_delivered(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order, tracking_number="A")
    on_delivery_denied(event=says(world, order, "delivery.denied", shipment_id=shipment.id))
    assert ShipmentAlarm.objects.count() == 0

    scan(world, "A", "delivered", NOON, substatus="delivered_to_safe_place")
    for _ in range(2):
        on_delivery_denied(event=says(world, order, "delivery.denied", shipment_id=shipment.id))

    assert events_of(order, "shipment.disputed") == [
        {
            "shipment_id": str(shipment.id),
            "backfill": False,
            "cause": "delivery_denied",
            "delivered_at": "2026-07-15T10:00:00+00:00",
            "location": "safe_place",
        }
    ]


def test_a_parcel_of_another_order_or_merchant_is_nobodys_here(world, other_world, in_scope) -> None:
    order, another = make_order(world), make_order(world, "1002")
    shipment = make_shipment(world, another, tracking_number="A")
    scan(world, "A", "delivered", NOON)
    event = says(world, order, "delivery.denied", shipment_id=shipment.id)
    on_delivery_denied(event=event)

    with merchant_scope(other_world.merchant.id):
        strange = make_order(other_world)
        on_delivery_denied(event=says(other_world, strange, "delivery.denied", shipment_id=shipment.id))
        assert ShipmentAlarm.objects.count() == 0

    assert ShipmentAlarm.objects.count() == 0
