"""Bodies as Magento 2 sends them, and how a test reads them.

The bodies are made from the vendor's documentation: the order with a bundle and a configurable article follows step 9
of Adobe's order processing tutorial (developer.adobe.com/commerce/webapi/rest/tutorials/orders), the others the
reference of the REST endpoints (salesOrderRepositoryV1, salesCreditmemoRepositoryV1, salesShipmentRepositoryV1,
catalogProductRepositoryV1, customerCustomerRepositoryV1).
"""

import datetime as dt
from typing import Any

from orders.inputs import (
    OrderInput,
)
from postpurchase.connectors.base import (
    Change,
    Context,
    OrderSaved,
)
from postpurchase.connectors.shops.magento import CONNECTOR

CONTEXT = Context(store="at", country="AT", language="de-AT")
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SINCE = {"since": "2026-11-22T09:00:00+00:00"}

ADDRESS = {
    "address_type": "billing",
    "firstname": "Jürgen",
    "lastname": "Müller-Lüdenscheidt",
    "company": "",
    "street": ["Hauptstraße 1", "Hinterhaus", "2. Stock"],
    "postcode": "10115",
    "city": "Berlin",
    "region": None,
    "country_id": "DE",
    "telephone": "030 1234567",
    "email": "jm@example.com",
}
ORDER: dict[str, Any] = {
    "entity_id": 3,
    "increment_id": "000000003",
    "created_at": "2026-10-25 00:30:00",
    "updated_at": "2026-10-25 01:30:00",
    "state": "processing",
    "status": "processing",
    "store_name": "Main Website\nMain Website Store\nDefault Store View",
    "base_currency_code": "CHF",
    "order_currency_code": "EUR",
    "base_grand_total": 190.5,
    "grand_total": 203.4,
    "shipping_amount": 4.12,
    "shipping_incl_tax": 4.9,
    "discount_amount": -10,
    "coupon_code": "WELCOME",
    "tax_amount": 32.47,
    "total_paid": 203.4,
    "total_due": 0,
    "customer_id": 17,
    "customer_is_guest": 0,
    "customer_email": "jm@example.com",
    "customer_firstname": "Jürgen",
    "customer_lastname": "Müller-Lüdenscheidt",
    "customer_dob": "1980-05-01 00:00:00",
    "shipping_description": "DHL - Paket",
    "items": [
        {
            "item_id": 5,
            "product_type": "bundle",
            "sku": "KIT-1-2",
            "name": "Yoga-Set",
            "qty_ordered": 1,
            "price_incl_tax": 68.5,
            "row_total_incl_tax": 68.5,
        },
        {
            "item_id": 6,
            "parent_item_id": 5,
            "product_type": "simple",
            "sku": "BALL",
            "name": "Ball",
            "qty_ordered": 2,
            "price_incl_tax": 27,
            "row_total_incl_tax": 54,
        },
        {
            "item_id": 7,
            "parent_item_id": 5,
            "product_type": "simple",
            "sku": "STRAP",
            "name": "Gurt",
            "qty_ordered": 1,
            "price_incl_tax": 14.5,
            "row_total_incl_tax": 14.5,
        },
        {
            "item_id": 10,
            "product_type": "configurable",
            "sku": "HOODIE-S-GRAY",
            "name": "Hoodie",
            "qty_ordered": 2,
            "price": 58.82,
            "price_incl_tax": 70,
            "row_total": 117.64,
            "row_total_incl_tax": 140,
            "discount_amount": 10,
        },
        {
            "item_id": 11,
            "parent_item_id": 10,
            "product_type": "simple",
            "sku": "HOODIE-S-GRAY",
            "name": "Hoodie-S-Gray",
            "qty_ordered": 2,
            "price": 0,
            "row_total": 0,
        },
    ],
    "billing_address": ADDRESS,
    "payment": {"method": "paypal_express", "additional_information": ["PayPal"]},
    "extension_attributes": {
        "shipping_assignments": [
            {
                "shipping": {
                    "address": {**ADDRESS, "firstname": "Änne", "region": "Berlin", "street": "Am Markt 5\nLaden"}
                }
            }
        ]
    },
}
SHIPMENT = {
    "entity_id": 8,
    "increment_id": "000000008",
    "order_id": 3,
    "created_at": "2026-10-26 08:00:00",
    "items": [{"order_item_id": 6, "qty": 2}, {"order_item_id": 7, "qty": 1}, {"order_item_id": 11, "qty": 1}],
    "tracks": [{"track_number": "00340434161094000001", "carrier_code": "custom", "title": "DHL Paket"}],
}
CREDIT_MEMO = {
    "entity_id": 2,
    "increment_id": "000000002",
    "order_id": 3,
    "order_currency_code": "EUR",
    "created_at": "2026-10-30 08:00:00",
    "grand_total": 65,
    "adjustment_positive": 0,
    "creditmemo_status": None,
    "items": [
        {"order_item_id": 10, "qty": 1, "row_total_incl_tax": 70, "discount_amount": 5},
        {"order_item_id": 11, "qty": 1, "row_total": 0},
    ],
}
STORE = {
    "id": 1,
    "code": "default",
    "locale": "de_AT",
    "base_currency_code": "EUR",
    "secure_base_link_url": "https://shop.example.com/",
    "secure_base_media_url": "https://shop.example.com/media/",
}
PRODUCT = {
    "id": 67,
    "sku": "HOODIE",
    "name": "Hoodie",
    "price": 70,
    "status": 1,
    "visibility": 4,
    "type_id": "configurable",
    "created_at": "2026-01-01 00:00:00",
    "updated_at": "2026-01-02 00:00:00",
    "extension_attributes": {"stock_item": {"is_in_stock": True}},
    "custom_attributes": [
        {"attribute_code": "description", "value": "<p>Warm &amp; weich.</p>"},
        {"attribute_code": "image", "value": "/h/o/hoodie.jpg"},
        {"attribute_code": "url_key", "value": "hoodie"},
        {"attribute_code": "material", "value": "Baumwolle"},
        {"attribute_code": "category_ids", "value": ["3"]},
    ],
}


def read(body: object, topic: str = "") -> list[Change]:
    return list(CONNECTOR.read(topic, body, CONTEXT))


def order(**changed: Any) -> OrderInput:
    (change,) = read(ORDER | changed)
    assert isinstance(change, OrderSaved)
    return change.order
