"""Rows of busy tables: what goes in comes out, behind the same walls as everything else."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, transaction

from orders.models import Order, OrderLine
from orders.services.ingest import upsert_order
from postpurchase.accounts.rows import Writes, insert_rows, read_rows, row_of, update_rows
from postpurchase.accounts.scoping import ScopeMissing, all_merchants, merchant_scope
from postpurchase.lib.ids import uuid7
from tests.orders.bodies import small_order_input


@pytest.fixture
def order(in_scope, merchant, now) -> Order:
    upsert_order(merchant=merchant, data=small_order_input("1001"), now=now)
    return Order.objects.get()


def a_line(order: Order, **columns: object) -> dict:
    return {
        **row_of(OrderLine(merchant_id=order.merchant_id, order=order, external_id="x", position=9, quantity=1)),
        "unit_price": Decimal("0.1234"),
        "total": Decimal("0.12"),
        **columns,
    }


def test_what_goes_in_comes_out(order, now) -> None:
    nasty = "tab\t, line\n, \\, \\u0041, quotes ' \" ”, שלום, 😀, %s %(x)s, {1,2}, \x7f"
    attributes = {"list": [1, 1.0, True, None, {"a": nasty}], "large": 2**63 - 1, "": ""}
    row = a_line(order, name=nasty, attributes=attributes)

    assert insert_rows(OrderLine, [row]) == 1

    (line,) = read_rows(OrderLine, "external_id = %(name)s", {"name": "x"})
    assert row_of(line) == row
    assert row_of(OrderLine.objects.get(external_id="x")) == row
    assert (line.pk, line._state.adding) == (row["id"], False)


def test_times_bytes_and_nulls_keep_their_worth(order, merchant, now) -> None:
    moment = dt.datetime(2026, 7, 15, 12, 30, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=45)))
    row = {**row_of(order), "placed_at": moment, "content_hash": bytes(range(32)), "promised_to": dt.date(1999, 12, 31)}
    row |= {"recipient": None, "cancelled_at": None}

    assert update_rows(Order, [row]) == 1

    (read,) = read_rows(Order, "true", {})
    assert (read.placed_at, bytes(read.content_hash), read.promised_to) == (
        moment,
        bytes(range(32)),
        dt.date(1999, 12, 31),
    )
    assert (read.recipient, read.cancelled_at, read.shipping_address) == (None, None, {})


def test_only_the_columns_given_are_written(order) -> None:
    before = Order.objects.values().get()

    update_rows(Order, [{"id": order.id, "number": "new"}])

    after = Order.objects.values().get()
    assert {name for name, value in after.items() if value != before[name]} == {"number"}
    assert after["number"] == "new"


def test_only_the_columns_named_are_read(order, django_assert_num_queries) -> None:
    (read,) = read_rows(Order, "true", {}, columns=("id", "number"))

    assert (read.id, read.number) == (order.id, order.number)
    assert read.get_deferred_fields() >= {"total", "attributes"}


def test_nothing_is_no_query(in_scope, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert (insert_rows(OrderLine, []), update_rows(Order, [])) == (0, 0)


def test_constraints_hold(order) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(OrderLine, [a_line(order, quantity=0)])
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(OrderLine, [a_line(order, sku="x" * 201)])
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(OrderLine, [a_line(order, name="NUL \x00")])

    assert not OrderLine.objects.filter(external_id="x").exists()


def test_without_a_scope_nothing_moves(db, merchant) -> None:
    with pytest.raises(ScopeMissing):
        read_rows(Order, "true", {})
    with pytest.raises(ScopeMissing):
        update_rows(Order, [{"id": merchant.id, "number": "x"}])


def test_another_merchants_rows_are_neither_seen_nor_changed_nor_made(db, merchant, other_merchant, now) -> None:
    with merchant_scope(merchant.id):
        upsert_order(merchant=merchant, data=small_order_input("1001"), now=now)
        order = Order.objects.get()
    with merchant_scope(other_merchant.id):
        assert read_rows(Order, "true", {}) == []
        assert read_rows(Order, "false) OR (true", {}) == []
        assert update_rows(Order, [{"id": order.id, "number": "stolen"}]) == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            insert_rows(OrderLine, [a_line(order)])
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(OrderLine, [a_line(order, merchant_id=other_merchant.id)])
    with all_merchants("the test looks at all of them"):
        assert [row.number for row in read_rows(Order, "true", {})] == [order.number]
        assert not OrderLine.objects.filter(external_id="x").exists()


def test_what_waits_is_written_at_once_in_its_order(order, merchant, django_assert_num_queries) -> None:
    writes, line = Writes(), a_line(order)
    writes.hold([1, 2])
    writes.insert(OrderLine, [line])
    writes.insert(OrderLine, [])
    writes.update(OrderLine, [{"id": line["id"], "name": "later"}])
    other = {**a_line(order, external_id="y", sku="tea"), "id": uuid7()}
    del other["name"]
    writes.insert(OrderLine, [other], computed={"name": "upper(new.sku)"})
    waiting = OrderLine.objects.filter(order=order).count()

    with django_assert_num_queries(1):
        writes.send()
        writes.send()

    lines = OrderLine.objects.filter(order=order).order_by("external_id")
    assert waiting == lines.count() - 2
    assert (lines.get(external_id="x").name, lines.get(external_id="y").name) == ("later", "TEA")


def test_what_waits_stays_behind_the_walls(order, merchant, other_merchant) -> None:
    writes = Writes()
    writes.insert(OrderLine, [a_line(order, merchant_id=other_merchant.id)])

    with pytest.raises(ProgrammingError), transaction.atomic():
        writes.send()

    assert not OrderLine.objects.filter(external_id="x").exists()
