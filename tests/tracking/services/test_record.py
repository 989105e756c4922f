"""News about numbers: recorded once, applied to every parcel that carries the number, folded into the status."""

import datetime as dt
import itertools
import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment, news
from tracking.models import Checkpoint, Shipment, UnmatchedCheckpoint
from tracking.services.record import record_checkpoints

WAY = [
    news(1, "info_received"),
    news(5, "in_transit", city="Leipzig"),
    news(20, "out_for_delivery", city="Berlin"),
    news(23, "delivered", delivery_location="neighbour", delivery_location_text="Familie Weber", signed_by="Weber"),
]


def outcome(world, *items, now=NOW):
    results = record_checkpoints(merchant=world.merchant, checkpoints=items, now=now)
    assert [result.index for result in results] == list(range(len(items)))
    return [str(result.status) for result in results]


def test_news_is_stored_and_folded_into_the_parcel(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)

    assert outcome(world, *WAY) == ["recorded"] * 4

    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus, shipment.delivery_location) == (
        "delivered",
        "delivered_to_neighbour",
        "neighbour",
    )
    assert (shipment.delivered_at, shipment.delivery_location_text, shipment.signed_by) == (
        NOW - dt.timedelta(hours=1),
        "Familie Weber",
        "Weber",
    )
    assert Checkpoint.objects.count() == 4


@pytest.mark.parametrize("order_of_arrival", list(itertools.permutations(range(4)))[::5])
def test_every_order_of_arrival_ends_alike(world, in_scope, order_of_arrival) -> None:
    shipment = make_shipment(world, make_order(world))

    for position in order_of_arrival:
        outcome(world, WAY[position])

    shipment.refresh_from_db()
    assert (shipment.status, shipment.status_at, shipment.signed_by) == (
        "delivered",
        NOW - dt.timedelta(hours=1),
        "Weber",
    )


def test_a_change_is_told_once_and_a_repetition_is_not(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)

    assert outcome(world, news(5, "in_transit")) == ["recorded"]
    assert outcome(world, news(5, "in_transit"), news(6, "in_transit")) == ["duplicate", "recorded"]
    assert outcome(world, news(1, "info_received")) == ["recorded"]

    assert events_of(order, "shipment.status_changed") == [
        {
            "shipment_id": str(shipment.id),
            "backfill": False,
            "from": "pending",
            "to": "in_transit",
            "substatus": "",
            "occurred_at": "2026-07-14T15:30:00+00:00",
        }
    ]


def test_a_whole_history_at_once_is_one_change(world, in_scope) -> None:
    order = make_order(world)
    make_shipment(world, order)

    outcome(world, *WAY)

    assert [(data["from"], data["to"]) for data in events_of(order, "shipment.status_changed")] == [
        ("pending", "delivered")
    ]


def test_the_same_news_twice_in_one_batch_is_a_duplicate(world, in_scope) -> None:
    make_shipment(world, make_order(world))

    assert outcome(world, news(5, "in_transit", city="Köln"), news(5, "in_transit", city=" KÖLN ")) == [
        "recorded",
        "duplicate",
    ]


def test_a_number_used_by_two_orders_applies_to_both(world, in_scope) -> None:
    first = make_shipment(world, make_order(world, "1"))
    second = make_shipment(world, make_order(world, "2"))

    assert outcome(world, news(5, "in_transit")) == ["recorded"]

    assert list(Shipment.objects.order_by("id").values_list("id", "status")) == [
        (first.id, "in_transit"),
        (second.id, "in_transit"),
    ]


def test_news_of_another_carrier_with_the_same_number_goes_to_that_carriers_parcel(world, in_scope) -> None:
    make_shipment(world, make_order(world, "1"), carrier="dhl")
    make_shipment(world, make_order(world, "2"), carrier="dpd")

    outcome(world, news(5, "in_transit", carrier="DPD"))

    assert dict(Shipment.objects.values_list("carrier", "status")) == {"dhl": "pending", "dpd": "in_transit"}


def test_spaces_and_case_of_a_number_do_not_matter(world, in_scope) -> None:
    make_shipment(world, make_order(world), tracking_number="1z 99 aa")

    assert outcome(world, news(5, "in_transit", number="1Z99AA ")) == ["recorded"]


def test_an_unmapped_code_is_recorded_and_leaves_the_parcel_as_it_is(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)

    assert outcome(world, news(5, code="NEVER-SEEN", message="Hm")) == ["recorded"]

    shipment.refresh_from_db()
    assert (shipment.status, Checkpoint.objects.get().status) == ("pending", None)
    assert events_of(order, "shipment.status_changed") == []


def test_a_code_is_read_with_the_parcels_carrier(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))

    outcome(world, news(5, code="DLVRD/ACCPK"))

    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus, shipment.delivery_location) == (
        "delivered",
        "delivered_picked_up",
        "locker",
    )


def test_an_exception_always_has_a_reason(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))

    outcome(world, news(5, "exception"))

    shipment.refresh_from_db()
    assert shipment.substatus == "exception_unknown_reason"


@pytest.mark.parametrize(
    ("item", "pointer"),
    [
        (news(1), "/status"),
        (news(1, "in_transit", substatus="made_up"), "/substatus"),
        (news(1, "delivered", substatus="in_transit_arrived"), "/substatus"),
        (news(1, "in_transit", number="  "), "/tracking_number"),
    ],
)
def test_unusable_news_is_refused_and_the_rest_recorded(world, in_scope, item, pointer) -> None:
    make_shipment(world, make_order(world))

    results = record_checkpoints(merchant=world.merchant, checkpoints=[item, news(2, "in_transit")], now=NOW)

    assert [str(result.status) for result in results] == ["invalid", "recorded"]
    assert [problem.pointer for problem in results[0].errors] == [pointer]
    assert Checkpoint.objects.count() == 1


def test_news_about_an_unknown_number_is_kept_once(world, in_scope) -> None:
    item = news(1, "in_transit", number="NOBODYS")

    assert outcome(world, item, item) == ["unknown_shipment"] * 2
    assert outcome(world, item) == ["unknown_shipment"]

    assert UnmatchedCheckpoint.objects.count() == 1


def test_a_delay_is_told_once_in_a_parcels_life(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)

    outcome(world, news(1, "in_transit", substatus="in_transit_delayed"))
    outcome(world, news(2, "in_transit", substatus="in_transit_arrived"))
    outcome(world, news(3, "in_transit", substatus="in_transit_delayed"))

    assert events_of(order, "shipment.delayed") == [
        {"shipment_id": str(shipment.id), "backfill": False, "cause": "carrier"}
    ]


def test_history_is_marked_so_that_nothing_is_sent(world, in_scope) -> None:
    order = make_order(world, backfill=True)
    make_shipment(world, order)

    outcome(world, *WAY)

    assert {data["backfill"] for data in events_of(order)} == {True}
    assert len(events_of(order)) == 2


def test_a_strangers_parcel_with_the_same_number_stays_untouched(world, other_world) -> None:
    with merchant_scope(other_world.merchant.id):
        theirs = make_shipment(other_world, make_order(other_world))
        before = Event.objects.count()
    with merchant_scope(world.merchant.id):
        assert outcome(world, news(1, "in_transit")) == ["unknown_shipment"]

    with merchant_scope(other_world.merchant.id):
        theirs.refresh_from_db()
        assert (theirs.status, Checkpoint.objects.count(), Event.objects.count()) == ("pending", 0, before)


@pytest.mark.parametrize("parcels", [1, 30])
def test_the_number_of_queries_does_not_grow_with_the_batch(world, in_scope, parcels) -> None:
    items = []
    for position in range(parcels):
        make_shipment(world, make_order(world, str(position)), tracking_number=f"N{position}")
        items += [news(1, "info_received", number=f"N{position}"), news(2, "in_transit", number=f"N{position}")]

    with CaptureQueriesContext(connection) as queries:
        assert outcome(world, *items) == ["recorded"] * 2 * parcels

    assert len(queries) == 2


def test_parallel_replays_count_once(committed_db, world) -> None:
    with merchant_scope(world.merchant.id):
        order = make_order(world)
        shipment = make_shipment(world, order)
    gate = threading.Barrier(8)
    seen: list[list[str]] = []

    def replay() -> None:
        gate.wait()
        try:
            with merchant_scope(world.merchant.id):
                seen.append(outcome(world, *WAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=replay) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with all_merchants("test"):
        assert Checkpoint.objects.filter(shipment=shipment).count() == 4
        assert [data["to"] for data in events_of(order, "shipment.status_changed")] == ["delivered"]
    assert sorted(seen) == [["duplicate"] * 4] * 7 + [["recorded"] * 4]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (news(5, message="Empfänger nicht angetroffen"), ("attempt_failed", "attempt_failed_not_home", "words")),
        (news(5, code="NEVER-SEEN", message="Out for delivery"), ("out_for_delivery", "", "words")),
        (news(5, message="Sendung dem Nachbarn zugestellt"), ("delivered", "delivered_to_neighbour", "words")),
        # DHL's unified API says only "transit" and "failure"; a delivery it says by its code.
        (news(5, code="transit", message="Im Zustellfahrzeug"), ("out_for_delivery", "", "code")),
        (news(5, code="transit", message="Delivered"), ("in_transit", "", "code")),
        (news(5, code="transit", message="In transit"), ("in_transit", "", "code")),
        (news(5, code="failure", message="Annahme verweigert"), ("exception", "exception_refused", "code")),
        (news(5, code="failure", message="In transit"), ("exception", "exception_unknown_reason", "code")),
        (news(5, code="delivered", message="Nicht zugestellt"), ("delivered", "", "code")),
        # What is known without the sentence needs none.
        (news(5, code="ADVIS", message="Out for delivery"), ("pending", "", "code")),
        (news(5, "in_transit", message="Out for delivery"), ("in_transit", "", "told")),
        (news(5, message="Wird morgen zugestellt"), ("pending", "", "")),
    ],
)
def test_a_sentence_counts_where_neither_status_nor_code_say_more(world, in_scope, item, expected) -> None:
    shipment = make_shipment(world, make_order(world))

    assert outcome(world, item) == ["recorded"]
    assert outcome(world, item) == ["duplicate"]

    shipment.refresh_from_db()
    assert (shipment.status, shipment.substatus, Checkpoint.objects.get().understood_by) == expected


PROOF = "https://proof.example.com/1?pin=2"


def test_signature_and_proof_are_kept_with_the_parcel(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))

    outcome(world, news(5, "delivered", signed_by="Weber", proof_url=PROOF))

    shipment.refresh_from_db()
    assert (shipment.signed_by, shipment.proof_url, Checkpoint.objects.get().proof_url) == ("Weber", PROOF, PROOF)


@pytest.mark.parametrize("at_once", [True, False])
def test_what_a_carrier_adds_to_its_news_later_is_kept_without_telling_anybody(world, in_scope, at_once) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)
    told = [
        news(5, "delivered"),
        news(5, "delivered", signed_by="Weber"),
        news(5, "delivered", proof_url=PROOF, delivery_location_text="Nr. 5"),
        news(5, "delivered"),
    ]

    if at_once:
        assert outcome(world, *told) == ["recorded", "duplicate", "duplicate", "duplicate"]
    else:
        assert [outcome(world, item) for item in told] == [["recorded"], ["duplicate"], ["duplicate"], ["duplicate"]]

    shipment.refresh_from_db()
    assert (shipment.signed_by, shipment.proof_url, shipment.delivery_location_text) == ("Weber", PROOF, "Nr. 5")
    assert Checkpoint.objects.get().signed_by == "Weber"
    assert len(events_of(order, "shipment.status_changed")) == 1


@pytest.mark.parametrize("order_of_arrival", list(itertools.permutations(range(3))))
def test_what_is_added_ends_alike_in_whatever_order(world, in_scope, order_of_arrival) -> None:
    shipment = make_shipment(world, make_order(world))
    told = [
        news(5, "delivered", signed_by="Weber"),
        news(5, "delivered", signed_by="K. Weber"),
        news(5, "delivered", proof_url=PROOF),
    ]

    for position in order_of_arrival:
        outcome(world, told[position])

    shipment.refresh_from_db()
    assert (shipment.signed_by, shipment.proof_url) == ("K. Weber", PROOF)


def test_news_from_a_clock_far_ahead_counts_once_its_time_has_come(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    ahead = news(24 * 4, "delivered")

    assert outcome(world, ahead, news(1, "in_transit")) == ["recorded", "recorded"]
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"

    assert outcome(world, ahead, now=NOW + dt.timedelta(days=1)) == ["duplicate"]
    shipment.refresh_from_db()
    assert shipment.status == "in_transit"

    assert outcome(world, ahead, now=NOW + dt.timedelta(days=3)) == ["duplicate"]
    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at) == ("delivered", NOW + dt.timedelta(days=3))
