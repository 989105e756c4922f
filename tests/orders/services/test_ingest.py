"""Orders come in: once, in order, whole."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction

from orders.models import ConsentReport, Customer, Order, OrderLine
from orders.services.ingest import upsert_order, upsert_orders
from postpurchase.events.models import Event
from postpurchase.lib.validation import Problem, Refused
from tests.orders.bodies import order_input, small_order_input

pytestmark = pytest.mark.usefixtures("in_scope")


def _events() -> list[tuple[str, dict]]:
    return [(event.type, event.data) for event in Event.objects.order_by("sequence")]


def _types() -> list[str]:
    return [event_type for event_type, _ in _events()]


def test_the_contracts_order_is_stored_whole_and_announced(merchant, now) -> None:
    result = upsert_order(merchant=merchant, data=order_input(), now=now)

    order = Order.objects.get()
    customer = Customer.objects.get()
    report = ConsentReport.objects.get()
    assert (result.status, result.changed, result.order, result.warnings) == ("created", True, order, ())
    assert (order.external_id, order.number, order.currency, order.total) == ("1001", "1001", "EUR", Decimal("49.90"))
    assert order.placed_at == dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    assert order.promised_to == dt.date(2026, 11, 26)
    assert order.shipping_address["city"] == "Berlin"
    assert (order.customer, customer.external_id, customer.email) == (customer, "c-1", "anna@example.com")
    assert list(OrderLine.objects.values_list("external_id", "sku", "quantity", "unit_price", "total")) == [
        ("1", "85123A", 2, Decimal("22.50"), Decimal("45.00"))
    ]
    assert (report.customer, report.order, report.channel, report.basis) == (customer, order, "email", "consent")
    assert _events() == [
        ("customer.created", {}),
        ("customer.consent_reported", {"consent_report_ids": [str(report.id)], "order_id": str(order.id)}),
        ("order.placed", {"order_id": str(order.id), "customer_id": str(customer.id), "backfill": False}),
    ]


def test_the_same_body_again_changes_nothing(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(), now=now)
    before = list(Order.objects.values()), list(Customer.objects.values()), _events()

    result = upsert_order(merchant=merchant, data=order_input(), now=now + dt.timedelta(hours=1))

    assert (result.status, result.changed) == ("unchanged", False)
    assert (list(Order.objects.values()), list(Customer.objects.values()), _events()) == before


def test_another_spelling_of_the_same_content_is_no_change(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(), now=now)

    result = upsert_order(merchant=merchant, data=order_input(total="49.9", placed_at="2026-11-22T09:00:00Z"), now=now)

    assert result.status == "unchanged"
    assert "order.updated" not in _types()


def test_a_change_is_one_event_that_names_the_fields(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(payment_status="pending"), now=now)
    lines = [
        {"external_id": "1", "sku": "85123A", "quantity": 3, "unit_price": "22.50"},
        {"external_id": "2", "sku": "B", "quantity": 1, "unit_price": "1.00"},
    ]

    result = upsert_order(merchant=merchant, data=order_input(number="A-1", lines=lines), now=now)

    assert result.status == "updated"
    assert _events()[3:] == [
        ("order.updated", {"changed": ["lines", "number", "payment_status"]}),
        ("order.paid", {"order_id": str(result.order.id)}),
    ]
    assert list(OrderLine.objects.order_by("position").values_list("external_id", "quantity")) == [("1", 3), ("2", 1)]


def test_an_absent_line_goes_and_an_absent_field_gets_its_default(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(), now=now)

    upsert_order(merchant=merchant, data=small_order_input("1001"), now=now)

    order = Order.objects.get()
    assert (order.language, order.shipping_address, order.promised_to, order.customer) == ("", {}, None, None)
    assert list(OrderLine.objects.values_list("external_id", "sku")) == [("1", "A")]


def test_an_older_body_is_ignored(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(updated_at="2026-11-22T12:00:00Z"), now=now)
    count = Event.objects.count()

    result = upsert_order(merchant=merchant, data=order_input(number="X", updated_at="2026-11-22T11:59:59Z"), now=now)

    assert (result.status, result.changed) == ("ignored", False)
    assert Order.objects.get().number == "1001"
    assert Event.objects.count() == count


def test_of_two_bodies_of_the_same_moment_the_same_one_wins_whichever_comes_first(merchant, now) -> None:
    bodies = [small_order_input("1001", number=number, updated_at="2026-11-22T12:00:00Z") for number in ("X", "Y")]

    ends = []
    for in_turn in (bodies, bodies[::-1]):
        before = transaction.savepoint()
        statuses = [upsert_order(merchant=merchant, data=body, now=now).status for body in in_turn]
        ends.append((Order.objects.get().number, statuses))
        transaction.savepoint_rollback(before)

    (first_end, first_statuses), (second_end, second_statuses) = ends
    assert first_end == second_end
    assert sorted([first_statuses, second_statuses]) == [["created", "ignored"], ["created", "updated"]]


def test_a_newer_time_alone_is_remembered_and_is_no_change(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(updated_at="2026-11-22T12:00:00Z"), now=now)

    newer = upsert_order(merchant=merchant, data=order_input(updated_at="2026-11-22T14:00:00Z"), now=now)
    between = upsert_order(merchant=merchant, data=order_input(number="X", updated_at="2026-11-22T13:00:00Z"), now=now)

    assert (newer.status, between.status) == ("unchanged", "ignored")


@pytest.mark.parametrize("customer", [None, {"first_name": "Anna"}, {"external_id": "c-9"}])
def test_an_order_without_customer_mail_or_address_is_kept(merchant, now, customer) -> None:
    data = order_input(customer=customer, shipping_address=None)

    first = upsert_order(merchant=merchant, data=data, now=now)
    second = upsert_order(merchant=merchant, data=data, now=now)

    assert (first.status, second.status) == ("created", "unchanged")
    assert Customer.objects.count() == (customer is not None)


def test_a_customer_known_to_one_order_only_stays_the_same_row(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(customer={"first_name": "Anna"}), now=now)
    upsert_order(merchant=merchant, data=order_input(customer={"first_name": "Anne"}), now=now)

    assert list(Customer.objects.values_list("first_name", flat=True)) == ["Anne"]


def test_a_guest_is_found_by_mail_and_keeps_the_row_when_getting_an_id(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input("1", customer={"email": "Anna@Example.com"}), now=now)
    upsert_order(merchant=merchant, data=order_input("2", customer={"email": "anna@example.com"}), now=now)
    upsert_order(
        merchant=merchant, data=order_input("3", customer={"external_id": "c-1", "email": "anna@example.com"}), now=now
    )
    upsert_order(merchant=merchant, data=order_input("4", customer={"email": "anna@example.com"}), now=now)

    customer = Customer.objects.get()
    assert (customer.external_id, customer.email) == ("c-1", "anna@example.com")
    assert set(Order.objects.values_list("customer_id", flat=True)) == {customer.id}


def test_two_ids_with_one_address_are_two_customers(merchant, now) -> None:
    for external_id in ("c-1", "c-2"):
        body = {"external_id": external_id, "email": "family@example.com"}
        upsert_order(merchant=merchant, data=order_input(external_id, customer=body), now=now)

    assert set(Customer.objects.values_list("external_id", flat=True)) == {"c-1", "c-2"}


def test_an_order_adds_to_what_is_known_of_a_customer_and_history_only_fills_gaps(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input("1"), now=now)
    moved = {"external_id": "c-1", "email": "new@example.com", "company": "Muster AG"}
    upsert_order(merchant=merchant, data=order_input("2", customer=moved), now=now)
    old = {"external_id": "c-1", "email": "old@example.com", "first_name": "Änni", "birth_date": "1990-02-03"}
    upsert_order(merchant=merchant, data=order_input("0", customer=old, backfill=True), now=now)

    customer = Customer.objects.get()
    assert (customer.email, customer.first_name, customer.company, customer.birth_date) == (
        "new@example.com",
        "Anna",
        "Muster AG",
        dt.date(1990, 2, 3),
    )


def test_a_phone_number_is_read_with_the_country_of_the_address(merchant, now) -> None:
    address = {"country": "CH"}
    for index, phone in enumerate(["079 123 45 67", "ask Anna"]):
        data = order_input(str(index), customer={"external_id": str(index), "phone": phone}, shipping_address=address)
        upsert_order(merchant=merchant, data=data, now=now)

    assert list(Customer.objects.order_by("external_id").values_list("phone", flat=True)) == [
        "+41791234567",
        "ask Anna",
    ]


def test_a_consent_is_stored_once_however_often_it_is_reported(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(), now=now)
    upsert_order(merchant=merchant, data=order_input(number="changed"), now=now)

    assert ConsentReport.objects.count() == 1
    assert _types().count("customer.consent_reported") == 1


def test_a_cancelled_order_is_cancelled_once(merchant, now) -> None:
    upsert_order(merchant=merchant, data=order_input(), now=now)
    upsert_order(merchant=merchant, data=order_input(status="cancelled"), now=now)
    upsert_order(merchant=merchant, data=order_input(status="cancelled", number="X"), now=now)

    assert _types().count("order.cancelled") == 1
    assert Order.objects.get().cancelled_at == now


def test_sums_that_do_not_add_up_are_kept_with_a_warning(merchant, now) -> None:
    result = upsert_order(merchant=merchant, data=order_input(total="50.00"), now=now)

    assert result.status == "created"
    assert result.warnings == (Problem("/total", "sum_mismatch", "lines + shipping - discount is 49.90, not 50.00."),)


def test_a_refused_order_leaves_nothing(merchant, now) -> None:
    data = order_input(currency="XXX", store="nowhere", promised_from="2026-12-01")

    with pytest.raises(Refused) as refused:
        upsert_order(merchant=merchant, data=data, now=now)

    assert [(problem.pointer, problem.code) for problem in refused.value.problems] == [
        ("/currency", "unknown_currency"),
        ("/promised_to", "order"),
        ("/store", "unknown_store"),
    ]
    assert (Order.objects.count(), Customer.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_shipped_line_cannot_be_removed(merchant, now) -> None:
    from tracking.models import Shipment, ShipmentLine

    order = upsert_order(merchant=merchant, data=order_input(), now=now).order
    shipment = Shipment.objects.create(merchant=merchant, order=order, external_id="p", created_at=now, updated_at=now)
    ShipmentLine.objects.create(merchant=merchant, shipment=shipment, order_line=OrderLine.objects.get(), quantity=1)

    with pytest.raises(Refused) as refused:
        upsert_order(merchant=merchant, data=order_input(lines=[]), now=now)

    assert refused.value.problems == (Problem("/lines", "line_shipped", "Line 1 has been shipped; it cannot go."),)
    assert OrderLine.objects.count() == 1


def test_a_batch_applies_the_same_id_in_turn_and_goes_on_after_an_invalid_item(merchant, now) -> None:
    orders = [
        order_input("1"),
        order_input("2", currency="ZZZ"),
        order_input("1", number="second"),
        order_input("1", number="second"),
        order_input("3"),
    ]

    results = upsert_orders(merchant=merchant, orders=orders, now=now)

    assert [(result.external_id, result.status) for result in results] == [
        ("1", "created"),
        ("2", "invalid"),
        ("1", "updated"),
        ("1", "unchanged"),
        ("3", "created"),
    ]
    assert dict(Order.objects.values_list("external_id", "number")) == {"1": "second", "3": "1001"}


@pytest.mark.parametrize("count", [1, 30])
def test_a_batch_takes_the_same_number_of_queries_however_large(
    merchant, now, count, django_assert_num_queries
) -> None:
    new = [order_input(str(index), customer={"external_id": str(index)}) for index in range(count)]
    changed = [order_input(str(index), number="x", customer={"external_id": str(index)}) for index in range(count)]

    with django_assert_num_queries(4):
        upsert_orders(merchant=merchant, orders=new, now=now)
    with django_assert_num_queries(2):
        upsert_orders(merchant=merchant, orders=new, now=now)
    with django_assert_num_queries(5):
        upsert_orders(merchant=merchant, orders=changed, now=now)


def test_a_stranger_with_the_same_ids_is_not_touched(merchant, other_merchant, now) -> None:
    from postpurchase.accounts.scoping import merchant_scope

    with merchant_scope(other_merchant.id):
        theirs = upsert_order(merchant=other_merchant, data=order_input(number="theirs"), now=now)
    mine = upsert_order(merchant=merchant, data=order_input(), now=now)

    assert (mine.status, mine.order.id != theirs.order.id) == ("created", True)
    with merchant_scope(other_merchant.id):
        assert list(Order.objects.values_list("number", flat=True)) == ["theirs"]
