"""Bodies as Shopify sends them that nobody on this project wrote: the tests of two client libraries.

Run with ``OUTSIDE_DATA=<folder>``; without one there is nothing to collect. What is not named here is ignored.
"""

from pathlib import Path
from typing import Any

import pytest

from postpurchase.connectors.base import (
    CustomerSaved,
    Ignored,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
)
from postpurchase.connectors.shops.shopify import CONNECTOR
from postpurchase.lib.strict_json import NotStrict
from tests.connectors.shops.mutations import outcome
from tests.connectors.shops.outside import bodies_in, body_in
from tests.connectors.shops.shopify.bodies import CONTEXT, read

SODA = ("254721536", "id-111475476", "Soda", 1, "0.00", "0.00")
BEER = ("5", "id-5410685889", "Another Beer For Good Times", 1, "5.00", "5.00")
DOE: dict[str, Any] = {
    "id": "123456",
    "number": "#9999",
    "sums": ("10.00", "10.00", "5.00", "0.00", "USD"),
    "states": ("cancelled", "pending"),
    "lines": [SODA, BEER],
    "buyer": ("", "jon@doe.ca", "John", "Smith", "My Company", True, []),
    "shipping": ("Steve Shipper", "123 Shipping Street", "K2P0S0", "Shippington", "Kentucky", "US"),
    "recipient": "Steve Shipper",
    "refunds": 0,
}
# Its three lines make 597, its sum says 398: both are kept, the tax of 11.94 is spread over the lines.
IPODS = [
    ("466157049", "IPOD2008GREEN", "IPod Nano - 8gb - green", 1, "202.98", "202.98"),
    ("518995019", "IPOD2008RED", "IPod Nano - 8gb - red", 1, "202.98", "202.98"),
    ("703073504", "IPOD2008BLACK", "IPod Nano - 8gb - black", 1, "202.98", "202.98"),
]
NORMAN: dict[str, Any] = {
    "id": "450789469",
    "number": "#1001",
    "sums": ("409.94", "0.00", "0.00", "11.94", "USD"),
    "states": ("open", "paid"),
    "lines": IPODS,
    "buyer": ("207119551", "bob.norman@hostmail.com", "Bob", "Norman", "", False, []),
    "shipping": ("Bob Norman", "Chestnut Street 92", "40202", "Louisville", "Kentucky", "US"),
    "recipient": None,
    "refunds": 0,
}
ORDERS: dict[str, dict[str, Any]] = {
    "shopify_go/order": DOE,
    "shopify_go/orders": DOE,
    "shopify_go/order_with_transaction": DOE,
    "shopify_python/order": NORMAN,
    "shopify_python/orders": {
        **NORMAN,
        "sums": ("598.94", "0.00", "10.00", "11.94", "USD"),
        "states": ("open", "partially_refunded"),
        "lines": [],
    },
}
# Order, id, carrier, number, address, time of sending, lines.
PARCELS = {
    "shopify_go/fulfillment": (
        "450789469",
        "1022782888",
        "Bluedart",
        "123456789",
        "https://shipping.xyz/track.php?num=123456789",
        "2018-07-05T17:08:39+00:00",
        [("466157049", 1), ("518995019", 1), ("703073504", 1)],
    ),
    "shopify_python/fulfillment": (
        "450789469",
        "255858046",
        "null-company",
        "1Z2345",
        "http://www.google.com/search?q=1Z2345",
        None,
        [("466157049", 1)],
    ),
}
NORMAN_HIMSELF = ("207119551", "bob.norman@hostmail.com", "Bob", "Norman", None, False, 0)
CUSTOMERS = {
    "shopify_go/customer": ("1", "test@example.com", "Test", "Citizen", None, False, 0),
    "shopify_python/customer": NORMAN_HIMSELF,
    "shopify_python/customers_search": NORMAN_HIMSELF,
    "shopify_python/customer_saved_search_customers": (
        "112223902",
        "john.smith@gmail.com",
        "John",
        "Smith",
        None,
        True,
        0,
    ),
}
CHAIR = [
    ("id-3", "Synergistic Silk Chair - Aerodynamic Copper Clock", "179.99", True),
    ("id-4", "Synergistic Silk Chair - Awesome Concrete Knife", "179.99", True),
]
BOTTLE = [
    ("id-1", "Rustic Copper Bottle - Awesome Bronze Hat", "111.99", True),
    ("id-2", "Rustic Copper Bottle - Rustic Marble Bottle", "111.99", True),
]
PINK = ("IPOD2008PINK", "IPod Nano - 8GB - Pink", "199.00", True)
PRODUCTS = {
    "shopify_go/product": [("id-1070325219", "Burton Custom Freestyle 151", "0.00", True)],
    "shopify_python/product": [
        PINK,
        ("IPOD2008RED", "IPod Nano - 8GB - Red", "199.00", True),
        ("IPOD2008GREEN", "IPod Nano - 8GB - Green", "199.00", True),
        ("IPOD2008BLACK", "IPod Nano - 8GB - Black", "199.00", True),
    ],
    "shopify_python/products": [PINK] * 4,
    "shopify_python/product_listing": CHAIR,
    "shopify_python/product_listings": CHAIR + BOTTLE,
}
NOT_JSON = {"properties_invalid0"}
FILES = [*bodies_in("shops/shopify_go"), *bodies_in("shops/shopify_python")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_body_of_the_client_libraries(path: Path) -> None:
    folder = next(part for part in path.parts if part.startswith("shopify_"))
    name = f"{folder}/{path.stem}"
    if path.stem in NOT_JSON:
        with pytest.raises(NotStrict):
            body_in(path)
        return
    changes = read(body_in(path))
    if name in ORDERS:
        (change,) = changes
        assert isinstance(change, OrderSaved)
        _is_the_order(change, ORDERS[name])
    elif name in PARCELS:
        (change,) = changes
        assert isinstance(change, ShipmentSaved)
        parcel = change.shipment
        assert PARCELS[name] == (
            change.order,
            parcel.external_id,
            parcel.carrier,
            parcel.tracking_number,
            parcel.tracking_url,
            parcel.shipped_at and parcel.shipped_at.isoformat(),
            [(line.line, line.quantity) for line in parcel.lines],
        )
    elif name in CUSTOMERS:
        (change,) = changes
        assert isinstance(change, CustomerSaved)
        who = change.customer
        assert CUSTOMERS[name] == (
            who.external_id,
            who.email,
            who.first_name,
            who.last_name,
            who.phone,
            who.accepts_marketing,
            len(who.consents),
        )
    elif name in PRODUCTS:
        articles = [change.product for change in changes if isinstance(change, ProductSaved)]
        assert [(one.sku, one.name, one.price, one.available) for one in articles] == PRODUCTS[name]
        assert len(articles) == len(changes)
    else:
        assert all(isinstance(change, Ignored) and change.reason for change in changes)


def _is_the_order(change: OrderSaved, expected: dict[str, Any]) -> None:
    data, buyer, shipping = change.order, change.order.customer, change.order.shipping_address
    assert buyer is not None
    assert shipping is not None
    found = {
        "id": data.external_id,
        "number": data.number,
        "sums": (data.total, data.shipping_total, data.discount_total, data.tax_total, data.currency),
        "states": (data.status, data.payment_status),
        "lines": [
            (line.external_id, line.sku, line.name, line.quantity, line.unit_price, line.total) for line in data.lines
        ],
        "buyer": (
            buyer.external_id,
            buyer.email,
            buyer.first_name,
            buyer.last_name,
            buyer.company,
            buyer.accepts_marketing,
            buyer.consents,
        ),
        "shipping": (
            shipping.name,
            shipping.street,
            shipping.postal_code,
            shipping.city,
            shipping.region,
            shipping.country,
        ),
        "recipient": data.recipient and data.recipient.name,
        "refunds": len(change.refunds),
    }
    assert found == expected
    # The only parcel in these bodies is one whose fulfilment failed.
    assert change.shipments == ()


@pytest.mark.parametrize("path", [path for path in FILES if path.stem not in NOT_JSON], ids=lambda path: path.stem)
def test_under_any_topic_they_are_read_or_told_off(path: Path) -> None:
    for topic in ("orders/create", "refunds/create", "customers/redact", "products/delete"):
        assert outcome(CONNECTOR, topic, body_in(path), CONTEXT)
