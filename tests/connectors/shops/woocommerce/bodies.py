"""Bodies made after WooCommerce's documentation of the REST API (version 3), as a German shop sends them.

An order of three articles without tax in their prices, 19 % on top, a coupon of 10 %, and a fee for cash on delivery.
"""

import copy
from typing import Any

from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
)
from postpurchase.connectors.shops.woocommerce import CONNECTOR

CONTEXT = Context(store="default", country="DE", time_zone="Europe/Berlin", language="de-DE", currency="EUR")

ADDRESS = {
    "first_name": "Änne",
    "last_name": "Groß-Øster",
    "company": "Blumen GmbH",
    "address_1": "Hauptstraße 1",
    "address_2": "Hinterhaus",
    "city": "Berlin",
    "state": "DE-BE",
    "postcode": "10115",
    "country": "DE",
}
BILLING = {**ADDRESS, "email": "aenne@example.com", "phone": "030 1234567"}


def line(
    number: int, quantity: float, subtotal: tuple[str, str], total: tuple[str, str], **fields: Any
) -> dict[str, Any]:
    """One position; amounts come with the tax on them, before and after coupons."""
    return {
        "id": number,
        "name": f"Article {number} &ndash; rot",
        "product_id": number * 10,
        "variation_id": 0,
        "quantity": quantity,
        "subtotal": subtotal[0],
        "subtotal_tax": subtotal[1],
        "total": total[0],
        "total_tax": total[1],
        "taxes": [],
        "meta_data": [],
        "sku": f"SKU-{number}",
        **fields,
    }


ORDER: dict[str, Any] = {
    "id": 727,
    "parent_id": 0,
    "number": "R-2026-727",
    "status": "processing",
    "currency": "EUR",
    "created_via": "checkout",
    "date_created": "2026-11-22T10:00:00",
    "date_created_gmt": "2026-11-22T09:00:00",
    "date_modified": "2026-11-22T10:05:00",
    "date_modified_gmt": "2026-11-22T09:05:00",
    "date_paid": "2026-11-22T10:00:05",
    "date_paid_gmt": "2026-11-22T09:00:05",
    "discount_total": "3.00",
    "discount_tax": "0.57",
    "shipping_total": "4.90",
    "shipping_tax": "0.93",
    "total": "41.53",
    "total_tax": "6.63",
    "prices_include_tax": False,
    "customer_id": 25,
    "customer_note": "Bitte klingeln",
    "billing": BILLING,
    "shipping": ADDRESS,
    "payment_method": "cod",
    "payment_method_title": "Nachnahme",
    "meta_data": [
        {"id": 1, "key": "_hidden", "value": "x"},
        {"id": 2, "key": "Geschenk", "value": "ja"},
        {"id": 3, "key": "wpml_language", "value": "de_CH"},
        {"id": 4, "key": "plugin", "value": {"not": "text"}},
    ],
    "line_items": [
        line(1, 2, ("20.00", "3.80"), ("18.00", "3.42"), meta_data=[{"key": "pa_farbe", "value": "rot"}]),
        line(2, 1, ("10.00", "1.90"), ("9.00", "1.71"), variation_id=21),
    ],
    "shipping_lines": [{"id": 4, "method_title": "DHL Paket", "total": "4.90", "total_tax": "0.93"}],
    "fee_lines": [{"id": 5, "name": "Nachnahmegebühr", "total": "3.00", "total_tax": "0.57"}],
    "coupon_lines": [{"id": 6, "code": "zehn", "discount": "3.00", "discount_tax": "0.57"}],
    "refunds": [],
}


def order(**fields: Any) -> dict[str, Any]:
    """The order with some fields otherwise."""
    return {**copy.deepcopy(ORDER), **fields}


def refund(number: int = 726, **fields: Any) -> dict[str, Any]:
    """A refund of one piece of the order's first article, as ``/orders/727/refunds`` tells it."""
    return {
        "id": number,
        "date_created_gmt": "2026-11-25T09:00:00",
        "amount": "10.71",
        "reason": "Zu groß",
        "refunded_by": 1,
        "refunded_payment": False,
        "line_items": [
            {
                "id": 900,
                "quantity": -1,
                "total": "-9.00",
                "total_tax": "-1.71",
                "product_id": 10,
                "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": "1"}],
            }
        ],
        "_links": {"up": [{"href": "https://laden.example/wp-json/wc/v3/orders/727"}]},
        **fields,
    }


CUSTOMER: dict[str, Any] = {
    "id": 25,
    "email": "konto@example.com",
    "first_name": "Änne",
    "last_name": "Groß-Øster",
    "role": "customer",
    "username": "aenne",
    "billing": BILLING,
    "shipping": ADDRESS,
    "meta_data": [],
}

PRODUCT: dict[str, Any] = {
    "id": 799,
    "name": "Sessel &amp; Hocker",
    "type": "variable",
    "status": "publish",
    "permalink": "https://laden.example/sessel/",
    "description": "<p>Lang</p>",
    "short_description": "<p>Weich &amp; <b>warm</b></p>\n",
    "sku": "S-1",
    "price": "199",
    "purchasable": True,
    "stock_status": "instock",
    "parent_id": 0,
    "categories": [{"id": 9, "name": "Sitzen &amp; Liegen"}],
    "tags": [{"id": 1, "name": "Wolle"}],
    "images": [{"id": 1, "src": "https://laden.example/sessel.jpg"}],
    "variations": [801, 802],
}


def read(body: Any, topic: str = "", context: Context = CONTEXT) -> list[Change]:
    """Read a body as the connector does."""
    return list(CONNECTOR.read(topic, body, context))


# What each body is.
BODIES: dict[str, tuple[Any, type[Change]]] = {
    "order": (order(), OrderSaved),
    "order_refund": (refund(), OrderRefunded),
    "product": (PRODUCT, ProductSaved),
    "customer": (CUSTOMER, CustomerSaved),
}
