"""Articles and customers, and what is ignored or cannot be read."""

from typing import Any

import pytest
from hypothesis import given

from orders.inputs import (
    CustomerInput,
    ProductInput,
)
from postpurchase.connectors.base import (
    CustomerSaved,
    Ignored,
    ProductSaved,
    Unreadable,
)
from postpurchase.connectors.shops.shopware import CONNECTOR
from tests.connectors.shops.mutations import bodies_like, outcome
from tests.connectors.shops.shopware.bodies import CONTEXT, ORDER, PRODUCT, SHIPPED, event, read


def test_an_article_maps_exactly():
    assert read({"product": PRODUCT, "shop_url": "https://shop.example.com/"}) == [
        ProductSaved(
            ProductInput(
                sku="SW-1",
                name="Rosenschere",
                description="Schneidet & hält.",
                url="https://shop.example.com/detail/9c4734591e8d40308e0b9480523ba10f",
                image_url="https://shop.example.com/media/rose.jpg",
                price="33.40",
                currency="CHF",
                available=True,
                categories=["Garten", "Scheren"],
                attributes={"care": "dry"},
            )
        )
    ]


@pytest.mark.parametrize("changed", [{"active": False}, {"available": False}])
def test_what_is_switched_off_or_sold_out_is_not_available(changed: dict[str, Any]):
    (change,) = read({"product": PRODUCT | changed})

    assert isinstance(change, ProductSaved)
    assert not change.product.available


CUSTOMER = {
    "id": "c-1",
    "customerNumber": "1337",
    "email": "zoe@example.com",
    "firstName": "Zoë",
    "lastName": "Straßer",
    "guest": False,
    "birthday": None,
}


def test_a_customer_who_registers():
    assert read(event("checkout.customer.register", {"customer": CUSTOMER})) == [
        CustomerSaved(CustomerInput(external_id="c-1", email="zoe@example.com", first_name="Zoë", last_name="Straßer"))
    ]


@pytest.mark.parametrize(
    ("name", "payload", "reason"),
    [
        ("checkout.customer.login", {"customer": CUSTOMER}, "Nothing about the customer changed."),
        (
            "checkout.customer.guest_register",
            {"customer": CUSTOMER | {"guest": True}},
            "A guest, who comes with the order.",
        ),
        (
            "checkout.customer.deleted",
            {"customer": CUSTOMER},
            "An account was deleted in the shop. Erase the customer here if that is their wish.",
        ),
        ("mail.sent", {"subject": "x"}, "mail.sent tells of no order, article or customer."),
        (
            "checkout.order.placed",
            {"order": ORDER | {"versionId": "somebody-is-editing"}},
            "A draft of an order that somebody is changing in the shop.",
        ),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(name: str, payload: Any, reason: str):
    assert read(event(name, payload)) == [Ignored(reason)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amountTotal": -1}, "data/payload/order/amountTotal: -1 is below 0."),
        ({"id": None}, "data/payload/order/id: an id is missing."),
        ({"orderDateTime": "gestern"}, "data/payload/order/orderDateTime: a date is expected."),
        (
            {"currency": {"isoCode": "BTC"}},
            "data/payload/order/currency/isoCode: BTC is no active currency (ISO 4217).",
        ),
        (
            {"deliveries": [SHIPPED | {"trackingCodes": "x"}]},
            "data/payload/order/deliveries/0/trackingCodes: a list is expected.",
        ),
        (
            {"lineItems": [{"id": "1", "label": "A", "quantity": 0, "totalPrice": 1}]},
            "data/payload/order/lineItems/0/quantity: more than 0 is expected.",
        ),
    ],
)
def test_what_cannot_be_read_is_named(changed: dict[str, Any], said: str):
    with pytest.raises(Unreadable) as told:
        read(event("checkout.order.placed", {"order": ORDER | changed}))

    assert str(told.value) == said


@pytest.mark.parametrize(
    "body",
    [
        event("state_enter.order_delivery.state.shipped", {"order": ORDER | {"deliveries": [SHIPPED]}}),
        {"product": PRODUCT, "shop_url": "https://shop.example.com"},
        event("checkout.customer.register", {"customer": CUSTOMER}),
    ],
    ids=["order", "product", "customer"],
)
def test_a_changed_body_is_read_ignored_or_named(body: Any):
    @given(bodies_like(body))
    def check(changed: Any) -> None:
        assert outcome(CONNECTOR, "", changed, CONTEXT)

    check()
