"""Which parcels are planned: those of a carrier with an account, when they come, change, or were there before."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from tests.tracking.build import make_order, make_shipment, news
from tests.tracking.polling.services.conftest import ask, fresh
from tracking.inputs import ShipmentInput
from tracking.models import CarrierAccount, ParcelPoll, Shipment
from tracking.polling.clients.registry import CLIENTS
from tracking.polling.services import plan
from tracking.polling.services.accounts import connect_account
from tracking.polling.services.plan import account_for, plan_parcels_on_their_way
from tracking.services.record import record_checkpoints
from tracking.services.register import register_shipment

NUMBER = "00340434161094042557"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def register(world, now: dt.datetime, number: str = NUMBER, carrier: str = "dhl", **order) -> Shipment:
    """Register a parcel as a shop does, and let the events take effect."""
    with merchant_scope(world.merchant.id):
        from orders.models import Order

        made = Order.objects.filter(external_id="1").first() or make_order(world, "1", **order)
        shipment = register_shipment(
            merchant=world.merchant,
            order=made,
            data=ShipmentInput(external_id="p1", carrier=carrier, tracking_number=number),
            now=now,
        ).shipment
    handle_subject(merchant_id=world.merchant.id, subject_id=shipment.order_id)
    return shipment


def polls(world) -> list[ParcelPoll]:
    with merchant_scope(world.merchant.id):
        return list(ParcelPoll.objects.select_related("shipment", "account").order_by("id"))


def test_a_new_parcel_is_asked_about_once_the_carrier_can_know_it(connect, world, now) -> None:
    account = connect()
    shipment = register(world, now)

    [poll] = polls(world)
    assert (poll.shipment_id, poll.account_id, poll.stopped) == (shipment.id, account.id, "")
    assert 15 * MINUTE <= poll.next_poll_at - now <= 20 * MINUTE


@pytest.mark.parametrize(
    ("number", "carrier", "order"),
    [
        (NUMBER, "ups", {}),
        (NUMBER, "Kiezbote", {}),
        ("", "dhl", {}),
        ("ABC/../DEF", "dhl", {}),
        (NUMBER, "dhl", {"backfill": True}),
    ],
)
def test_others_are_not_planned(connect, world, now, number: str, carrier: str, order: dict[str, bool]) -> None:
    connect()
    register(world, now, number, carrier, **order)

    assert polls(world) == []


def test_without_an_account_nothing_is_planned(world, now) -> None:
    register(world, now)

    assert polls(world) == []


def test_another_number_begins_anew_and_no_number_ends_it(connect, world, now) -> None:
    connect()
    register(world, now)
    with merchant_scope(world.merchant.id):
        ParcelPoll.objects.update(next_poll_at=None, stopped="expired", answer="not_found", troubles=3, heard_at=now)
    register(world, now + HOUR, "00340434161094042564")

    [poll] = polls(world)
    assert (poll.stopped, poll.answer, poll.troubles, poll.heard_at) == ("", "", 0, None)
    assert poll.next_poll_at >= now + HOUR
    register(world, now + 2 * HOUR, "")
    assert polls(world) == []


def test_a_change_that_does_not_matter_changes_no_plan(connect, world, now) -> None:
    connect()
    shipment = register(world, now)
    [before] = polls(world)
    with merchant_scope(world.merchant.id):
        register_shipment(
            merchant=world.merchant,
            order=shipment.order,
            data=ShipmentInput(external_id="p1", carrier="dhl", tracking_number=NUMBER, service="Paket"),
            now=now + HOUR,
        )
    handle_subject(merchant_id=world.merchant.id, subject_id=shipment.order_id)

    [after] = polls(world)
    assert (after.next_poll_at, after.planned_at) == (before.next_poll_at, before.planned_at)


def test_what_was_on_its_way_before_the_account_is_spread_over_an_hour(world, now, monkeypatch) -> None:
    monkeypatch.setattr(plan, "PARCELS_PER_ROUND", 4)
    with merchant_scope(world.merchant.id):
        for number in range(10):
            make_shipment(world, make_order(world, f"o{number}"), tracking_number=f"003404341610940{number:05}")
        make_shipment(world, make_order(world, "done"), tracking_number="00340434161094042564")
        record_checkpoints(merchant=world.merchant, checkpoints=[news(1, "delivered", "00340434161094042564")], now=now)
        make_shipment(world, make_order(world, "history", backfill=True), tracking_number="00340434161094042571")
        make_shipment(world, make_order(world, "odd"), tracking_number="A-B/C")
        account = connect_account(
            merchant=world.merchant, client=CLIENTS["dhl"], credentials={"api_key": "k"}, now=now
        ).account
        rounds = 0
        while not plan_parcels_on_their_way(account=account, now=now):
            rounds += 1

    assert rounds == 2
    planned = polls(world)
    assert {poll.shipment.order.external_id for poll in with_orders(world, planned)} == {f"o{n}" for n in range(10)}
    assert all(now <= poll.next_poll_at <= now + HOUR for poll in planned)


def with_orders(world, found: list[ParcelPoll]) -> list[ParcelPoll]:
    with merchant_scope(world.merchant.id):
        return list(ParcelPoll.objects.filter(pk__in=[one.pk for one in found]).select_related("shipment__order"))


def test_old_parcels_are_left_alone(world, now) -> None:
    with merchant_scope(world.merchant.id):
        make_shipment(world, make_order(world), tracking_number=NUMBER)
        account = connect_account(
            merchant=world.merchant, client=CLIENTS["dhl"], credentials={"api_key": "k"}, now=now + 30 * DAY
        ).account
        assert plan_parcels_on_their_way(account=account, now=now + 30 * DAY)

    assert polls(world) == []


def test_a_worker_plans_what_was_there_before_it_asks(stand_in, world, now) -> None:
    with merchant_scope(world.merchant.id):
        make_shipment(world, make_order(world), tracking_number=NUMBER)
        account = connect_account(
            merchant=world.merchant, client=CLIENTS["dhl"], credentials={"api_key": "k"}, now=now
        ).account
    ask(account, now)

    assert len(polls(world)) == 1
    assert fresh(account).planned_at == now


def test_of_two_accounts_the_preferred_one_is_asked_and_the_other_stands_in(connect, world, now) -> None:
    unified = connect("dhl")
    register(world, now)
    assert [poll.account.client for poll in polls(world)] == ["dhl"]

    business = connect("dhl_parcel_de")
    with merchant_scope(world.merchant.id):
        assert account_for("dhl") == business
        assert CarrierAccount.objects.get(pk=unified.pk).planned_at is None
        plan_parcels_on_their_way(account=business, now=now)
    assert [poll.account.client for poll in polls(world)] == ["dhl_parcel_de"]

    with merchant_scope(world.merchant.id):
        connect_account(merchant=world.merchant, client=CLIENTS["dhl_parcel_de"], active=False, now=now)
        plan_parcels_on_their_way(account=unified, now=now)
    assert [poll.account.client for poll in polls(world)] == ["dhl"]
