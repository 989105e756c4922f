"""Customers, products, and what a body is at all."""

from typing import Any

import pytest
from hypothesis import given

from orders.inputs import CustomerInput, ProductInput
from postpurchase.connectors.base import (
    Context,
    CustomerErased,
    CustomerSaved,
    Ignored,
    OrderCancelled,
    ProductSaved,
    ProductWithdrawn,
    Unreadable,
)
from postpurchase.connectors.shops.shopify import CONNECTOR
from tests.connectors.shops.mutations import bodies_like, outcome
from tests.connectors.shops.shopify.bodies import (
    BODIES,
    CONTEXT,
    CUSTOMER,
    PRODUCT,
    fulfilment,
    order,
    part,
    read,
    refund,
)

REDACTION = {
    "shop_id": 954889,
    "shop_domain": "laden.myshopify.com",
    "customer": {"id": 191167, "email": "aenne@example.com", "phone": "555"},
    "orders_to_redact": [299938, 280263],
}
DATA_REQUEST = {
    "shop_id": 954889,
    "shop_domain": "laden.myshopify.com",
    "orders_requested": [299938],
    "customer": {"id": 191167, "email": "aenne@example.com"},
    "data_request": {"id": 9999},
}


def products(body: dict[str, Any], topic: str = "products/update") -> list[ProductInput]:
    changes = read(body, topic)
    assert all(isinstance(change, ProductSaved) for change in changes)
    return [change.product for change in changes if isinstance(change, ProductSaved)]


# Customers


def customer(**fields: Any) -> CustomerInput:
    (change,) = read({**CUSTOMER, **fields}, "customers/update")
    assert isinstance(change, CustomerSaved)
    return change.customer


def test_a_customer_is_read_exactly() -> None:
    data = customer()

    assert (data.external_id, data.email, data.phone) == ("207119551", "aenne@example.com", "+4915112345678")
    assert (data.first_name, data.last_name, data.company) == ("Änne", "Groß-Øster", "Blumen GmbH")
    assert (data.accepts_marketing, data.attributes) == (True, {"tags": ["Stammkundin", "VIP"]})
    assert [(one.channel, one.source, one.wording) for one in data.consents] == [
        ("email", "shopify confirmed_opt_in", ""),
        ("sms", "shopify single_opt_in shopify", ""),
    ]


MADE = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("consent", "accepts"),
    [
        (
            {
                "state": "not_subscribed",
                "opt_in_level": "confirmed_opt_in",
                "consent_updated_at": MADE,
            },
            False,
        ),
        (
            {"state": "unsubscribed", "opt_in_level": "confirmed_opt_in", "consent_updated_at": MADE},
            False,
        ),
        ({"state": "pending", "opt_in_level": "confirmed_opt_in", "consent_updated_at": MADE}, False),
        ({"state": "subscribed", "opt_in_level": "unknown", "consent_updated_at": MADE}, True),
        ({"state": "subscribed", "opt_in_level": None, "consent_updated_at": MADE}, True),
        ({"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": None}, True),
        ({}, True),
        (None, True),
    ],
)
def test_a_subscription_without_proof_is_no_consent(consent: dict[str, Any] | None, accepts: bool) -> None:
    """The older field says yes throughout; the consent's state, where there is one, is what counts."""
    data = customer(email_marketing_consent=consent, sms_marketing_consent=None, accepts_marketing=True)

    assert (data.consents, data.accepts_marketing) == ([], accepts)


def test_a_consent_whose_time_is_none_cannot_be_read() -> None:
    consent = {"state": "subscribed", "opt_in_level": "single_opt_in", "consent_updated_at": "neulich"}
    with pytest.raises(Unreadable, match="email_marketing_consent/consent_updated_at: a date is expected"):
        customer(email_marketing_consent=consent)


# Products


def test_each_variant_is_an_article() -> None:
    red, blue = products(PRODUCT)

    assert red == ProductInput(
        sku="S-RED",
        name="Sessel Ähre - Rot",
        description="Weich & warm Nur hier",
        image_url="https://cdn.example.com/red.jpg",
        price="199.00",
        currency="EUR",
        available=True,
        categories=["Sitzen"],
        attributes={"product_id": "632910392", "variant_id": "11", "vendor": "Möbel AG", "tags": ["Wolle", "Grau"]},
    )
    assert (blue.sku, blue.price, blue.available) == ("id-12", "209.50", False)
    assert blue.image_url == "https://cdn.example.com/all.jpg"
    assert blue.attributes["barcode"] == "4006381333931"


@pytest.mark.parametrize(
    ("fields", "variant", "available"),
    [
        ({"status": "draft"}, {}, False),
        ({"status": "archived"}, {}, False),
        ({"published_at": None}, {}, False),
        ({}, {}, True),
        ({}, {"inventory_management": "shopify", "inventory_policy": "deny", "inventory_quantity": 1}, True),
        ({}, {"inventory_management": "shopify", "inventory_policy": "deny", "inventory_quantity": -2}, False),
        ({}, {"inventory_management": "shopify", "inventory_policy": "continue", "inventory_quantity": 0}, True),
        ({}, {"available": False}, False),
        ({}, {"available": True, "inventory_management": "shopify", "inventory_quantity": 0}, True),
    ],
)
def test_availability(fields: dict[str, Any], variant: dict[str, Any], available: bool) -> None:
    only = {"id": 11, "title": "Default Title", "price": "1.00", "sku": "S", **variant}
    (found,) = products({**PRODUCT, **fields, "variants": [only]})

    assert (found.name, found.available) == ("Sessel Ähre", available)


def test_of_two_variants_with_one_sku_the_first_counts_and_none_is_nothing() -> None:
    same = [{"id": 1, "title": "A", "price": "1", "sku": "S"}, {"id": 2, "title": "B", "price": "2", "sku": "S"}]

    assert [one.name for one in products({**PRODUCT, "variants": same})] == ["Sessel Ähre - A"]
    assert read({**PRODUCT, "variants": []}, "products/create") == [Ignored("This product has no variants yet.")]


def test_a_deleted_product_is_found_by_its_id() -> None:
    at = Context(store="at", country="AT", language="de-AT")

    assert read({"id": 632910392}, "products/delete") == [ProductWithdrawn(product_id="632910392")]
    assert read({"id": 632910392}, "products/delete", at) == [ProductWithdrawn(product_id="at-632910392")]
    (change, _) = read(PRODUCT, "products/update", at)
    assert isinstance(change, ProductSaved)
    assert change.product.attributes["product_id"] == "at-632910392"


# What a body is


@pytest.mark.parametrize(
    "topic",
    ["orders/create", "orders/updated", "orders/paid", "orders/cancelled", "orders/fulfilled", "Orders/Updated "],
)
def test_an_order_without_its_total_is_still_an_order_by_its_topic(topic: str) -> None:
    body = order()
    del body["total_price"]

    with pytest.raises(Unreadable, match="total_price: an amount is missing"):
        read(body, topic)


def test_what_the_law_demands() -> None:
    erased = [CustomerErased(external_id="191167", email="aenne@example.com")]

    assert read(REDACTION, "customers/redact") == erased
    assert read(REDACTION) == erased
    assert read({**REDACTION, "customer": {"email": "aenne@example.com"}}) == [
        CustomerErased(email="aenne@example.com")
    ]
    with pytest.raises(Unreadable, match="customer: nobody is named"):
        read({**REDACTION, "customer": {}}, "customers/redact")
    (asked,) = read(DATA_REQUEST, "customers/data_request")
    (closed,) = read({"shop_id": 1, "shop_domain": "x"}, "shop/redact")
    assert isinstance(asked, Ignored)
    assert isinstance(closed, Ignored)
    assert "GET /api/v1/customers/191167/export" in asked.reason
    assert "remove the connection" in closed.reason


def test_what_was_deleted_comes_as_its_id() -> None:
    (cancelled,) = read({"id": 820982911946154508}, "orders/delete")

    assert isinstance(cancelled, OrderCancelled)
    assert cancelled.order == "820982911946154508"
    assert cancelled.cancellation.reason == "The order was deleted in Shopify."


def test_a_deleted_customer_is_not_forgotten_on_the_word_of_a_topic() -> None:
    """The topic is not signed, and a deleted product or order looks the same: an id."""
    gone = {"id": 706405506930370084, "phone": None, "addresses": [], "email_marketing_consent": None}
    (change,) = read(gone, "customers/delete")

    assert isinstance(change, Ignored)
    assert "Customer 706405506930370084 was deleted" in change.reason


@pytest.mark.parametrize(
    ("topic", "body", "said"),
    [
        ("orders/edited", {"order_edit": {"id": 1}}, "another delivery"),
        ("draft_orders/create", {"id": 1, "invoice_url": "https://x", "line_items": [], "total_price": "1"}, "draft"),
        ("", {"draft_order": {"id": 1}}, "draft"),
        ("fulfillment_events/create", {"id": 1, "status": "in_transit"}, "the carrier itself"),
        ("customers/merge", {"admin_graphql_api_customer_kept_id": "gid://shopify/Customer/1"}, "merged"),
        ("app/uninstalled", {"id": 1}, "connect it again"),
        ("", {"risk": {"id": 1}}, "but: risk"),
        ("orders/create", {"risk": {"id": 1}}, "but: risk"),
        ("", {"message": "gone"}, "a message: gone"),
        ("", {"orders": []}, "empty"),
        ("", {}, "nothing to do"),
        ("carts/update", {"id": "x", "line_items": []}, "nothing to do"),
        ("", [2, 1], "in this list"),
        ("", [], "in this list"),
    ],
)
def test_what_is_none_of_ours_is_ignored_with_a_reason(topic: str, body: Any, said: str) -> None:
    (change,) = read(body, topic)

    assert isinstance(change, Ignored)
    assert said in change.reason


@pytest.mark.parametrize("body", [None, 1, "order", True, 1.5])
def test_a_body_that_is_no_object_cannot_be_read(body: Any) -> None:
    with pytest.raises(Unreadable, match="an object is expected"):
        read(body, "orders/create")


FULL = order(
    fulfillments=[fulfilment()],
    refunds=[refund(part(1, 1, "17.91", "2.86"), paid="17.91"), refund(part(2, 1, "4.75", "0.76"), id=2)],
)


@given(bodies_like(FULL))
def test_an_order_that_is_not_as_it_should_be_is_read_or_told_off(body: Any) -> None:
    assert outcome(CONNECTOR, "orders/updated", body, CONTEXT)


@given(bodies_like({name: body for name, (body, _) in BODIES.items()}))
def test_so_is_every_other_body(bodies: Any) -> None:
    for name, body in bodies.items() if isinstance(bodies, dict) else ():
        for topic in ("", f"{name}s/create", "refunds/create", "customers/redact", "products/delete"):
            assert outcome(CONNECTOR, topic, body, CONTEXT)
            assert outcome(CONNECTOR, topic, {name: body}, CONTEXT)
