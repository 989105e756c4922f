"""Parcels of an order: idempotent, checked against the order, and never too early or too late for their news."""

import datetime as dt
import threading

import pytest
from django.db import connection

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from tests.conftest import NOW
from tests.tracking.build import NUMBER, events_of, make_order, make_shipment, news
from tracking.inputs import ShipmentInput, ShipmentLineInput, ShipmentRefused
from tracking.models import Checkpoint, Shipment, ShipmentLine, UnmatchedCheckpoint
from tracking.services.record import record_checkpoints
from tracking.services.register import register_shipment

BODY = ShipmentInput(
    external_id="p1",
    carrier="DHL Paket",
    tracking_number="0034 0434",
    shipped_at=dt.datetime(2026, 7, 15, 9, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    lines=(ShipmentLineInput(line="1", quantity=1),),
    promised_to=dt.date(2026, 7, 17),
)


def register(world, order, data=BODY):
    return register_shipment(merchant=world.merchant, order=order, data=data, now=NOW)


def test_a_parcel_is_stored_with_its_contents(world, in_scope) -> None:
    order = make_order(world)

    result = register(world, order)

    assert (result.created, result.changed) == (True, True)
    stored = Shipment.objects.get()
    assert (stored.carrier, stored.carrier_word, stored.tracking_number) == ("dhl", "", "00340434")
    assert (stored.shipped_at, stored.promised_to, stored.status) == (
        dt.datetime(2026, 7, 15, 7, tzinfo=dt.UTC),
        dt.date(2026, 7, 17),
        "pending",
    )
    assert list(stored.lines.values_list("order_line__sku", "quantity")) == [("lamp", 1)]
    assert events_of(order) == [{"shipment_id": str(stored.id), "backfill": False}]


def test_the_same_body_again_changes_nothing_and_tells_nothing(world, in_scope) -> None:
    order = make_order(world)
    register(world, order)

    again = register(world, order)

    assert (again.created, again.changed) == (False, False)
    assert len(events_of(order)) == 1


def test_another_body_is_one_change(world, in_scope) -> None:
    order = make_order(world)
    register(world, order)

    result = register(world, order, ShipmentInput(external_id="p1", carrier="dhl", tracking_number="00340434"))

    assert (result.created, result.changed) == (False, True)
    assert events_of(order, "shipment.updated") == [
        {
            "shipment_id": str(result.shipment.id),
            "backfill": False,
            "changed": ["lines", "promised_to", "shipped_at"],
        }
    ]
    assert ShipmentLine.objects.count() == 0


def test_an_order_may_be_split_and_a_replacement_sent(world, in_scope) -> None:
    order = make_order(world)
    both = (ShipmentLineInput(line="1", quantity=2), ShipmentLineInput(line="2", quantity=1))

    register(world, order, ShipmentInput(external_id="p1", lines=both))
    register(world, order, ShipmentInput(external_id="p2", lines=both[:1]))

    assert sorted(ShipmentLine.objects.values_list("shipment__external_id", "quantity")) == [
        ("p1", 1),
        ("p1", 2),
        ("p2", 2),
    ]


def test_a_missing_carrier_is_found_by_the_number_or_stays_unknown(world, in_scope) -> None:
    order = make_order(world)

    found = register(world, order, ShipmentInput(external_id="p1", tracking_number="H1001234567890123456"))
    unknown = register(world, order, ShipmentInput(external_id="p2", tracking_number="12345678"))
    own_word = register(world, order, ShipmentInput(external_id="p3", carrier="Radkurier"))

    assert [(r.shipment.carrier, r.shipment.carrier_word) for r in (found, unknown, own_word)] == [
        ("hermes", ""),
        ("other", ""),
        ("other", "Radkurier"),
    ]


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"lines": (ShipmentLineInput(line="9", quantity=1),)}, "/lines/0/line", "unknown_line"),
        ({"lines": (ShipmentLineInput(line="2", quantity=2),)}, "/lines/0/quantity", "quantity"),
        ({"lines": (ShipmentLineInput(line="1", quantity=1),) * 2}, "/lines/1/line", "duplicate"),
        ({"tracking_url": "javascript:alert(1)"}, "/tracking_url", "url"),
        ({"tracking_url": "https://exa mple.com"}, "/tracking_url", "url"),
        ({"promised_from": dt.date(2026, 7, 2), "promised_to": dt.date(2026, 7, 1)}, "/promised_to", "order"),
    ],
)
def test_a_wrong_body_is_refused_and_leaves_nothing(world, in_scope, fields, pointer, code) -> None:
    order = make_order(world)

    with pytest.raises(ShipmentRefused) as refused:
        register(world, order, ShipmentInput(external_id="p1", **fields))

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [(pointer, code)]
    assert (Shipment.objects.count(), events_of(order)) == (0, [])


def test_news_that_came_first_is_applied_when_the_parcel_arrives(world, in_scope) -> None:
    order = make_order(world)
    early = [news(1, "in_transit", city="Leipzig"), news(2, "out_for_delivery", city="Berlin")]
    record_checkpoints(merchant=world.merchant, checkpoints=early, now=NOW)

    shipment = make_shipment(world, order)

    assert shipment.status == "out_for_delivery"
    assert (Checkpoint.objects.count(), UnmatchedCheckpoint.objects.count()) == (2, 0)
    assert [data["to"] for data in events_of(order, "shipment.status_changed")] == ["out_for_delivery"]


def test_a_second_order_with_the_number_learns_what_the_first_heard(world, in_scope) -> None:
    make_shipment(world, make_order(world, "1"))
    heard = news(2, "delivered", delivery_location="letterbox")
    record_checkpoints(merchant=world.merchant, checkpoints=[news(1, "in_transit"), heard], now=NOW)

    second = make_shipment(world, make_order(world, "2"))
    replay = record_checkpoints(merchant=world.merchant, checkpoints=[heard], now=NOW)

    assert (second.status, second.substatus) == ("delivered", "delivered_to_letterbox")
    assert [str(result.status) for result in replay] == ["duplicate"]
    assert Checkpoint.objects.count() == 4


def test_a_corrected_number_takes_the_wrong_news_away_and_keeps_it_for_its_owner(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)
    record_checkpoints(merchant=world.merchant, checkpoints=[news(1, "delivered")], now=NOW)

    corrected = make_shipment(world, order, tracking_number="RIGHT-1")
    owner = make_shipment(world, make_order(world, "2"))

    assert (corrected.id, corrected.status, corrected.delivered_at) == (shipment.id, "pending", None)
    assert (owner.tracking_number, owner.status) == (NUMBER, "delivered")


def test_a_stranger_has_its_own_parcels(world, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        make_shipment(other_world, make_order(other_world))
    with merchant_scope(world.merchant.id):
        result = register(world, make_order(world))
        assert result.created

    with all_merchants("test"):
        assert Shipment.objects.count() == 2


def test_news_and_its_parcel_cannot_miss_each_other(committed_db, world) -> None:
    with merchant_scope(world.merchant.id):
        orders = [make_order(world, str(number)) for number in range(8)]
    gate = threading.Barrier(2)

    def in_scope(work) -> None:
        try:
            for position in range(8):
                gate.wait()
                with merchant_scope(world.merchant.id):
                    work(position)
        finally:
            connection.close()

    def announce(position: int) -> None:
        make_shipment(world, orders[position], tracking_number=f"N{position}")

    def hear(position: int) -> None:
        item = news(1, "in_transit", number=f"N{position}")
        record_checkpoints(merchant=world.merchant, checkpoints=[item], now=NOW)

    threads = [threading.Thread(target=in_scope, args=(work,)) for work in (announce, hear)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with all_merchants("test"):
        assert list(Shipment.objects.values_list("status", flat=True)) == ["in_transit"] * 8
        assert UnmatchedCheckpoint.objects.count() == 0
