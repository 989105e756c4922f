"""What shoppers say: taken down once, only while it makes sense, and told to the rest of the product."""

import datetime as dt
import threading

import pytest
from django.db import connection

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment, news
from tests.tracking.services.cases.test_opening import handle, hear, kinds
from tracking.cases.choices import Address, Choice, choices_for, days_to_choose
from tracking.models import Case, CaseEntry, CaseOutcome, CaseReason, CaseState, ShipmentAlarm
from tracking.services.cases.answering import (
    REPORTS_A_DAY,
    Report,
    Wish,
    WrongAnswer,
    answer_case,
    days_offered,
    deny_delivery,
    report_problem,
    say_found,
    say_whether_home,
)
from tracking.services.cases.closing import resolve_case
from tracking.services.cases.entries import PRODUCT

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
FRIDAY, MONDAY = dt.date(2026, 7, 17), dt.date(2026, 7, 20)
HOME = Address("Anna Muster", "Nebenstr. 2", "", "10115", "Berlin")


@pytest.fixture
def order(world, in_scope) -> Order:
    make_order(world)
    return Order.objects.get()


@pytest.fixture
def shipment(world, order):
    return make_shipment(world, order)


@pytest.fixture
def failed(world, order, shipment) -> Case:
    hear(world, news(20, "attempt_failed", substatus="attempt_failed_not_home"), order=order)
    return Case.objects.get()


def answer(world, case, wish, *, verified=False, now=NOW) -> bool:
    return answer_case(merchant=world.merchant, case=case, wish=wish, verified=verified, now=now)


def test_only_business_days_of_both_countries_are_offered() -> None:
    assert days_to_choose(NOW.date(), ("DE",)) == tuple(dt.date(2026, 7, day) for day in (17, 20, 21, 22, 23))
    # Before Christmas: 24 December is a working day, 25 and 26 are not, 27 is a Sunday.
    assert days_to_choose(dt.date(2026, 12, 22), ("DE",))[:3] == (
        dt.date(2026, 12, 24),
        dt.date(2026, 12, 28),
        dt.date(2026, 12, 29),
    )
    assert dt.date(2026, 7, 14) not in days_to_choose(dt.date(2026, 7, 9), ("DE", "FR"))


def test_a_new_address_takes_a_verified_shopper() -> None:
    for reason in (CaseReason.FAILED_ATTEMPT, CaseReason.ADDRESS):
        assert Choice.NEW_ADDRESS in choices_for(reason, verified=True)
        assert Choice.NEW_ADDRESS not in choices_for(reason, verified=False)
    others = [reason for reason in CaseReason if reason not in (CaseReason.FAILED_ATTEMPT, CaseReason.ADDRESS)]
    assert {choices_for(reason, verified=True) for reason in others} == {()}


def test_a_choice_is_kept_told_and_counts_once(world, order, failed) -> None:
    wish = Wish(Choice.NEW_DATE, day=FRIDAY)

    assert answer(world, failed, wish)
    assert not answer(world, failed, wish, now=NOW + HOUR)

    entry = CaseEntry.objects.get(kind="answered")
    assert (entry.actor, entry.details, entry.data) == ("shopper", {"day": "2026-07-17"}, {"choice": "new_date"})
    failed.refresh_from_db()
    assert failed.answered_at == NOW
    assert [data["choice"] for data in events_of(order, "case.answered")] == ["new_date"]
    assert "2026-07-17" not in str(events_of(order, "case.answered"))


def test_the_newest_choice_counts_and_an_old_one_may_come_back(world, order, failed) -> None:
    for wish in (Wish(Choice.PICKUP), Wish(Choice.REFUSE), Wish(Choice.PICKUP)):
        assert answer(world, failed, wish)

    assert [data["choice"] for data in events_of(order, "case.answered")] == ["pickup", "refuse", "pickup"]


@pytest.mark.parametrize(
    ("wish", "verified", "code"),
    [
        (Wish(Choice.NEW_DATE), False, "no_day"),
        (Wish(Choice.NEW_DATE, day=dt.date(2026, 7, 18)), False, "no_day"),  # a Saturday
        (Wish(Choice.NEW_DATE, day=dt.date(2026, 7, 16)), False, "no_day"),  # too soon
        (Wish(Choice.NEW_DATE, day=dt.date(2027, 7, 16)), False, "no_day"),
        (Wish(Choice.NEW_ADDRESS, address=HOME), False, "no_choice"),
        (Wish(Choice.NEW_ADDRESS), True, "no_address"),
        (Wish(Choice.NEW_ADDRESS, address=Address("Anna", "", "", "1", "B")), True, "no_address"),
    ],
)
def test_what_cannot_be_is_refused(world, order, failed, wish, verified, code) -> None:
    with pytest.raises(WrongAnswer) as wrong:
        answer(world, failed, wish, verified=verified)

    assert wrong.value.code == code
    assert kinds(failed) == ["opened"]
    assert events_of(order, "case.answered") == []


def test_a_verified_shopper_gives_another_address(world, failed) -> None:
    assert answer(world, failed, Wish(Choice.NEW_ADDRESS, address=HOME), verified=True)

    assert CaseEntry.objects.get(kind="answered").details["address"] == {
        "name": "Anna Muster",
        "street": "Nebenstr. 2",
        "street2": "",
        "postal_code": "10115",
        "city": "Berlin",
    }


def test_when_it_is_over_nothing_can_be_chosen(world, failed) -> None:
    resolve_case(case=failed, outcome=CaseOutcome.DELIVERED, by=PRODUCT, now=NOW)

    with pytest.raises(WrongAnswer, match="over"):
        answer(world, failed, Wish(Choice.PICKUP))


def test_a_choice_after_the_carrier_was_told_is_due_anew(world, failed) -> None:
    Case.objects.update(handed_over_at=NOW, due_at=NOW + 9 * DAY)

    answer(world, failed, Wish(Choice.PICKUP), now=NOW + HOUR)

    failed.refresh_from_db()
    assert failed.due_at == dt.datetime(2026, 7, 16, 7, 30, tzinfo=dt.UTC)  # 13:30 and four hours of work


def test_who_was_at_home_disputes_the_attempt_once(world, order, shipment, failed) -> None:
    assert say_whether_home(merchant=world.merchant, case=failed, was_home=True, now=NOW)
    assert not say_whether_home(merchant=world.merchant, case=failed, was_home=True, now=NOW)
    assert not say_whether_home(merchant=world.merchant, case=failed, was_home=False, now=NOW)
    handle(world, order)

    dispute = Case.objects.get(reason="false_attempt")
    assert (dispute.shipment_id, dispute.source, dispute.state) == (shipment.id, "shopper", "open")
    assert kinds(dispute) == ["opened"]
    assert kinds(failed) == ["opened", "at_home"]
    (event,) = events_of(order, "delivery.attempt_disputed")
    assert (event["shipment_id"], event["was_home"]) == (str(shipment.id), True)


@pytest.mark.parametrize("was_rung", [True, False])
def test_whether_somebody_rang_is_kept_and_told_for_the_watch_to_weigh(world, order, failed, was_rung) -> None:
    say_whether_home(merchant=world.merchant, case=failed, was_home=True, was_rung=was_rung, now=NOW)
    handle(world, order)

    (event,) = events_of(order, "delivery.attempt_disputed")
    assert (event["was_home"], event["was_rung"]) == (True, was_rung)
    assert failed.entries.get(kind="at_home").data == {"was_home": True, "was_rung": was_rung}
    assert Case.objects.get(reason="false_attempt").entries.get(kind="opened").data["was_rung"] is was_rung
    # At home (2), never in the van that day (2), and only with "nobody rang" (2) enough to suspect the carrier.
    signs = [alarm.detail["signs"] for alarm in ShipmentAlarm.objects.filter(kind="false_attempt")]
    assert signs == ([] if was_rung else [["at_home", "no_ring", "never_out"]])


def test_each_attempt_is_asked_about(world, order, failed) -> None:
    say_whether_home(merchant=world.merchant, case=failed, was_home=False, now=NOW)
    hear(world, news(22, "in_transit"), order=order)
    hear(world, news(23, "attempt_failed", substatus="attempt_failed_not_home"), order=order, now=NOW + HOUR)

    assert say_whether_home(merchant=world.merchant, case=failed, was_home=True, now=NOW + 2 * HOUR)
    assert len(events_of(order, "delivery.attempt_disputed")) == 1


def test_who_was_out_disputes_nothing(world, order, failed) -> None:
    assert say_whether_home(merchant=world.merchant, case=failed, was_home=False, now=NOW)

    assert Case.objects.count() == 1
    assert events_of(order, "delivery.attempt_disputed") == []


def test_a_delivery_is_denied_once_and_found_again(world, order, shipment) -> None:
    hear(world, news(20, "delivered", substatus="delivered_to_neighbour"), order=order)
    shipment.refresh_from_db()

    def deny(text="", now=NOW):
        return deny_delivery(merchant=world.merchant, order=order, shipment=shipment, text=text, now=now)

    case = deny("Bei keinem der Nachbarn")
    assert deny("Immer noch nicht", NOW + HOUR) == case
    handle(world, order)

    assert (case.reason, case.state, case.shipment_id) == ("not_received", "open", shipment.id)
    assert kinds(case) == ["opened"]
    entry = CaseEntry.objects.get()
    assert (entry.text, entry.data["delivery_location"]) == ("Bei keinem der Nachbarn", "neighbour")
    assert len(events_of(order, "delivery.denied")) == len(events_of(order, "case.opened")) == 1

    assert say_found(case=case, now=NOW + DAY)
    assert not say_found(case=case, now=NOW + DAY)
    assert (case.state, case.outcome) == (CaseState.RESOLVED, CaseOutcome.FOUND)


def test_what_is_not_delivered_or_long_ago_cannot_be_denied(world, order, shipment) -> None:
    for now in (NOW, NOW + 61 * DAY):
        with pytest.raises(WrongAnswer, match="not_delivered"):
            deny_delivery(merchant=world.merchant, order=order, shipment=shipment, text="", now=now)
        hear(world, news(20, "delivered"), order=order)
        shipment.refresh_from_db()

    assert Case.objects.count() == 0
    assert events_of(order, "delivery.denied") == []


def test_a_report_is_a_case_and_the_same_report_is_the_same_case(world, order, shipment) -> None:
    line = order.lines.get(sku="cup")
    told = Report(CaseReason.MISSING_ITEM, "Die Tasse fehlt", shipment=shipment, line=line)

    case = report_problem(merchant=world.merchant, order=order, report=told, now=NOW)
    again = report_problem(merchant=world.merchant, order=order, report=told, now=NOW + HOUR)
    more = Report(CaseReason.MISSING_ITEM, "Und der Karton war offen", shipment=shipment)
    assert report_problem(merchant=world.merchant, order=order, report=more, now=NOW + HOUR) == again == case

    assert kinds(case) == ["opened", "happened_again"]
    first, second = CaseEntry.objects.order_by("happened_at")
    assert (first.text, first.data["line"], second.text) == ("Die Tasse fehlt", "2", "Und der Karton war offen")
    assert len(events_of(order, "case.opened")) == 1


def test_an_order_without_parcels_may_be_reported_on(world, order) -> None:
    case = report_problem(merchant=world.merchant, order=order, report=Report(CaseReason.OTHER, "?"), now=NOW)

    assert case.shipment_id is None


@pytest.mark.parametrize(
    ("reason", "text", "code"),
    [("other", "", "no_text"), ("lost", "x", "no_reason"), ("not_received", "x", "no_reason")],
)
def test_a_report_needs_a_reason_of_the_form_and_words_for_something_else(world, order, reason, text, code) -> None:
    with pytest.raises(WrongAnswer, match=code):
        report_problem(merchant=world.merchant, order=order, report=Report(CaseReason(reason), text), now=NOW)

    assert Case.objects.count() == 0


def test_nobody_can_fill_the_queue(world, order) -> None:
    def tell(number: int, now=NOW):
        told = Report(CaseReason.OTHER, f"Nummer {number}")
        return report_problem(merchant=world.merchant, order=order, report=told, now=now)

    for number in range(REPORTS_A_DAY):
        tell(number)
    with pytest.raises(WrongAnswer, match="too_often"):
        tell(REPORTS_A_DAY)
    tell(0)  # known already

    assert CaseEntry.objects.count() == REPORTS_A_DAY
    tell(REPORTS_A_DAY, NOW + DAY + HOUR)
    assert CaseEntry.objects.count() == REPORTS_A_DAY + 1


def test_the_same_words_at_once_are_one_answer(committed_db, world) -> None:
    with merchant_scope(world.merchant.id):
        make_order(world)
        order = Order.objects.get()
        make_shipment(world, order)
        hear(world, news(20, "attempt_failed", substatus="attempt_failed_not_home"), order=order)
        case = Case.objects.get()
    gate, taken = threading.Barrier(4), []

    def say() -> None:
        gate.wait()
        try:
            with merchant_scope(world.merchant.id):
                mine = Case.objects.get(pk=case.pk)
                was_new = answer(world, mine, Wish(Choice.PICKUP))
                disputed = say_whether_home(merchant=world.merchant, case=mine, was_home=True, now=NOW)
                taken.append((was_new, disputed))
        finally:
            connection.close()

    threads = [threading.Thread(target=say) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [(False, False)] * 3 + [(True, True)]
    with merchant_scope(world.merchant.id):
        assert sorted(Case.objects.values_list("reason", flat=True)) == ["failed_attempt", "false_attempt"]
        assert len(events_of(order, "case.answered")) == len(events_of(order, "delivery.attempt_disputed")) == 1


@pytest.mark.parametrize(("postal_code", "first"), [("80331", dt.date(2027, 1, 7)), ("10115", dt.date(2027, 1, 6))])
def test_holidays_of_a_land_are_no_days_there(world, order, postal_code, first) -> None:
    """Epiphany is a holiday in Munich and a working day in Berlin."""
    order.shipping_address["postal_code"] = postal_code

    offered = days_offered(merchant=world.merchant, order=order, now=dt.datetime(2027, 1, 4, 10, tzinfo=dt.UTC))

    assert offered[0] == first


def test_days_are_the_merchants_and_the_destinations(world, order) -> None:
    assert days_offered(merchant=world.merchant, order=order, now=NOW)[:2] == (FRIDAY, MONDAY)
