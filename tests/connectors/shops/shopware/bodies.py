"""Bodies as Shopware 6 sends them, and how a test reads them.

The bodies are made from the vendor's documentation: envelope and events from "Webhook" and "Webhook Event Reference"
(developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook.html), the order from the Admin API reference and the
shape of the app SDK's own test body (shopware/app-php-sdk, tests/Context/_fixtures/payment.json), the token and search
requests from "Search Criteria" and "Authentication" of the Admin API guides.
"""

import datetime as dt
from typing import Any

from postpurchase.connectors.base import (
    Change,
    Context,
    OrderSaved,
)
from postpurchase.connectors.shops.shopware import CONNECTOR

CONTEXT = Context(store="ch", country="CH", language="de-CH", currency="CHF")
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SENT_AT = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
LIVE = "0fa91ce3e96a4bc2be4bd9ce752c3425"
ORDER_ID = "8f69d4874c53486a95383b2126161738"
DELIVERY_ID = "ae11f8bd3291451289919b55ed65a321"

LONG_NAME = "Schere der Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
GERMANY = {"iso": "DE", "iso3": "DEU", "name": "Deutschland"}
SHIPPING_ADDRESS = {
    "id": "4593923381aa4e5b89d27a468d27dc02",
    "firstName": "Zoë",
    "lastName": "Straßer",
    "company": "Blumen Straßer",
    "department": "Einkauf",
    "street": "Ebbinghoff 10",
    "additionalAddressLine1": "Hof",
    "additionalAddressLine2": None,
    "zipcode": "48624",
    "city": "Schöppingen",
    "phoneNumber": None,
    "country": GERMANY,
    "countryState": None,
}
BILLING_ADDRESS = {**SHIPPING_ADDRESS, "id": "85fec4770f20494b9651b52cf157f755", "phoneNumber": "+49 2555 1234"}
ORDER: dict[str, Any] = {
    "id": ORDER_ID,
    "versionId": LIVE,
    "createdAt": "2026-11-22T09:36:26.566+00:00",
    "updatedAt": None,
    "orderNumber": "10077",
    "orderDateTime": "2026-11-22T09:36:26.557+00:00",
    "currency": {"isoCode": "EUR", "factor": 1},
    "language": {"name": "Deutsch", "locale": {"code": "de-DE"}},
    "salesChannel": {"name": "Storefront DE"},
    "price": {
        "netPrice": 92.02,
        "totalPrice": 109.5,
        "positionPrice": 104.6,
        "taxStatus": "gross",
        "calculatedTaxes": [{"tax": 17.48, "taxRate": 19, "price": 109.5}],
    },
    "amountTotal": 109.5,
    "taxStatus": "gross",
    "shippingCosts": {"unitPrice": 4.9, "quantity": 1, "totalPrice": 4.9, "calculatedTaxes": [{"tax": 0.78}]},
    "shippingTotal": 4.9,
    "orderCustomer": {
        "email": "zoe@example.com",
        "firstName": "Zoë",
        "lastName": "Straßer",
        "company": "Blumen Straßer",
        "customerNumber": "1337",
        "customerId": "5e5d6cd8917c45839b2f6aa7b4bf1425",
        "customer": {"guest": False, "birthday": "1990-02-28T00:00:00.000+00:00", "customFields": {"machine": "X1"}},
    },
    "billingAddressId": BILLING_ADDRESS["id"],
    "addresses": [SHIPPING_ADDRESS, BILLING_ADDRESS],
    "lineItems": [
        {
            "id": "promotion-1",
            "type": "promotion",
            "position": 3,
            "label": "10 %",
            "quantity": 1,
            "unitPrice": -11.6,
            "totalPrice": -11.6,
            "price": {"totalPrice": -11.6, "calculatedTaxes": [{"tax": -1.85}]},
            "payload": {"code": "HERBST"},
        },
        {
            "id": "line-1",
            "type": "product",
            "position": 1,
            "label": LONG_NAME,
            "quantity": 3,
            "unitPrice": 33.4,
            "totalPrice": 100.2,
            "price": {"unitPrice": 33.4, "totalPrice": 100.2, "calculatedTaxes": [{"tax": 16, "taxRate": 19}]},
            "payload": {
                "productNumber": "SW-1",
                "options": [{"group": "Farbe", "option": "Rot"}],
                "customFields": {"care": "trocken"},
            },
            "cover": {"url": "https://shop.example.com/media/rose.jpg"},
        },
        {
            "id": "line-2",
            "type": "custom",
            "position": 2,
            "label": "Gravur",
            "quantity": 1,
            "unitPrice": 16,
            "totalPrice": 16,
            "price": {"unitPrice": 16, "totalPrice": 16, "calculatedTaxes": [{"tax": 2.55}]},
            "payload": [],
        },
        {"id": "inner", "parentId": "line-2", "type": "product", "label": "Text", "quantity": 1, "totalPrice": 16},
    ],
    "deliveries": [
        {
            "id": DELIVERY_ID,
            "createdAt": "2026-11-22T09:36:26.566+00:00",
            "updatedAt": None,
            "trackingCodes": [],
            "shippingCosts": {"totalPrice": 4.9},
            "shippingDateEarliest": "2026-11-25T00:00:00.000+00:00",
            "shippingDateLatest": "2026-11-27T00:00:00.000+00:00",
            "shippingMethod": {"name": "DHL Paket", "trackingUrl": "https://www.dhl.de/nr/%s"},
            "shippingOrderAddress": SHIPPING_ADDRESS,
            "stateMachineState": {"technicalName": "open"},
        }
    ],
    "transactions": [
        {
            "id": "t-1",
            "createdAt": "2026-11-22T09:36:27.000+00:00",
            "updatedAt": "2026-11-22T09:37:00.123+00:00",
            "paymentMethod": {"name": "PayPal", "technicalName": "swag_paypal"},
            "stateMachineState": {"technicalName": "paid"},
        }
    ],
    "stateMachineState": {"technicalName": "open"},
    "customFields": {"gift": True},
}
SHIPPED = {
    **ORDER["deliveries"][0],
    "updatedAt": "2026-11-24T14:59:58.000+00:00",
    "trackingCodes": ["00340434161094000001", "00340434161094000002", "00340434161094000001"],
    "stateMachineState": {"technicalName": "shipped"},
}
PRODUCT = {
    "id": "9c4734591e8d40308e0b9480523ba10f",
    "productNumber": "SW-1",
    "name": None,
    "translated": {
        "name": "Rosenschere",
        "description": "<p>Schneidet &amp; hält.</p>",
        "customFields": {"care": "dry"},
    },
    "active": True,
    "available": True,
    "price": [{"net": 28.07, "gross": 33.4, "linked": True}],
    "cover": {"media": {"url": "https://shop.example.com/media/rose.jpg"}},
    "categories": [{"name": "Garten"}, {"translated": {"name": "Scheren"}}, {"name": "Garten"}],
}


def event(name: str, payload: Any, timestamp: int | None = int(SENT_AT.timestamp())) -> dict[str, Any]:
    return {
        "data": {"payload": payload, "event": name},
        "source": {"url": "https://shop.example.com", "shopId": "dgrH7nLU6tlE", "eventId": "evt-1"},
        "timestamp": timestamp,
    }


def read(body: object, topic: str = "") -> list[Change]:
    return list(CONNECTOR.read(topic, body, CONTEXT))


def saved(**changed: Any) -> OrderSaved:
    (change,) = read(event("checkout.order.placed", {"order": ORDER | changed}))
    assert isinstance(change, OrderSaved)
    return change
