"""Bodies as Gambio sends them, and how a test reads them.

The bodies are made from the vendor's documentation: Gambio's REST API v2 (developers.gambio.de, ``GXOrder``,
``GXOrderListItem`` with ``trackingLinks``, ``withdrawalIds`` and ``statusId``, ``GXOrderTotal``, ``GXTrackingCode``,
``GXProduct``, ``GXCustomer``; guide "Search Example") and v3 (tracking codes, authentication by JWT).
"""

import datetime as dt
from typing import Any

from orders.inputs import OrderInput
from postpurchase.connectors.base import (
    Change,
    Context,
    OrderSaved,
)
from postpurchase.connectors.shops.gambio import CONNECTOR

CONTEXT = Context()
NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=dt.UTC)
SINCE = {"since": "2026-11-22T09:00:00+00:00"}

ADDRESS = {
    "gender": "f",
    "firstname": "Änne",
    "lastname": "Groß",
    "company": "Groß & Söhne",
    "street": "Parallelweg",
    "houseNumber": "30a",
    "additionalAddressInfo": "1. Etage",
    "suburb": "",
    "postcode": "28219",
    "city": "Bremen",
    "countryId": 81,
    "zoneId": 0,
    "b2bStatus": False,
}


def total(kind: str, value: float) -> dict[str, Any]:
    return {"id": 1, "title": kind, "value": value, "valueText": f"{value} EUR", "class": kind, "sortOrder": 1}


ORDER: dict[str, Any] = {
    "id": 400210,
    "statusId": 1,
    "purchaseDate": "2026-07-01 12:22:39",
    "currencyCode": "EUR",
    "languageCode": "DE",
    "totalWeight": 0.123,
    "comment": "Bitte klingeln",
    "paymentType": {"title": "PayPal", "module": "paypal3"},
    "shippingType": {"title": "Deutsche Post", "module": "dp_dp"},
    "customer": {
        "id": 7,
        "number": "K-7",
        "email": "aenne@example.com",
        "phone": "0421 - 22 34 678",
        "vatId": "",
        "status": {"id": 2, "name": "Neuer Kunde", "isGuest": False},
    },
    "addresses": {"customer": ADDRESS, "billing": ADDRESS, "delivery": {**ADDRESS, "countryId": 14, "city": "Wien"}},
    "items": [
        {
            "id": 1,
            "model": "12345-s-black",
            "name": "Ein Artikel",
            "quantity": 2,
            "price": 11,
            "finalPrice": 22,
            "tax": 19,
            "isTaxAllowed": True,
            "attributes": [{"id": 1, "name": "Farbe", "value": "rot", "price": 0, "optionId": 1}],
            "addonValues": {"productId": "2"},
        },
        {
            "id": 2,
            "model": "",
            "name": "Stoff, Meterware",
            "quantity": 0.5,
            "price": 10,
            "finalPrice": 5,
            "tax": 19,
            "isTaxAllowed": "true",
            "attributes": {"name": "Muster", "value": "Streifen"},
            "addonValues": {"productId": "9"},
        },
    ],
    "totals": [
        total("ot_subtotal", 27),
        total("ot_coupon", -2.7),
        total("ot_gv", 5),
        total("ot_shipping", 4.9),
        total("ot_cod_fee", 3) | {"title": "Nachnahmegebühr:"},
        total("ot_payment", -1),
        total("ot_tax", 4.18),
        total("ot_total_netto", 22.02),
        total("ot_total", 26.2),
    ],
    "statusHistory": [
        {"id": 1, "statusId": 1, "dateAdded": "2026-07-01 12:22:39", "comment": "", "customerNotified": True}
    ],
    "addonValues": {"customerIp": "192.0.2.1", "ccNumber": ""},
}
LISTED = {
    "id": 400210,
    "statusId": 1,
    "statusName": "Offen",
    "totalSum": "26,20 EUR",
    "purchaseDate": "2026-07-01 12:22:39",
    "withdrawalIds": [12],
    "deliveryAddress": {"firstName": "Änne", "countryIsoCode": "AT", "state": "Wien"},
    "billingAddress": {"firstName": "Änne", "countryIsoCode": "DE", "state": ""},
    "trackingLinks": [],
}
TRACKING_CODE = {
    "id": "31",
    "orderId": "400210",
    "trackingCode": "00340434161094000001",
    "parcelServiceId": "4",
    "parcelServiceName": "DHL Paket",
    "url": "https://nolp.dhl.de/nextt-online-public/set_identcodes.do?idc=00340434161094000001",
    "comment": "",
    "creationDate": "2026-07-02 09:59:43",
}
PRODUCT = {
    "id": 2,
    "isActive": True,
    "productModel": "ABC123",
    "price": 16.7983,
    "taxClassId": 1,
    "quantity": 0,
    "name": {"en": "Test Product", "de": "Testartikel"},
    "description": {"en": "", "de": "<p>Gut &amp; schön.</p>[TAB:Details]<b>Rot</b>"},
    "images": [
        {"filename": "zwei.jpg", "isPrimary": False},
        {"filename": "eins.jpg", "isPrimary": True},
    ],
    "addonValues": {"material": "Holz"},
}


def read(body: object, topic: str = "") -> list[Change]:
    return list(CONNECTOR.read(topic, body, CONTEXT))


def order(listed: dict[str, Any] | None = None, **changed: Any) -> OrderInput:
    (change,) = read({"order": ORDER | changed, "listed": LISTED if listed is None else listed})
    assert isinstance(change, OrderSaved)
    return change.order
