"""Bodies as the API's users write them."""

import copy
from typing import Any

from orders.inputs import OrderInput
from postpurchase.lib.validation import read

CONTRACT_ORDER: dict[str, Any] = {
    "number": "1001",
    "placed_at": "2026-11-22T10:00:00+01:00",
    "updated_at": None,
    "status": "open",
    "payment_status": "paid",
    "store": "default",
    "currency": "EUR",
    "total": "49.90",
    "shipping_total": "4.90",
    "discount_total": "0.00",
    "tax_total": "7.97",
    "language": "de",
    "customer": {
        "external_id": "c-1",
        "email": "anna@example.com",
        "phone": "+4915112345678",
        "first_name": "Anna",
        "last_name": "Muster",
        "company": "",
        "birth_date": None,
        "accepts_marketing": False,
        "consents": [
            {
                "channel": "email",
                "purpose": "marketing",
                "basis": "consent",
                "obtained_at": "2026-11-22T09:58:00+01:00",
                "wording": "...",
                "source": "checkout",
            }
        ],
        "attributes": {},
    },
    "recipient": None,
    "shipping_address": {
        "name": "Anna Muster",
        "company": "",
        "street": "Hauptstr. 1",
        "street2": "",
        "postal_code": "10115",
        "city": "Berlin",
        "region": "",
        "country": "DE",
    },
    "billing_address": None,
    "lines": [
        {
            "external_id": "1",
            "sku": "85123A",
            "name": "Heart T-light holder",
            "quantity": 2,
            "unit_price": "22.50",
            "total": "45.00",
            "product_url": "https://...",
            "image_url": "https://...",
            "attributes": {},
        }
    ],
    "promised_from": None,
    "promised_to": "2026-11-26",
    "attributes": {},
    "source": "api",
    "backfill": False,
}


def order_body(**changes: Any) -> dict[str, Any]:
    """Return the contract's order with some fields changed."""
    return {**copy.deepcopy(CONTRACT_ORDER), **changes}


def order_input(external_id: str = "1001", **changes: Any) -> OrderInput:
    """Return the contract's order as the services take it."""
    return read({"external_id": external_id, **order_body(**changes)}, OrderInput)


def small_order_input(external_id: str, **changes: Any) -> OrderInput:
    """Return an order of nothing but the required fields."""
    body = {
        "placed_at": "2026-07-01T08:00:00Z",
        "currency": "EUR",
        "total": "10.00",
        "lines": [{"sku": "A", "quantity": 1, "unit_price": "10"}],
    }
    return read({"external_id": external_id, **body, **changes}, OrderInput)
