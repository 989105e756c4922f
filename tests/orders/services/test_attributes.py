"""Attributes are learned from what comes in, and warned of once somebody chose a type."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.inputs import CustomerInput, ProductInput
from orders.models import AttributeDefinition
from orders.services import attributes
from orders.services.attributes import choose_type
from orders.services.customers import upsert_customer
from orders.services.ingest import upsert_order, upsert_orders
from orders.services.products import upsert_product
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import read
from tests.orders.bodies import small_order_input

LINE = {"sku": "A", "quantity": 1, "unit_price": "10"}


@pytest.fixture(autouse=True)
def _nothing_remembered():
    attributes._memory.clear()
    yield
    attributes._memory.clear()


def definitions() -> list[tuple[str, str, str]]:
    return list(AttributeDefinition.objects.order_by("kind", "name").values_list("kind", "name", "type"))


def choose(merchant, now, name: str, type: str) -> None:
    choose_type(definition=AttributeDefinition.objects.get(name=name), type=type, label="", now=now)
    attributes._memory.clear()


def warnings(result) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.code) for problem in result.warnings if problem.code == "attribute_type"]


def test_names_are_learned_where_they_stand_with_the_type_they_look_like(merchant, now, in_scope) -> None:
    customer = {"external_id": "c-1", "attributes": {"size": "M", "since": "2020-01-31", "nothing": None}}
    lines = [{**LINE, "attributes": {"engraved": True}}]
    order = small_order_input("1", attributes={"gift": False, "weight": 1.5}, customer=customer, lines=lines)
    upsert_order(merchant=merchant, data=order, now=now)
    upsert_product(
        merchant=merchant,
        data=read({"sku": "A", "name": "A", "attributes": {"colours": ["red"]}}, ProductInput),
        now=now,
    )

    assert definitions() == [
        ("customer", "since", "date"),
        ("customer", "size", "text"),
        ("line", "engraved", "boolean"),
        ("order", "gift", "boolean"),
        ("order", "weight", "number"),
        ("product", "colours", "list"),
    ]


def test_the_first_look_stays_until_somebody_chooses(merchant, now, in_scope) -> None:
    upsert_order(merchant=merchant, data=small_order_input("1", attributes={"size": 42}), now=now)
    result = upsert_order(merchant=merchant, data=small_order_input("2", attributes={"size": "M"}), now=now)

    assert (definitions(), warnings(result)) == ([("order", "size", "number")], [])


def test_what_does_not_fit_a_chosen_type_is_kept_and_warned_of(merchant, now, in_scope) -> None:
    upsert_order(merchant=merchant, data=small_order_input("1", attributes={"size/eu": "42"}), now=now)
    choose(merchant, now, "size/eu", "number")

    good = upsert_order(merchant=merchant, data=small_order_input("1", attributes={"size/eu": 43}), now=now)
    bad = upsert_order(merchant=merchant, data=small_order_input("1", attributes={"size/eu": "M"}), now=now)
    again = upsert_order(merchant=merchant, data=small_order_input("1", attributes={"size/eu": "M"}), now=now)

    assert (warnings(good), bad.order.attributes) == ([], {"size/eu": "M"})
    assert warnings(bad) == warnings(again) == [("/attributes/size~1eu", "attribute_type")]


def test_warnings_point_into_customers_lines_and_products(merchant, now, in_scope) -> None:
    body = {"external_id": "c-1", "attributes": {"a": 1}}
    upsert_order(
        merchant=merchant,
        data=small_order_input("1", customer=body, lines=[{**LINE, "attributes": {"b": 1}}]),
        now=now,
    )
    upsert_product(
        merchant=merchant, data=read({"sku": "A", "name": "A", "attributes": {"c": 1}}, ProductInput), now=now
    )
    for name in ("a", "b", "c"):
        choose(merchant, now, name, "boolean")

    order = upsert_order(
        merchant=merchant,
        data=small_order_input("1", customer=body, lines=[LINE, {**LINE, "attributes": {"b": 1}}]),
        now=now,
    )
    customer = upsert_customer(merchant=merchant, data=read(body, CustomerInput), now=now)
    product = upsert_product(
        merchant=merchant, data=read({"sku": "A", "name": "A", "attributes": {"c": 1}}, ProductInput), now=now
    )

    assert warnings(order) == [
        ("/customer/attributes/a", "attribute_type"),
        ("/lines/1/attributes/b", "attribute_type"),
    ]
    assert (warnings(customer), warnings(product)) == (
        [("/attributes/a", "attribute_type")],
        [("/attributes/c", "attribute_type")],
    )


def test_a_batch_without_attributes_or_with_known_ones_costs_no_query_for_them(merchant, now, committed_db) -> None:
    def queries(start: int, **fields) -> int:
        bodies = [small_order_input(str(number), **fields) for number in range(start, start + 5)]
        with merchant_scope(merchant.id), CaptureQueriesContext(connection) as captured:
            upsert_orders(merchant=merchant, orders=bodies, now=now)
        return len(captured)

    queries(0, attributes={"size": "M"})
    without = queries(10)
    with_known = queries(20, attributes={"size": "L"})
    with_new = queries(30, attributes={"colour": "red"})

    assert with_known == without
    assert with_new == without + 1


def test_names_that_are_made_up_as_they_go_are_learned_to_a_limit(merchant, now, in_scope, monkeypatch) -> None:
    monkeypatch.setattr(attributes, "MOST_DEFINITIONS", 3)
    for number in range(5):
        upsert_order(
            merchant=merchant, data=small_order_input(str(number), attributes={f"session-{number}": 1}), now=now
        )
        attributes._memory.clear()

    assert [name for _, name, _ in definitions()] == ["session-0", "session-1", "session-2"]


def test_what_was_undone_is_not_remembered(merchant, now, committed_db) -> None:
    class Undo(Exception):
        pass

    body = small_order_input("1", attributes={"size": "M"})
    with pytest.raises(Undo), merchant_scope(merchant.id):
        upsert_order(merchant=merchant, data=body, now=now)
        raise Undo
    with merchant_scope(merchant.id):
        assert definitions() == []
        upsert_order(merchant=merchant, data=body, now=now)

        assert definitions() == [("order", "size", "text")]


def test_two_merchants_learn_apart(merchant, other_merchant, now) -> None:
    for one in (merchant, other_merchant):
        with merchant_scope(one.id):
            upsert_order(merchant=one, data=small_order_input("1", attributes={one.slug: 1}), now=now)
            assert definitions() == [("order", one.slug, "number")]
