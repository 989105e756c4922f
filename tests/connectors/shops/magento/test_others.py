"""Articles and customers, and what is ignored or cannot be read."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given

from orders.inputs import (
    CustomerInput,
    ProductInput,
)
from postpurchase.connectors.base import (
    CustomerSaved,
    ProductSaved,
    Unreadable,
)
from postpurchase.connectors.shops.magento import CONNECTOR
from tests.connectors.shops.magento.bodies import CONTEXT, CREDIT_MEMO, ORDER, PRODUCT, SHIPMENT, STORE, read
from tests.connectors.shops.mutations import bodies_like, outcome


def test_an_article_maps_exactly():
    assert read({"product": PRODUCT, "store": STORE}) == [
        ProductSaved(
            ProductInput(
                sku="HOODIE",
                name="Hoodie",
                description="Warm & weich.",
                url="https://shop.example.com/catalog/product/view/id/67",
                image_url="https://shop.example.com/media/catalog/product/h/o/hoodie.jpg",
                price="70.00",
                currency="EUR",
                available=True,
                attributes={"material": "Baumwolle"},
            )
        )
    ]


@pytest.mark.parametrize("changed", [{"status": 2}, {"extension_attributes": {"stock_item": {"is_in_stock": False}}}])
def test_what_is_switched_off_or_out_of_stock_is_not_available(changed: dict[str, Any]):
    (change,) = read(PRODUCT | changed)

    assert isinstance(change, ProductSaved)
    assert not change.product.available


def test_a_customer_who_subscribed_without_proof_gives_no_consent():
    body = {
        "id": 2,
        "email": "jd@example.com",
        "firstname": "Jane",
        "lastname": "Doe",
        "dob": "1990-12-31",
        "group_id": 1,
        "addresses": [{"telephone": "1"}, {"default_billing": True, "telephone": "516-555-1111", "company": "Doe"}],
        "extension_attributes": {"is_subscribed": True},
        "custom_attributes": [{"attribute_code": "machine", "value": "X1"}],
    }

    assert read(body) == [
        CustomerSaved(
            CustomerInput(
                external_id="2",
                email="jd@example.com",
                phone="516-555-1111",
                first_name="Jane",
                last_name="Doe",
                company="Doe",
                birth_date=dt.date(1990, 12, 31),
                accepts_marketing=True,
                consents=[],
                attributes={"machine": "X1", "group_id": 1},
            )
        )
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (ORDER | {"grand_total": -1}, "grand_total: -1 is below 0."),
        ({"order": ORDER | {"grand_total": None}}, "order/grand_total: an amount is missing."),
        (ORDER | {"created_at": "yesterday"}, "created_at: a date is expected."),
        (ORDER | {"entity_id": None}, "entity_id: an id is missing."),
        (ORDER | {"order_currency_code": "BTC"}, "order_currency_code: BTC is no active currency (ISO 4217)."),
        (
            ORDER | {"items": [{"item_id": 1, "sku": "A", "qty_ordered": 0, "row_total_incl_tax": 1}]},
            "items/0/qty_ordered: more than 0 is expected.",
        ),
        (CREDIT_MEMO | {"order_id": "x" * 300}, "order_id: an id may have 200 characters."),
        ("hello", "The body: an object is expected."),
    ],
)
def test_what_cannot_be_read_is_named(body: Any, said: str):
    with pytest.raises(Unreadable) as told:
        read(body)

    assert str(told.value) == said


@pytest.mark.parametrize(
    "body",
    [
        {"order": ORDER, "shipments": [SHIPMENT], "credit_memos": [CREDIT_MEMO], "store": STORE},
        {"shipment": SHIPMENT, "of_order": ORDER},
        {"product": PRODUCT, "store": STORE},
        CREDIT_MEMO,
    ],
    ids=["order", "shipment", "product", "credit memo"],
)
def test_a_changed_body_is_read_ignored_or_named(body: Any):
    @given(bodies_like(body))
    def check(changed: Any) -> None:
        assert outcome(CONNECTOR, "", changed, CONTEXT)

    check()
