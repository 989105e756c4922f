"""Articles and customers, and what is ignored or cannot be read."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given

from orders.inputs import CustomerInput, ProductInput
from postpurchase.connectors.base import (
    CustomerSaved,
    Ignored,
    ProductSaved,
    Unreadable,
)
from postpurchase.connectors.shops.gambio import CONNECTOR
from tests.connectors.shops.gambio.bodies import CONTEXT, LISTED, ORDER, PRODUCT, TRACKING_CODE, read, total
from tests.connectors.shops.mutations import bodies_like, outcome


def test_an_article_maps_exactly():
    assert read({"product": PRODUCT, "shop_url": "https://shop.example.com/"}) == [
        ProductSaved(
            ProductInput(
                sku="ABC123",
                name="Testartikel",
                description="Gut & schön. Rot",
                url="https://shop.example.com/product_info.php?products_id=2",
                image_url="https://shop.example.com/images/product_images/info_images/eins.jpg",
                available=True,
                attributes={"material": "Holz"},
            )
        )
    ]


def test_a_listed_article_has_one_language():
    (change,) = read({"id": 6, "isActive": False, "taxClassId": 1, "productModel": "", "name": "Pulli", "images": None})

    assert change == ProductSaved(ProductInput(sku="6", name="Pulli", available=False))


def test_customers_who_are_guests_come_with_the_order():
    customer = {
        "id": 1,
        "number": "234",
        "firstname": "Änne",
        "lastname": "Groß",
        "dateOfBirth": "1985-02-13",
        "vatNumber": "",
        "telephone": "0421 1",
        "email": "aenne@example.com",
        "isGuest": False,
    }

    assert read(customer) == [
        CustomerSaved(
            CustomerInput(
                external_id="1",
                email="aenne@example.com",
                phone="0421 1",
                first_name="Änne",
                last_name="Groß",
                birth_date=dt.date(1985, 2, 13),
                attributes={"customer_number": "234"},
            )
        )
    ]
    assert read(customer | {"isGuest": True}) == [Ignored("A guest, who comes with the order.")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (LISTED, "A row of the list of orders; the order itself is asked for."),
        ([LISTED], "A list: orders come one by one."),
        (
            {"id": 1, "withdrawalDate": "2026-05-28", "order": {"orderId": 400276}},
            "A withdrawal; what is given back is told by the order.",
        ),
        (
            {
                "data": {
                    "id": 1,
                    "order": {"id": 400276, "creationDate": "2026-05-14"},
                    "customer": {},
                    "date": "2026-05-28",
                }
            },
            "A withdrawal; what is given back is told by the order.",
        ),
        ({"type": "cart.saved", "data": {"id": 1}}, "Nothing that we know."),
    ],
)
def test_what_is_not_for_us_is_ignored_with_a_reason(body: Any, reason: str):
    assert read(body) == [Ignored(reason)]


def test_an_envelope_is_opened():
    assert read({"type": "order.created", "data": ORDER}) == read(ORDER)


def test_an_order_without_its_sums_is_no_withdrawal():
    with pytest.raises(Unreadable, match=r"^order/totals: the row ot_total is missing\.$"):
        read({"order": {key: value for key, value in ORDER.items() if key != "totals"}, "listed": LISTED})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"totals": []}, "totals: the row ot_total is missing."),
        ({"totals": [total("ot_total", -1)]}, "totals/0/value: -1 is below 0."),
        ({"id": None}, "id: an id is missing."),
        ({"purchaseDate": "heute"}, "purchaseDate: a date is expected."),
        ({"items": [ORDER["items"][0] | {"quantity": 0}]}, "items/0/quantity: more than 0 is expected."),
        ({"currencyCode": "DM"}, "currencyCode: DM is no active currency (ISO 4217)."),
    ],
)
def test_what_cannot_be_read_is_named(changed: dict[str, Any], said: str):
    with pytest.raises(Unreadable) as told:
        read(ORDER | changed)

    assert str(told.value) == said


@pytest.mark.parametrize(
    "body",
    [
        {"order": ORDER, "listed": LISTED},
        {"tracking_code": TRACKING_CODE},
        {"product": PRODUCT, "shop_url": "https://a.de"},
    ],
    ids=["order", "tracking code", "product"],
)
def test_a_changed_body_is_read_ignored_or_named(body: Any):
    @given(bodies_like(body))
    def check(changed: Any) -> None:
        assert outcome(CONNECTOR, "", changed, CONTEXT)

    check()
