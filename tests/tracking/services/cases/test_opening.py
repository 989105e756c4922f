"""Cases from events: opened once, told once, closed by good news, opened again when it happens again."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from orders.models import Customer, Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from tests.conftest import NOW
from tests.tracking.build import events_of, make_order, make_shipment, news
from tracking.models import (
    Case,
    CaseEntry,
    CaseOutcome,
    CaseReason,
    CaseRules,
    CaseSource,
    CaseState,
    EntryKind,
    Shipment,
)
from tracking.services.cases.closing import AnotherIsOpen, reopen_case, resolve_case
from tracking.services.cases.entries import PRODUCT, SHOPPER
from tracking.services.cases.opening import Occurrence, open_case
from tracking.services.record import record_checkpoints

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def hear(world, *items, order, now=NOW) -> None:
    """Carriers' news, and all handlers of the order run."""
    record_checkpoints(merchant=world.merchant, checkpoints=list(items), now=now)
    handle(world, order)


def handle(world, order) -> None:
    while handle_subject(merchant_id=world.merchant.id, subject_id=order.id):
        pass


def kinds(case: Case) -> list[str]:
    return list(CaseEntry.objects.filter(case=case).order_by("happened_at", "id").values_list("kind", flat=True))


@pytest.fixture
def order(world, in_scope):
    return make_order(world)


@pytest.fixture
def shipment(world, order) -> Shipment:
    return make_shipment(world, order)


def test_a_failed_attempt_opens_one_case_and_says_so_once(world, order, shipment) -> None:
    hear(world, news(20, "attempt_failed", substatus="attempt_failed_not_home"), order=order)
    handle(world, order)

    case = Case.objects.get()
    assert (case.reason, case.state, case.source, case.shipment_id) == (
        CaseReason.FAILED_ATTEMPT,
        CaseState.OPEN,
        CaseSource.CARRIER,
        shipment.id,
    )
    assert case.substatus == "attempt_failed_not_home"
    assert (case.is_vip, case.is_high_value, case.owner_id) == (False, False, None)
    assert case.due_at == NOW + 4 * HOUR  # 12:30 in Berlin
    assert kinds(case) == ["opened"]
    assert events_of(order, "case.opened") == [
        {
            "case_id": str(case.id),
            "case_entry_id": str(case.entries.get().id),
            "shipment_id": str(shipment.id),
            "reason": "failed_attempt",
            "backfill": False,
            "source": "carrier",
        }
    ]


def test_the_second_attempt_is_the_same_case(world, order, shipment) -> None:
    hear(world, news(10, "attempt_failed", substatus="attempt_failed_not_home"), order=order)
    Case.objects.update(answered_at=NOW)
    hear(world, news(20, "attempt_failed", substatus="attempt_failed_second"), order=order, now=NOW + HOUR)

    case = Case.objects.get()
    assert (case.substatus, case.answered_at) == ("attempt_failed_second", None)
    assert case.due_at == NOW + 4 * HOUR
    assert kinds(case) == ["opened", "happened_again"]
    assert len(events_of(order, "case.opened")) == 1


def test_different_reasons_and_parcels_are_different_cases(world, order, shipment) -> None:
    make_shipment(world, order, "p2", tracking_number="TEST-2")
    hear(world, news(10, "attempt_failed"), news(11, "exception", "TEST-2", substatus="exception_lost"), order=order)
    hear(world, news(12, "exception", substatus="exception_address_incorrect"), order=order)

    assert sorted(Case.objects.values_list("shipment__external_id", "reason")) == [
        ("p1", "address"),
        ("p1", "failed_attempt"),
        ("p2", "lost"),
    ]


@pytest.mark.parametrize(
    ("status", "outcome"), [("delivered", CaseOutcome.DELIVERED), ("available_for_pickup", CaseOutcome.PICKUP)]
)
def test_good_news_closes_the_case_and_says_so_once(world, order, shipment, status, outcome) -> None:
    hear(world, news(10, "attempt_failed"), order=order)
    hear(world, news(20, status), order=order, now=NOW + HOUR)
    handle(world, order)

    case = Case.objects.get()
    assert (case.state, case.outcome, case.resolved_at) == (CaseState.RESOLVED, outcome, NOW + HOUR)
    assert kinds(case) == ["opened", "resolved"]
    assert [data["outcome"] for data in events_of(order, "case.resolved")] == [outcome]


def test_only_the_parcel_that_arrived_is_settled(world, order, shipment) -> None:
    make_shipment(world, order, "p2", tracking_number="TEST-2")
    hear(world, news(10, "attempt_failed"), news(10, "attempt_failed", "TEST-2"), order=order)
    hear(world, news(20, "delivered", "TEST-2"), order=order)

    assert dict(Case.objects.values_list("shipment__external_id", "state")) == {"p1": "open", "p2": "resolved"}


def test_a_denied_delivery_is_never_closed_by_news(world, order, shipment) -> None:
    hear(world, news(10, "delivered"), order=order)
    for name in ("delivery.denied", "delivery.attempt_disputed"):
        record_event(
            merchant_id=world.merchant.id,
            type=name,
            subject=Subject.order(order.id),
            data={"shipment_id": shipment.id},
            now=NOW,
        )
    handle(world, order)
    hear(world, news(20, "exception", substatus="exception_returning_to_sender"), order=order)
    hear(world, news(21, "delivered"), order=order)

    assert dict(Case.objects.values_list("reason", "state")) == {
        "not_received": "open",
        "false_attempt": "open",
        "returning": "open",
    }


def test_a_stalled_parcel_is_a_case_until_it_moves(world, order, shipment) -> None:
    record_event(
        merchant_id=world.merchant.id,
        type="shipment.stalled",
        subject=Subject.order(order.id),
        data={"shipment_id": shipment.id, "backfill": False, "rule": "no_news"},
        now=NOW,
    )
    handle(world, order)
    case = Case.objects.get()
    assert (case.reason, case.source, case.state) == ("stalled", "watch", "open")
    assert CaseEntry.objects.get().data == {"source": "watch", "substatus": "", "rule": "no_news"}

    hear(world, news(20, "in_transit"), order=order)

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("resolved", "moving")


def test_other_parts_open_one_by_event(world, order, shipment) -> None:
    for reason in ("lost", "no such reason"):
        record_event(
            merchant_id=world.merchant.id,
            type="case.requested",
            subject=Subject.order(order.id),
            data={"reason": reason},
            now=NOW,
        )
    handle(world, order)

    case = Case.objects.get()
    assert (case.reason, case.shipment_id, case.source) == ("lost", None, "watch")


def test_history_and_old_news_open_nothing(world, in_scope) -> None:
    backfilled = make_order(world, "1", backfill=True)
    make_shipment(world, backfilled, tracking_number="H")
    late = make_order(world, "2")
    make_shipment(world, late, tracking_number="L")

    hear(world, news(10, "attempt_failed", "H"), order=backfilled)
    hear(world, news(10, "attempt_failed", "L"), order=late, now=NOW + 31 * DAY)

    assert Case.objects.count() == 0


@pytest.mark.parametrize(("days", "cases", "told"), [(13, 1, "case.reopened"), (15, 2, "case.opened")])
def test_the_same_problem_soon_after_is_the_old_case(world, order, shipment, days, cases, told) -> None:
    hear(world, news(10, "exception", substatus="exception_customs"), order=order)
    hear(world, news(11, "in_transit"), order=order)
    later = NOW + days * DAY
    again = news(12 + 24 * (days - 1), "exception", substatus="exception_customs")
    hear(world, again, order=order, now=later)

    assert Case.objects.count() == cases
    case = Case.objects.get(state="open")
    assert (case.outcome, case.resolved_at) == ("", None)
    assert case.due_at > later
    assert [row.type for row in Event.objects.filter(type__startswith="case.").order_by("sequence")] == [
        "case.opened",
        "case.resolved",
        told,
    ]


def test_important_customers_and_orders_come_first(world, in_scope) -> None:
    vip = Customer.objects.create(merchant=world.merchant, attributes={"tier": "Gold"}, created_at=NOW, updated_at=NOW)
    CaseRules.objects.create(
        merchant=world.merchant,
        high_value_from="100",
        vip_attribute="tier",
        vip_values="gold, platinum",
        works_from=dt.time(9),
        works_until=dt.time(17),
        updated_at=NOW,
    )
    for number, fields in {"V": {"customer": vip}, "H": {"total": "100"}, "N": {"total": "99.99"}}.items():
        order = make_order(world, number, **fields)
        make_shipment(world, order, tracking_number=number)
        hear(world, news(10, "attempt_failed", number), order=order)

    rows = {case.order.number: case for case in Case.objects.select_related("order")}
    assert {number: (case.is_vip, case.is_high_value, case.due_at - NOW) for number, case in rows.items()} == {
        "V": (True, False, 2 * HOUR),
        "H": (False, True, 2 * HOUR),
        "N": (False, False, 4 * HOUR),
    }


def test_a_case_ends_once_and_can_be_opened_again(world, order, shipment) -> None:
    hear(world, news(10, "exception", substatus="exception_damaged"), order=order)
    case = Case.objects.get()

    assert resolve_case(case=case, outcome=CaseOutcome.REFUNDED, by=PRODUCT, now=NOW)
    assert not resolve_case(case=case, outcome=CaseOutcome.SENT_AGAIN, by=PRODUCT, now=NOW)
    assert (case.outcome, len(events_of(order, "case.resolved"))) == (CaseOutcome.REFUNDED, 1)

    assert reopen_case(merchant=world.merchant, case=case, by=PRODUCT, now=NOW + 40 * DAY)
    assert not reopen_case(merchant=world.merchant, case=case, by=PRODUCT, now=NOW + 40 * DAY)
    assert (case.state, case.outcome) == (CaseState.OPEN, "")
    assert kinds(case) == ["opened", "resolved", "reopened"]


def test_it_stays_closed_where_a_newer_one_is_open(world, order, shipment) -> None:
    hear(world, news(10, "exception", substatus="exception_damaged"), order=order)
    old = Case.objects.get()
    resolve_case(case=old, outcome=CaseOutcome.REFUNDED, by=PRODUCT, now=NOW)
    old.pk, old.state = None, CaseState.OPEN
    old.save(force_insert=True)
    closed = Case.objects.get(state="resolved")

    with pytest.raises(AnotherIsOpen):
        reopen_case(merchant=world.merchant, case=closed, by=PRODUCT, now=NOW)


def test_the_table_itself_refuses_a_second_open_case(world, order, shipment) -> None:
    fields = {
        "merchant": world.merchant,
        "order": order,
        "reason": "other",
        "source": "shopper",
        "opened_at": NOW,
        "due_at": NOW,
        "updated_at": NOW,
    }
    Case.objects.create(**fields)  # about the whole order
    Case.objects.create(**fields, shipment=shipment)
    Case.objects.create(**fields, state="resolved")

    for more in ({}, {"shipment": shipment}):
        with pytest.raises(IntegrityError, match="case_open_once"), transaction.atomic():
            Case.objects.create(**fields, **more)


def test_two_that_notice_at_once_open_one_case(committed_db, world) -> None:
    with merchant_scope(world.merchant.id):
        shipment = make_shipment(world, make_order(world))
        order = Order.objects.get()
    gate, found = threading.Barrier(4), []

    def notice(number: int) -> None:
        gate.wait()
        with merchant_scope(world.merchant.id):
            occurrence = Occurrence(CaseReason.DAMAGED, CaseSource.SHOPPER, key=f"told-{number % 2}")
            case = open_case(merchant=world.merchant, order=order, shipment=shipment, occurrence=occurrence, now=NOW)
            found.append(case.id)
        connection.close()

    threads = [threading.Thread(target=notice, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with merchant_scope(world.merchant.id):
        case = Case.objects.get()
        assert found == [case.id] * 4
        # Two told the same thing, so each thing is in the history once.
        assert sorted(kinds(case)) == [EntryKind.HAPPENED_AGAIN, EntryKind.OPENED]
        assert len(events_of(order, "case.opened")) == 1


def test_another_merchants_cases_are_not_touched(world, other_world) -> None:
    for one in (world, other_world):
        with merchant_scope(one.merchant.id):
            order = make_order(one)
            make_shipment(one, order)
            hear(one, news(10, "attempt_failed"), order=order)
    with merchant_scope(world.merchant.id):
        resolve_case(case=Case.objects.get(), outcome=CaseOutcome.EXPLAINED, by=SHOPPER, now=NOW)

    with merchant_scope(other_world.merchant.id):
        assert Case.objects.get().state == CaseState.OPEN
