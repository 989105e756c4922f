"""Customers, products, and what a body is at all."""

from typing import Any

import pytest
from hypothesis import given

from orders.inputs import CustomerInput, ProductInput
from postpurchase.connectors.base import (
    Context,
    CustomerSaved,
    Ignored,
    OrderCancelled,
    OrderSaved,
    ProductSaved,
    ProductWithdrawn,
    Unreadable,
)
from postpurchase.connectors.shops.woocommerce import CONNECTOR
from tests.connectors.shops.mutations import bodies_like, outcome
from tests.connectors.shops.woocommerce.bodies import BILLING, BODIES, CONTEXT, CUSTOMER, PRODUCT, order, read, refund


def products(body: dict[str, Any], topic: str = "product.updated") -> list[ProductInput]:
    return [change.product for change in read(body, topic) if isinstance(change, ProductSaved)]


def test_a_customer_is_read_exactly_in_both_dialects() -> None:
    expected = CustomerInput(
        external_id="25",
        email="konto@example.com",
        phone="+49301234567",
        first_name="Änne",
        last_name="Groß-Øster",
        company="Blumen GmbH",
    )
    legacy = {name: value for name, value in CUSTOMER.items() if name not in ("billing", "shipping")}

    assert read(CUSTOMER, "customer.created") == [CustomerSaved(expected)]
    assert read({"customer": {**legacy, "billing_address": BILLING}}) == [CustomerSaved(expected)]


def test_a_customer_known_by_the_billing_address_only() -> None:
    (change,) = read({**CUSTOMER, "email": "", "first_name": "", "last_name": ""})
    assert isinstance(change, CustomerSaved)

    assert (change.customer.email, change.customer.last_name) == ("aenne@example.com", "Groß-Øster")


def test_a_product_is_read_exactly() -> None:
    assert products(PRODUCT) == [
        ProductInput(
            sku="S-1",
            name="Sessel & Hocker",
            description="Weich & warm",
            url="https://laden.example/sessel/",
            image_url="https://laden.example/sessel.jpg",
            price="199.00",
            currency="EUR",
            available=True,
            categories=["Sitzen & Liegen"],
            attributes={"product_id": "799", "tags": ["Wolle"]},
        )
    ]


def test_variations_are_articles_of_their_own() -> None:
    variations = [
        {
            "id": 801,
            "sku": "S-1-R",
            "price": "209.00",
            "permalink": "https://laden.example/sessel/?farbe=rot",
            "image": {"src": "https://laden.example/rot.jpg"},
            "attributes": [{"name": "Farbe", "option": "Rot"}, {"name": "Größe", "option": "L"}],
            "stock_status": "outofstock",
        },
        {"id": 802, "sku": "", "price": "", "attributes": []},
    ]
    whole, red, other = products({**PRODUCT, "variations": variations})

    assert whole.sku == "S-1"
    assert (red.sku, red.name, red.price, red.available) == ("S-1-R", "Sessel & Hocker - Rot, L", "209.00", False)
    assert (red.url, red.image_url) == ("https://laden.example/sessel/?farbe=rot", "https://laden.example/rot.jpg")
    assert red.attributes == {"product_id": "799", "variant_id": "801", "tags": ["Wolle"]}
    assert (other.sku, other.name, other.price, other.url) == (
        "id-802",
        "Sessel & Hocker",
        None,
        "https://laden.example/sessel/",
    )


def test_a_variation_that_comes_alone_belongs_to_its_product() -> None:
    alone = {**PRODUCT, "id": 801, "parent_id": 799, "type": "variation", "name": "Sessel - Rot", "sku": "S-1-R"}
    (found,) = products({**alone, "variations": []})

    assert (found.sku, found.name) == ("S-1-R", "Sessel - Rot")
    assert found.attributes == {"product_id": "799", "variant_id": "801", "tags": ["Wolle"]}


@pytest.mark.parametrize(
    ("fields", "available"),
    [
        ({}, True),
        ({"status": "draft"}, False),
        ({"stock_status": "outofstock"}, False),
        ({"stock_status": "onbackorder"}, True),
        ({"in_stock": False}, False),
        ({"purchasable": False}, False),
        ({"purchasable": True, "purchaseable": False}, False),
    ],
)
def test_availability(fields: dict[str, Any], available: bool) -> None:
    assert [one.available for one in products({**PRODUCT, **fields})] == [available]


def test_a_product_without_a_name_cannot_be_read() -> None:
    with pytest.raises(Unreadable, match="product/name"):
        read({**PRODUCT, "name": ""})


@pytest.mark.parametrize("topic", ["order.created", "order.updated", "order.restored", "Order.Updated "])
def test_an_order_without_its_total_is_still_an_order_by_its_topic(topic: str) -> None:
    body = order()
    del body["total"]

    with pytest.raises(Unreadable, match="total: an amount is missing"):
        read(body, topic)


def test_what_was_deleted_comes_as_its_id() -> None:
    (cancelled,) = read({"id": 727}, "order.deleted")
    at = Context(store="at", country="AT", language="de-AT")

    assert isinstance(cancelled, OrderCancelled)
    assert (cancelled.order, cancelled.cancellation.reason) == ("727", "The order was deleted in WooCommerce.")
    assert cancelled.cancellation.cancelled_at is None
    assert read({"id": 799}, "product.deleted") == [ProductWithdrawn(product_id="799")]
    assert read({"id": 799}, "product.deleted", at) == [ProductWithdrawn(product_id="at-799")]


def test_a_deleted_account_is_not_forgotten_on_the_word_of_a_topic() -> None:
    """The topic is not signed, and a deleted product or order looks the same: an id."""
    (change,) = read({"id": 25}, "customer.deleted")

    assert isinstance(change, Ignored)
    assert "Account 25 was deleted" in change.reason


def test_a_batch_tells_of_what_it_created_updated_and_deleted() -> None:
    changes = read({"create": [order(id=1)], "update": [order(id=2)], "delete": [order(id=3)]})
    people = read({"create": [CUSTOMER], "delete": [CUSTOMER, {"id": 1, "error": {"code": "x"}}]})

    assert [(type(change), getattr(change, "order", None)) for change in changes[3:]] == [(OrderCancelled, "3")]
    assert [change.order.external_id for change in changes if isinstance(change, OrderSaved)] == ["1", "2", "3"]
    assert [type(change) for change in people] == [CustomerSaved, Ignored]
    assert [type(change) for change in read({"delete": [PRODUCT]})] == [ProductSaved, ProductWithdrawn]
    assert read({"create": [], "delete": []}) == [Ignored("There is no order, product or customer in this batch.")]


ERROR = {
    "code": "woocommerce_rest_cannot_view",
    "message": "Sorry, you cannot view this resource.",
    "data": {"status": 401},
}


def test_an_error_in_place_of_an_order_says_what_to_do() -> None:
    """A webhook whose owner lost the right to read orders sends this, duly signed."""
    with pytest.raises(Unreadable, match=r"Sorry, you cannot view this resource\..*administrator"):
        read(ERROR, "order.updated")
    assert read(ERROR) == [Ignored("This is an error of WooCommerce: Sorry, you cannot view this resource.")]


@pytest.mark.parametrize(
    ("topic", "body", "said"),
    [
        ("coupon.created", {"id": 1, "code": "zehn"}, "Coupons"),
        ("action.woocommerce_add_to_cart", {"action": "woocommerce_add_to_cart", "arg": "7cb"}, "nothing to do"),
        ("", {"id": 281, "author": "system", "note": "Order ok", "customer_note": False}, "Notes"),
        ("", {"order_note": {"id": 1}}, "but: order note"),
        ("", {"id": 142, "topic": "order.updated", "delivery_url": "http://x"}, "webhook"),
        ("", {"download_id": "1", "download_url": "https://x"}, "Downloads"),
        ("", {"count": 10}, "nothing to do"),
        ("", {"message": "Permanently deleted order"}, "Permanently deleted order"),
        ("order.created", [], "in this list"),
        ("", {}, "nothing to do"),
    ],
)
def test_what_is_none_of_ours_is_ignored_with_a_reason(topic: str, body: Any, said: str) -> None:
    (change,) = read(body, topic)

    assert isinstance(change, Ignored)
    assert said in change.reason


@pytest.mark.parametrize("body", [None, 1, "webhook_id=1", True, 1.5])
def test_a_body_that_is_no_object_cannot_be_read(body: Any) -> None:
    with pytest.raises(Unreadable, match="an object is expected"):
        read(body, "order.created")


TRACKED = {
    "key": "_wc_shipment_tracking_items",
    "value": [{"tracking_number": "1", "tracking_provider": "dhl", "date_shipped": "1795392000"}],
}
FULL = order(refunds=[refund()], meta_data=[TRACKED])


@given(bodies_like(FULL))
def test_an_order_that_is_not_as_it_should_be_is_read_or_told_off(body: Any) -> None:
    assert outcome(CONNECTOR, "order.updated", body, CONTEXT)


@given(
    bodies_like(
        {**{name: body for name, (body, _) in BODIES.items()}, "batch": {"create": [PRODUCT], "delete": [CUSTOMER]}}
    )
)
def test_so_is_every_other_body(bodies: Any) -> None:
    for name, body in bodies.items() if isinstance(bodies, dict) else ():
        for topic in ("", f"{name}.updated", "order.restored", "customer.deleted"):
            assert outcome(CONNECTOR, topic, body, CONTEXT)
            assert outcome(CONNECTOR, topic, {name: body}, CONTEXT)
