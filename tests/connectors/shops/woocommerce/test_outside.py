"""Bodies as WooCommerce sends them that nobody on this project wrote: the examples of the vendor's API documentation.

``v3_…`` is the legacy API, ``wp-api-v3_…`` the REST API. Run with ``OUTSIDE_DATA=<folder>``; without one there is
nothing to collect. What is not named here is ignored.
"""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from orders.checks import order_warnings
from orders.inputs import AddressInput
from postpurchase.connectors.base import (
    CustomerSaved,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
    ProductWithdrawn,
)
from postpurchase.connectors.shops.woocommerce import CONNECTOR
from tests.connectors.shops.mutations import outcome
from tests.connectors.shops.outside import bodies_in, body_in
from tests.connectors.shops.woocommerce.bodies import CONTEXT, read

FILES = bodies_in("shops/woocommerce")
MARKET = AddressInput(
    name="John Doe", street="969 Market", postal_code="94103", city="San Francisco", region="CA", country="US"
)
RIO = AddressInput(
    name="João Silva",
    street="Av. Brasil, 432",
    postal_code="12345-000",
    city="Rio de Janeiro",
    region="RJ",
    country="BR",
)
DOE = ("john.doe@example.com", "+15555555555", "John", "Doe")

# Lines are id, SKU, quantity and total with tax.
PREMIUM, IDEA = ("504", "id-546", 2, "48.38"), ("505", "id-613", 1, "20.99")
O645: dict[str, Any] = {
    "id": "645",
    "sums": ("79.87", "10.50", "0.00", "5.90", "USD"),
    "customer": "2",
    "lines": [PREMIUM, IDEA],
    "refunds": [],
}
O645_PAID = {**O645, "states": ("open", "paid")}
O644: dict[str, Any] = {
    "id": "644",
    "sums": ("44.14", "10.50", "0.00", "3.15", "USD"),
    "states": ("open", "pending"),
    "customer": "2",
    "lines": [("499", "id-546", 1, "24.19"), ("500", "id-96", 1, "9.45")],
    "refunds": [],
}
O531: dict[str, Any] = {
    "id": "531",
    "sums": ("30.00", "10.00", "0.00", "0.00", "USD"),
    "states": ("open", "pending"),
    "customer": "2",
    "lines": [("417", "id-19", 1, "20.00")],
    "refunds": [],
}
O727: dict[str, Any] = {
    "id": "727",
    "sums": ("29.35", "10.00", "0.00", "1.35", "USD"),
    "customer": "",
    "lines": [("315", "id-93", 2, "6.45"), ("316", "Bar3", 1, "12.90")],
    "refunds": [],
}
O727_OPEN, O727_DONE = ({**O727, "states": (status, "paid")} for status in ("open", "fulfilled"))
O723: dict[str, Any] = {
    "id": "723",
    "sums": ("39.00", "10.00", "0.00", "0.00", "USD"),
    "states": ("fulfilled", "partially_refunded"),
    "customer": "26",
    "lines": [("311", "id-87", 1, "9.00"), ("313", "id-34", 1, "20.00")],
    "refunds": [("726", "10.00"), ("724", "9.00")],
}
# The tax is 2.25, though its lines' taxes make 2.26: they are rounded to the order.
O728: dict[str, Any] = {
    "id": "728",
    "sums": ("62.25", "30.00", "0.00", "2.25", "USD"),
    "states": ("open", "pending"),
    "customer": "",
    "lines": [("319", "id-79", 1, "16.13"), ("320", "id-93", 1, "3.22"), ("321", "Bar3", 1, "12.90")],
    "refunds": [],
}
O729: dict[str, Any] = {
    "id": "729",
    "sums": ("54.40", "20.00", "0.00", "2.40", "USD"),
    "states": ("open", "paid"),
    "customer": "",
    "lines": [("324", "Bar3", 1, "12.90"), ("325", "id-24", 1, "21.50")],
    "refunds": [],
}
ORDERS: dict[str, list[dict[str, Any]]] = {
    "v3_customers_06": [O531],
    "v3_orders_00": [O645_PAID],
    "v3_orders_01": [O645_PAID],
    "v3_orders_02": [O645_PAID, O644],
    "v3_orders_03": [{**O645, "states": ("fulfilled", "paid")}],
    "v3_orders_04": [O645_PAID, O644],
    "v3_products_08": [O645_PAID, O644],
    "wp-api-v3_orders_00": [O727_OPEN],
    "wp-api-v3_orders_01": [O727_OPEN],
    "wp-api-v3_orders_02": [O727_OPEN, O723],
    "wp-api-v3_orders_03": [O727_DONE],
    "wp-api-v3_orders_04": [O727_DONE],
    # A batch: two created, one updated, the last one deleted.
    "wp-api-v3_orders_05": [O728, O729, O727_DONE, O723],
}
# Order, refund, amount, lines. Refunds of the legacy API (v3_order-refunds) do not say of which order they are.
TEN, NINE = ("723", "726", "10.00", []), ("723", "724", "9.00", [("311", 1, "9.00")])
REFUNDS = {
    "wp-api-v3_order-refunds_00": [TEN],
    "wp-api-v3_order-refunds_01": [TEN],
    "wp-api-v3_order-refunds_02": [TEN, NINE],
    "wp-api-v3_order-refunds_03": [TEN],
}
JOHN, JAMES = ("2", *DOE), ("2", *DOE[:2], "James", "Doe")
JOAO = ("joao.silva@example.com", "+555555555555", "João", "Silva")
CUSTOMERS = {
    "v3_customers_00": [JOHN],
    "v3_customers_01": [JOHN],
    "v3_customers_02": [JOHN, ("3", *JOAO)],
    "v3_customers_03": [JAMES],
    "v3_customers_04": [("4", "john.doe2@example.com", *DOE[1:]), ("5", "joao.silva2@example.com", *JOAO[1:])],
    "wp-api-v3_customers_00": [("25", *DOE)],
    "wp-api-v3_customers_01": [("25", *DOE)],
    "wp-api-v3_customers_02": [("26", *JOAO), ("25", *DOE)],
    "wp-api-v3_customers_03": [("25", *JAMES[1:])],
    "wp-api-v3_customers_04": [("25", *JAMES[1:])],
    "wp-api-v3_customers_05": [
        ("27", "john.doe2@example.com", *DOE[1:]),
        ("28", "joao.silva2@example.com", *JOAO[1:]),
        ("26", "joao.silva@example.com", "+551111111111", *JOAO[2:]),
    ],
}
QUALITY = ("id-546", "Premium Quality", "21.99", True)
QUALITY_29 = ("id-546", "Premium Quality", "29.99", True)
SHIP = [
    ("id-604", "Ship Your Idea", "19.99", True),
    ("id-609", "Ship Your Idea - black", "19.99", True),
    ("id-611", "Ship Your Idea - green", "19.99", True),
]
SHIP_29 = [(sku, name, "29.99", available) for sku, name, _, available in SHIP]
# A variable product that has no variations yet can neither be bought nor has it a price.
SHIP_799 = ("id-799", "Ship Your Idea", None, False)
QUALITY_794 = ("id-794", "Premium Quality", "21.99", True)
PRODUCTS = {
    "v3_products_00": [QUALITY],
    "v3_products_01": SHIP,
    "v3_products_02": [QUALITY],
    "v3_products_03": [QUALITY, *SHIP],
    "v3_products_04": [("id-546", "Premium Quality", "24.54", True)],
    "v3_products_05": [QUALITY_29, *SHIP_29],
    "wp-api-v3_products_00": [QUALITY_794],
    "wp-api-v3_products_01": [SHIP_799],
    "wp-api-v3_products_02": [QUALITY_794],
    "wp-api-v3_products_03": [SHIP_799, QUALITY_794],
    "wp-api-v3_products_04": [("id-794", "Premium Quality", "24.54", True)],
    "wp-api-v3_products_05": [("id-794", "Premium Quality", "24.54", True)],
    "wp-api-v3_products_06": [
        ("id-801", "Woo Single #1", "21.99", True),
        ("id-804", "New Premium Quality", "21.99", True),
        SHIP_799,
        ("id-794", "Premium Quality", "24.54", True),
    ],
}
# What the batches deleted comes last.
DELETED = {"wp-api-v3_customers_05": Ignored, "wp-api-v3_products_06": ProductWithdrawn}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_body_of_the_vendors_documentation(path: Path) -> None:
    name, changes = path.stem, read(body_in(path))
    if name in DELETED:
        assert type(changes.pop()) is DELETED[name]
    if name == "wp-api-v3_orders_05":
        cancelled = changes.pop()
        assert isinstance(cancelled, OrderCancelled)
        assert cancelled.order == "723"

    if name in ORDERS:
        orders = [change for change in changes if isinstance(change, OrderSaved)]
        assert [_order(change) for change in orders] == ORDERS[name]
        assert len(orders) == len(changes)
    elif name in REFUNDS:
        assert [_refund(change) for change in changes if isinstance(change, OrderRefunded)] == REFUNDS[name]
    elif name in CUSTOMERS:
        people = [change.customer for change in changes if isinstance(change, CustomerSaved)]
        found = [(one.external_id, one.email, one.phone, one.first_name, one.last_name) for one in people]
        assert found == CUSTOMERS[name]
        assert not any(one.accepts_marketing or one.consents for one in people)
    elif name in PRODUCTS:
        articles = [change.product for change in changes if isinstance(change, ProductSaved)]
        assert [(one.sku, one.name, one.price, one.available) for one in articles] == PRODUCTS[name]
        assert len(articles) == len(changes)
    else:
        assert all(isinstance(change, Ignored) and change.reason for change in changes)


def _order(change: OrderSaved) -> dict[str, Any]:
    data, buyer = change.order, change.order.customer
    assert buyer is not None
    who, home = ((JOAO[0], *JOAO[2:]), RIO) if data.external_id == "723" else ((DOE[0], *DOE[2:]), MARKET)
    assert (buyer.email, buyer.first_name, buyer.last_name) == who
    assert (buyer.accepts_marketing, buyer.consents) == (False, [])
    assert (data.shipping_address, data.billing_address, data.recipient) == (home, home, None)
    assert (data.number, order_warnings(data), change.shipments) == (data.external_id, [], ())
    return {
        "id": data.external_id,
        "sums": (data.total, data.shipping_total, data.discount_total, data.tax_total, data.currency),
        "states": (data.status, data.payment_status),
        "customer": buyer.external_id,
        "lines": [(line.external_id, line.sku, line.quantity, line.total) for line in data.lines],
        "refunds": [(refund.external_id, refund.amount) for refund in change.refunds],
    }


def _refund(change: OrderRefunded) -> tuple[Any, ...]:
    refund = change.refund
    lines = [msgspec.structs.astuple(line) for line in refund.lines]
    return change.order, refund.external_id, refund.amount, lines


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_under_any_topic_they_are_read_or_told_off(path: Path) -> None:
    for topic in ("order.created", "order.restored", "product.deleted", "customer.deleted"):
        assert outcome(CONNECTOR, topic, body_in(path), CONTEXT)
