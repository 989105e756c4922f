"""Parcels arrive, or do not: what is kept to learn from, and what becomes of promises."""

import datetime as dt

import pytest

from orders.enums import OrderStatus
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.tracking.build import NUMBER, events_of, make_order, make_shipment
from tracking.inputs import CheckpointInput
from tracking.models import PromiseVerdict, TransitRecord
from tracking.selectors import promise_of_shipment
from tracking.services.arrivals import judge_overdue, keep_history, on_shipment_status_changed
from tracking.services.promise import renew_promise
from tracking.services.record import record_checkpoints

MUNICH = {"country": "DE", "postal_code": "80331", "name": "Anna"}


def at(text: str) -> dt.datetime:
    """A moment of Berlin's summer."""
    return dt.datetime.fromisoformat(f"{text}+02:00")


def promised_parcel(world, *, placed: str = "2026-07-14T10:00", promised_to: dt.date | None = None, **fields):
    """An order of Tuesday (leaves on Wednesday) with a day and a parcel."""
    order = make_order(world, placed_at=at(placed), promised_to=promised_to, shipping_address=MUNICH, **fields)
    renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)
    return order, make_shipment(world, order)


def hear(world, *news: tuple[str, str]) -> None:
    """Carrier news as (moment, status), heard within the hour, and the handler of what it changed."""
    items = [CheckpointInput(tracking_number=NUMBER, occurred_at=at(when), status=what) for when, what in news]
    now = items[-1].occurred_at + dt.timedelta(hours=1)
    record_checkpoints(merchant=world.merchant, checkpoints=items, now=now)
    for event in Event.objects.filter(type="shipment.status_changed").order_by("sequence"):
        on_shipment_status_changed(event=event)


def verdicts():
    return [(row.kept, row.cause, row.arrived_on, row.is_within, row.is_exact) for row in PromiseVerdict.objects.all()]


def test_an_arrival_in_time_keeps_the_promise_and_the_time_on_the_road(world, in_scope) -> None:
    order, shipment = promised_parcel(world)

    hear(world, ("2026-07-15T17:00", "in_transit"), ("2026-07-17T11:00", "delivered"))

    record = TransitRecord.objects.get()
    assert (record.carrier, record.origin, record.destination) == ("dhl", "DE", "DE-80")
    assert (record.days, record.weekday, record.handed_over_on) == (2, 2, dt.date(2026, 7, 15))
    assert verdicts() == [(True, "", dt.date(2026, 7, 17), True, True)]
    (kept,) = events_of(order, "promise.kept", "promise.broken")
    assert kept == {
        "shipment_id": str(shipment.id),
        "promise_id": str(PromiseVerdict.objects.get().promise_id),
        "due_on": "2026-07-20",
        "arrived_on": "2026-07-17",
        "cause": "",
        "backfill": False,
    }


def test_a_parcel_is_judged_by_the_day_its_order_was_promised_however_late_its_own_was_named(world, in_scope) -> None:
    friday, monday = dt.date(2026, 7, 17), dt.date(2026, 7, 20)
    order, shipment = promised_parcel(world, promised_to=friday)
    hear(world, ("2026-07-16T17:00", "in_transit"))
    shipment.promised_to = monday
    shipment.save(update_fields=["promised_to"])
    renew_promise(merchant=world.merchant, order=order, shipment=shipment, now=at("2026-07-17T09:00"))

    hear(world, ("2026-07-20T11:00", "delivered"))

    verdict = PromiseVerdict.objects.get()
    assert (verdict.kept, verdict.due_on, verdict.arrived_on) == (False, friday, monday)
    state = promise_of_shipment(shipment=shipment, time_zone=dt.UTC, now=at("2026-07-21T09:00"))
    assert state is not None
    assert (state.original.latest, state.current.latest, state.kept) == (friday, monday, False)


def test_the_same_news_again_changes_nothing(world, in_scope) -> None:
    order, _ = promised_parcel(world)
    news = (("2026-07-15T17:00", "in_transit"), ("2026-07-17T11:00", "delivered"))

    hear(world, *news)
    hear(world, *news)

    assert (TransitRecord.objects.count(), PromiseVerdict.objects.count()) == (1, 1)
    assert len(events_of(order, "promise.kept")) == 1


@pytest.mark.parametrize(("arrived", "kept"), [("2026-07-18T23:59", True), ("2026-07-19T00:01", False)])
def test_the_day_ends_at_local_midnight(world, in_scope, arrived: str, kept: bool) -> None:
    promised_parcel(world, promised_to=dt.date(2026, 7, 18))

    hear(world, ("2026-07-15T17:00", "in_transit"), (arrived, "delivered"))

    assert [row[0] for row in verdicts()] == [kept]


def test_the_day_ends_at_local_midnight_on_the_day_clocks_go_back(world, in_scope) -> None:
    """25 October 2026 has 25 hours: 22:30 UTC is half past eleven at night, 23:30 UTC already tomorrow."""
    promised_parcel(world, placed="2026-10-21T10:00", promised_to=dt.date(2026, 10, 25))
    evening = dt.datetime(2026, 10, 25, 22, 30, tzinfo=dt.UTC)
    items = [CheckpointInput(tracking_number=NUMBER, occurred_at=evening, status="delivered")]
    record_checkpoints(merchant=world.merchant, checkpoints=items, now=evening)

    on_shipment_status_changed(event=Event.objects.get(type="shipment.status_changed"))

    assert [(row[0], row[2]) for row in verdicts()] == [(True, dt.date(2026, 10, 25))]


@pytest.mark.parametrize(
    ("first", "within"), [(dt.date(2026, 7, 17), False), (dt.date(2026, 7, 16), True), (None, True)]
)
def test_too_early_is_kept_but_not_within_and_nobody_is_too_early_for_a_single_day(
    world, in_scope, first: dt.date | None, within: bool
) -> None:
    promised_parcel(world, promised_from=first, promised_to=dt.date(2026, 7, 18))

    hear(world, ("2026-07-15T17:00", "in_transit"), ("2026-07-16T11:00", "delivered"))

    assert verdicts() == [(True, "", dt.date(2026, 7, 16), within, False)]


def test_a_day_that_passes_is_broken_once_and_told_why(world) -> None:
    with merchant_scope(world.merchant.id):
        order, _ = promised_parcel(world, promised_to=dt.date(2026, 7, 18))
        hear(world, ("2026-07-15T17:00", "in_transit"))

    assert judge_overdue(now=at("2026-07-18T23:59")) == 0
    assert judge_overdue(now=at("2026-07-19T00:05")) == 1
    assert judge_overdue(now=at("2026-07-20T00:05")) == 0

    with merchant_scope(world.merchant.id):
        assert verdicts() == [(False, "unknown", None, False, False)]
        assert [data["cause"] for data in events_of(order, "promise.broken")] == ["unknown"]

        hear(world, ("2026-07-22T11:00", "delivered"))

        assert verdicts() == [(False, "carrier", dt.date(2026, 7, 22), False, False)]
        assert len(events_of(order, "promise.broken")) == 1
        assert events_of(order, "promise.kept") == []


def test_what_was_never_handed_over_is_the_warehouses(world) -> None:
    with merchant_scope(world.merchant.id):
        promised_parcel(world, promised_to=dt.date(2026, 7, 17))

    assert judge_overdue(now=at("2026-07-18T08:00")) == 1

    with merchant_scope(world.merchant.id):
        assert verdicts()[0][:2] == (False, "warehouse")


def test_late_news_may_find_a_promise_kept_after_all(world) -> None:
    with merchant_scope(world.merchant.id):
        order, _ = promised_parcel(world, promised_to=dt.date(2026, 7, 17))
    judge_overdue(now=at("2026-07-18T08:00"))

    with merchant_scope(world.merchant.id):
        hear(world, ("2026-07-15T17:00", "in_transit"), ("2026-07-17T11:00", "delivered"))

        assert verdicts() == [(True, "", dt.date(2026, 7, 17), True, True)]
        assert [len(events_of(order, name)) for name in ("promise.broken", "promise.kept")] == [1, 1]


def test_a_parcel_that_arrived_before_its_promise_was_known_is_judged_later(world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world, placed_at=at("2026-07-14T10:00"), promised_to=dt.date(2026, 7, 18))
        make_shipment(world, order)
        hear(world, ("2026-07-15T17:00", "in_transit"), ("2026-07-17T11:00", "delivered"))
        assert verdicts() == []
        renew_promise(merchant=world.merchant, order=order, shipment=None, now=NOW)

    assert judge_overdue(now=at("2026-07-17T12:00")) == 1

    with merchant_scope(world.merchant.id):
        assert [row[0] for row in verdicts()] == [True]


def test_nobody_judges_a_cancelled_order_or_what_was_never_promised(world) -> None:
    with merchant_scope(world.merchant.id):
        order, _ = promised_parcel(world, promised_to=dt.date(2026, 7, 17))
        order.status = OrderStatus.CANCELLED
        order.save(update_fields=["status"])
        make_shipment(world, make_order(world, "2", shipping_address={}), tracking_number="TEST-2")

    assert judge_overdue(now=at("2026-07-30T08:00")) == 0


def test_without_a_scan_the_shops_own_hand_over_counts_and_nonsense_does_not(world, in_scope) -> None:
    told = make_shipment(world, make_order(world, "1"), shipped_at=at("2026-07-15T10:00"))
    backwards = make_shipment(
        world, make_order(world, "2"), shipped_at=at("2026-07-20T10:00"), tracking_number="TEST-2"
    )
    for number in (NUMBER, "TEST-2"):
        item = CheckpointInput(tracking_number=number, occurred_at=at("2026-07-17T11:00"), status="delivered")
        record_checkpoints(merchant=world.merchant, checkpoints=[item], now=item.occurred_at)

    assert keep_history(merchant=world.merchant) == 2
    assert keep_history(merchant=world.merchant) == 0

    assert dict(TransitRecord.objects.values_list("shipment_id", "days")) == {told.id: 2, backwards.id: None}


def test_a_strangers_parcels_are_not_judged_with_mine(world, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        promised_parcel(other_world, promised_to=dt.date(2026, 7, 17))
    judge_overdue(now=at("2026-07-18T08:00"))

    with merchant_scope(world.merchant.id):
        assert verdicts() == []
    with merchant_scope(other_world.merchant.id):
        assert len(verdicts()) == 1
