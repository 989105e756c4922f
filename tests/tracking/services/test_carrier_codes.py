"""Codes nobody knows are counted; a merchant says what they mean, for news to come and for stored news."""

import datetime as dt

import pytest

from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment, news
from tracking.enums import ShipmentStatus
from tracking.models import Checkpoint, CodeMeaning
from tracking.selectors.carrier_codes import chosen_meanings, unmapped_codes
from tracking.services.carrier_codes import MeaningRefused, choose_meaning, reread, reread_all, withdraw_meaning
from tracking.services.record import record_checkpoints
from tracking.tasks import reread_codes

LATER = NOW + dt.timedelta(minutes=2)
S = ShipmentStatus


def record(world, *items, now=NOW):
    return [str(one.status) for one in record_checkpoints(merchant=world.merchant, checkpoints=items, now=now)]


def choose(world, code="ZZ-9", status=S.OUT_FOR_DELIVERY, substatus="", now=NOW):
    return choose_meaning(
        merchant=world.merchant, carrier="dhl", code=code, status=status, substatus=substatus, now=now
    )


def unmapped():
    return [(one.carrier, one.code, one.count) for one in unmapped_codes()]


def test_codes_nobody_knows_are_counted_with_an_example(world, in_scope) -> None:
    make_shipment(world, make_order(world))
    record(world, news(1, code="zz/9", message="Older"), news(2, code="ZZ 9", message="Newer"), now=NOW)
    record(world, news(3, code="ZZ-9"), news(4, code="QQ"), news(5, code="dlvrd"), news(6, code="ADVIS"), now=LATER)
    record(world, news(7, "in_transit", code="SAID"))

    first, second = unmapped_codes()
    assert (first.carrier, first.code, first.count) == ("dhl", "ZZ-9", 3)
    assert (first.first_seen, first.last_seen) == (NOW, LATER)
    assert first.example in ("Older", "Newer")
    assert not first.read_from_words
    assert (second.code, second.count, second.example) == ("QQ", 1, "")


def test_nothing_unknown_is_an_empty_list(world, in_scope) -> None:
    assert unmapped_codes() == []


def test_a_meaning_counts_for_news_to_come(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    choose(world)

    assert record(world, news(5, code="zz/9")) == ["recorded"]

    shipment.refresh_from_db()
    assert (shipment.status, Checkpoint.objects.get().understood_by) == ("out_for_delivery", "merchant")
    assert unmapped() == []
    assert [str(one) for one in chosen_meanings()] == ["dhl ZZ-9: out_for_delivery"]


def test_what_the_sender_says_wins_over_a_meaning(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    choose(world)

    record(world, news(5, "in_transit", code="ZZ-9"))
    reread_all(now=LATER)

    shipment.refresh_from_db()
    assert (shipment.status, Checkpoint.objects.get().understood_by) == ("in_transit", "told")


def test_stored_news_is_read_again_and_told_once(world, in_scope) -> None:
    order = make_order(world)
    shipment = make_shipment(world, order)
    record(world, news(1, "in_transit"), news(5, code="zz/9"), news(6, code="OTHER"))
    meaning = choose(world)

    assert reread(meaning=meaning, now=NOW) == 1
    assert reread(meaning=meaning, now=NOW) == 0

    shipment.refresh_from_db()
    assert shipment.status == "out_for_delivery"
    assert [data["to"] for data in events_of(order, "shipment.status_changed")] == ["in_transit", "out_for_delivery"]
    assert unmapped() == [("dhl", "OTHER", 1)]


def test_the_task_reads_all_merchants_news_again_and_ends(world, other_world, time_machine) -> None:
    with merchant_scope(other_world.merchant.id):
        theirs = make_shipment(other_world, make_order(other_world))
        record(other_world, news(5, code="ZZ-9"))
    with merchant_scope(world.merchant.id):
        mine = make_shipment(world, make_order(world))
        record(world, news(5, code="ZZ-9"))
        choose(world)

    time_machine.move_to(NOW, tick=False)
    reread_codes()
    with merchant_scope(world.merchant.id):
        mine.refresh_from_db()
        assert (mine.status, CodeMeaning.objects.get().is_applied) == ("out_for_delivery", False)
    time_machine.move_to(LATER, tick=False)
    reread_codes()

    with merchant_scope(world.merchant.id):
        assert CodeMeaning.objects.get().is_applied is True
    with merchant_scope(other_world.merchant.id):
        theirs.refresh_from_db()
        assert (theirs.status, len(unmapped_codes())) == ("pending", 1)


def test_another_meaning_replaces_the_first_everywhere(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    choose(world, status=S.DELIVERED, substatus="delivered_to_letterbox")
    record(world, news(5, code="ZZ-9"))
    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivery_location) == ("delivered", "letterbox")

    choose(world, status=S.DELIVERED, substatus="delivered_to_neighbour", now=LATER)
    while reread_all(now=LATER):
        pass
    shipment.refresh_from_db()
    assert (shipment.substatus, shipment.delivery_location) == ("delivered_to_neighbour", "neighbour")

    choose(world, status=S.IN_TRANSIT, now=LATER)
    while reread_all(now=LATER):
        pass
    shipment.refresh_from_db()
    assert (shipment.status, shipment.delivered_at, shipment.delivery_location) == ("in_transit", None, "")


def test_a_meaning_that_says_nothing_leaves_the_parcel_and_the_list(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    record(world, news(1, "in_transit"), news(5, code="ZZ-9"))

    choose(world, status=None)
    while reread_all(now=LATER):
        pass

    shipment.refresh_from_db()
    assert (shipment.status, unmapped()) == ("in_transit", [])
    assert CodeMeaning.objects.get().is_applied


def test_a_meaning_that_is_taken_back_is_forgotten_once_its_news_is_read_again(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    record(world, news(1, "in_transit"))
    meaning = choose(world)
    record(world, news(5, code="ZZ-9"))

    withdraw_meaning(meaning=meaning, now=NOW)
    assert record(world, news(6, code="ZZ-9", message="after")) == ["recorded"]
    while reread_all(now=LATER):
        pass

    shipment.refresh_from_db()
    assert (shipment.status, unmapped()) == ("in_transit", [("dhl", "ZZ-9", 2)])
    assert not CodeMeaning.objects.exists()


@pytest.mark.parametrize(
    ("carrier", "code", "status", "substatus"),
    [
        ("dhl", "DLVRD", S.IN_TRANSIT, ""),
        ("dhl", "ADVIS-NEW", S.IN_TRANSIT, ""),
        ("dhl", "-", S.IN_TRANSIT, ""),
        ("dhl", "Z" * 101, S.IN_TRANSIT, ""),
        ("nobody", "ZZ", S.IN_TRANSIT, ""),
        ("dhl", "ZZ", S.IN_TRANSIT, "delivered_to_neighbour"),
        ("dhl", "ZZ", None, "delivered_to_neighbour"),
    ],
)
def test_a_meaning_that_does_not_fit_is_refused(world, in_scope, carrier, code, status, substatus) -> None:
    with pytest.raises(MeaningRefused):
        choose_meaning(merchant=world.merchant, carrier=carrier, code=code, status=status, substatus=substatus, now=NOW)

    assert not CodeMeaning.objects.exists()


def test_a_problem_without_a_reason_gets_the_unknown_one(world, in_scope) -> None:
    assert choose(world, status=S.EXCEPTION).substatus == "exception_unknown_reason"


def test_many_pieces_of_news_are_read_in_several_runs(world, in_scope, monkeypatch) -> None:
    monkeypatch.setattr("tracking.services.carrier_codes.NEWS_PER_RUN", 2)
    for position in range(5):
        make_shipment(world, make_order(world, str(position)), tracking_number=f"N{position}")
        record(world, news(5, code="ZZ-9", number=f"N{position}"))
    meaning = choose(world)

    assert [reread(meaning=meaning, now=NOW) for _ in range(4)] == [2, 2, 1, 0]


def test_a_code_read_from_its_sentence_is_counted_and_a_meaning_wins_over_it(world, in_scope) -> None:
    shipment = make_shipment(world, make_order(world))
    record(world, news(5, code="ZZ-9", message="Out for delivery"))
    (unknown,) = unmapped_codes()
    assert (unknown.code, unknown.read_from_words) == ("ZZ-9", True)

    meaning = choose(world, status=S.IN_TRANSIT)
    while reread_all(now=LATER):
        pass
    shipment.refresh_from_db()
    assert (shipment.status, Checkpoint.objects.get().understood_by) == ("in_transit", "merchant")

    meaning.refresh_from_db()
    withdraw_meaning(meaning=meaning, now=NOW)
    while reread_all(now=LATER):
        pass
    shipment.refresh_from_db()
    assert (shipment.status, Checkpoint.objects.get().understood_by) == ("out_for_delivery", "words")
