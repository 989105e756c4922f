"""Bodies made after Shopify's documentation of the Admin API (2026-01), as a German shop sends them.

An order of two articles at 19.90 and 5.00 with 10 % off, free shipping lifted by a code, taxes included.
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
    ShipmentSaved,
)
from postpurchase.connectors.shops.shopify import CONNECTOR

CONTEXT = Context(store="default", country="DE", language="de-DE", currency="EUR")

ADDRESS = {
    "first_name": "Änne",
    "last_name": "Groß-Øster",
    "name": "Änne Groß-Øster",
    "company": "Blumen GmbH",
    "address1": "Hauptstraße 1",
    "address2": "Hinterhaus",
    "zip": "10115",
    "city": "Berlin",
    "province": "Berlin",
    "province_code": "BE",
    "country": "Germany",
    "country_code": "DE",
    "phone": "030 1234567",
}
CUSTOMER: dict[str, Any] = {
    "id": 207119551,
    "email": "aenne@example.com",
    "phone": "+4915112345678",
    "first_name": "Änne",
    "last_name": "Groß-Øster",
    "tags": "Stammkundin, VIP",
    "email_marketing_consent": {
        "state": "subscribed",
        "opt_in_level": "confirmed_opt_in",
        "consent_updated_at": "2026-10-01T08:00:00+02:00",
    },
    "sms_marketing_consent": {
        "state": "subscribed",
        "opt_in_level": "single_opt_in",
        "consent_updated_at": "2026-10-02T08:00:00+02:00",
        "consent_collected_from": "SHOPIFY",
    },
    "default_address": ADDRESS,
}

PRODUCT: dict[str, Any] = {
    "id": 632910392,
    "title": "Sessel Ähre",
    "body_html": "<p>Weich &amp; <b>warm</b></p>\n<p>Nur hier</p>",
    "vendor": "Möbel AG",
    "product_type": "Sitzen",
    "status": "active",
    "published_at": "2026-01-01T00:00:00Z",
    "tags": "Wolle, Grau",
    "image": {"id": 1, "src": "https://cdn.example.com/all.jpg"},
    "images": [
        {"id": 1, "src": "https://cdn.example.com/all.jpg"},
        {"id": 2, "src": "https://cdn.example.com/red.jpg"},
    ],
    "variants": [
        {"id": 11, "title": "Rot", "price": "199.00", "sku": "S-RED", "image_id": 2, "inventory_management": None},
        {
            "id": 12,
            "title": "Blau",
            "price": "209.5",
            "sku": "",
            "barcode": "4006381333931",
            "inventory_management": "shopify",
            "inventory_policy": "deny",
            "inventory_quantity": 0,
        },
    ],
}


def line(number: int, price: str, quantity: int, **fields: Any) -> dict[str, Any]:
    """One position of an order."""
    return {
        "id": number,
        "product_id": number * 10,
        "variant_id": number * 100,
        "sku": f"SKU-{number}",
        "title": f"Article {number}",
        "name": f"Article {number} - red",
        "variant_title": "red",
        "vendor": "Maker",
        "quantity": quantity,
        "current_quantity": quantity,
        "price": price,
        "total_discount": "0.00",
        "discount_allocations": [],
        "requires_shipping": True,
        "properties": [],
        "tax_lines": [],
        **fields,
    }


ORDER: dict[str, Any] = {
    "id": 820982911946154508,
    "name": "#1001",
    "order_number": 1001,
    "email": "order@example.com",
    "contact_email": "order@example.com",
    "phone": None,
    "created_at": "2026-11-22T10:00:00+01:00",
    "processed_at": "2026-11-22T09:59:58+01:00",
    "updated_at": "2026-11-22T10:05:00+01:00",
    "cancelled_at": None,
    "closed_at": None,
    "cancel_reason": None,
    "test": False,
    "currency": "EUR",
    "presentment_currency": "EUR",
    "taxes_included": True,
    "total_price": "45.32",
    "total_tax": "7.24",
    "total_discounts": "9.38",
    "total_tip_received": "0.00",
    "financial_status": "paid",
    "fulfillment_status": None,
    "customer_locale": "de-CH",
    "buyer_accepts_marketing": True,
    "note": "Bitte klingeln",
    "note_attributes": [{"name": "Geschenk", "value": "ja"}, {"name": "_hidden", "value": "x"}],
    "tags": "Eilt, Messe",
    "discount_codes": [{"code": "ZEHN", "amount": "4.48", "type": "percentage"}],
    "payment_gateway_names": ["shopify_payments"],
    "source_name": "web",
    "billing_address": ADDRESS,
    "shipping_address": ADDRESS,
    "customer": CUSTOMER,
    "line_items": [
        line(
            1,
            "19.90",
            2,
            discount_allocations=[{"amount": "3.98"}],
            tax_lines=[{"price": "5.72", "rate": 0.19}],
            properties=[{"name": "Gravur", "value": "Für Öle"}, {"name": "_id", "value": "9"}],
        ),
        line(2, "5.00", 2, discount_allocations=[{"amount": "0.50"}], tax_lines=[{"price": "1.52", "rate": 0.19}]),
    ],
    "shipping_lines": [{"title": "DHL Paket", "price": "4.90", "discount_allocations": [{"amount": "4.90"}]}],
    "fulfillments": [],
    "refunds": [],
}


def order(**fields: Any) -> dict[str, Any]:
    """The order with some fields otherwise."""
    return {**copy.deepcopy(ORDER), **fields}


def fulfilment(number: int = 255858046, **fields: Any) -> dict[str, Any]:
    """A parcel with the first article of the order."""
    return {
        "id": number,
        "order_id": ORDER["id"],
        "status": "success",
        "created_at": "2026-11-23T08:00:00+01:00",
        "tracking_company": "DHL",
        "tracking_number": "00340434161094042557",
        "tracking_numbers": ["00340434161094042557"],
        "tracking_url": "https://example.com/t/1",
        "tracking_urls": ["https://example.com/t/1"],
        "line_items": [{"id": 1, "quantity": 2, "requires_shipping": True}],
        **fields,
    }


def refund(*parts: dict[str, Any], paid: str | None = None, **fields: Any) -> dict[str, Any]:
    """A refund of some lines; with ``paid`` that much money went back."""
    payment = {"kind": "refund", "status": "success", "amount": paid, "currency": "EUR"}
    return {
        "id": 509562969,
        "order_id": ORDER["id"],
        "created_at": "2026-11-24T08:00:00+01:00",
        "note": "Zu groß",
        "refund_line_items": list(parts),
        "order_adjustments": [],
        "transactions": [payment] if paid else [],
        **fields,
    }


def part(number: int, quantity: int, subtotal: str, tax: str, restock: str = "cancel") -> dict[str, Any]:
    """One line of a refund."""
    return {
        "line_item_id": number,
        "quantity": quantity,
        "subtotal": subtotal,
        "total_tax": tax,
        "restock_type": restock,
    }


def read(body: Any, topic: str = "", context: Context = CONTEXT) -> list[Change]:
    """Read a body as the connector does."""
    return list(CONNECTOR.read(topic, body, context))


# What each body is.
BODIES: dict[str, tuple[Any, type[Change]]] = {
    "order": (order(), OrderSaved),
    "refund": (refund(part(1, 1, "17.91", "2.86"), paid="17.91"), OrderRefunded),
    "fulfillment": (fulfilment(), ShipmentSaved),
    "product": (PRODUCT, ProductSaved),
    "customer": (CUSTOMER, CustomerSaved),
}
