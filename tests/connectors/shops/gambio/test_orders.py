"""Orders with their parcels and refunds."""

import datetime as dt

import pytest

from orders.inputs import AddressInput, CustomerOfOrderInput, LineInput, OrderInput
from postpurchase.connectors.base import (
    Ignored,
    ShipmentSaved,
)
from postpurchase.connectors.shops.gambio import CONNECTOR
from postpurchase.connectors.signatures import verify_standard_webhook
from tests.connectors.shops.gambio.bodies import LISTED, ORDER, TRACKING_CODE, order, read, total
from tracking.inputs import ShipmentInput


def test_it_is_the_connector_the_contract_names():
    assert (CONNECTOR.name, CONNECTOR.makes_secret, CONNECTOR.pushes_orders) == ("gambio", True, False)
    assert CONNECTOR.verify is verify_standard_webhook


def test_an_order_maps_exactly():
    assert order() == OrderInput(
        external_id="400210",
        number="400210",
        # The shop's own clock, in summer.
        placed_at=dt.datetime(2026, 7, 1, 10, 22, 39, tzinfo=dt.UTC),
        updated_at=None,
        status="open",
        payment_status="paid",
        currency="EUR",
        total="26.20",
        # With the fee for cash on delivery.
        shipping_total="7.90",
        # Coupon, voucher, and less for this way to pay.
        discount_total="8.70",
        tax_total="4.18",
        language="de",
        customer=CustomerOfOrderInput(
            external_id="7",
            email="aenne@example.com",
            phone="0421 - 22 34 678",
            first_name="Änne",
            last_name="Groß",
            company="Groß & Söhne",
            attributes={"customer_number": "K-7", "customer_group": "Neuer Kunde"},
        ),
        shipping_address=AddressInput(
            name="Änne Groß",
            company="Groß & Söhne",
            street="Parallelweg 30a",
            street2="1. Etage",
            postal_code="28219",
            city="Wien",
            region="Wien",
            country="AT",
        ),
        billing_address=AddressInput(
            name="Änne Groß",
            company="Groß & Söhne",
            street="Parallelweg 30a",
            street2="1. Etage",
            postal_code="28219",
            city="Bremen",
            country="DE",
        ),
        lines=[
            LineInput(
                external_id="1",
                sku="12345-s-black",
                name="Ein Artikel",
                quantity=2,
                unit_price="11.00",
                total="22.00",
                attributes={"options": ["Farbe: rot"]},
            ),
            LineInput(
                external_id="2",
                sku="9",
                name="Stoff, Meterware",
                quantity=1,
                unit_price="5.00",
                total="5.00",
                attributes={"quantity": "0.5", "options": ["Muster: Streifen"]},
            ),
        ],
        attributes={
            "status": "Offen",
            "payment_method": "PayPal",
            "shipping_method": "Deutsche Post",
            "customer_comment": "Bitte klingeln",
            "withdrawals": [12],
            "fees": {"Nachnahmegebühr": "3"},
        },
        source="gambio",
    )


def test_without_the_list_the_countries_table_of_a_new_shop_is_used():
    alone = order(listed={})

    assert alone.shipping_address is not None
    assert alone.billing_address is not None
    assert (alone.shipping_address.country, alone.billing_address.country) == ("AT", "DE")


def test_prices_without_tax_get_the_german_rate_added():
    """Two at 10.00 and 19 % and one book at 10.00 and 7 % are 23.80 and 10.70; shipping 5.00 has 0.95 of tax."""
    items = [
        ORDER["items"][0] | {"price": 10, "finalPrice": 20, "isTaxAllowed": False},
        ORDER["items"][0] | {"id": 3, "quantity": 1, "price": 10, "finalPrice": 10, "tax": 7, "isTaxAllowed": False},
    ]
    totals = [total("ot_subtotal", 30), total("ot_shipping", 5), total("ot_tax", 5.45), total("ot_total", 40.45)]

    net = order(items=items, totals=totals)

    assert [(line.unit_price, line.total) for line in net.lines] == [("11.90", "23.80"), ("10.70", "10.70")]
    assert (net.shipping_total, net.tax_total, net.total) == ("5.95", "5.45", "40.45")


def test_sales_free_of_tax_stay_as_they_are():
    items = [ORDER["items"][0] | {"price": 10, "finalPrice": 20, "isTaxAllowed": False}]

    free = order(items=items, totals=[total("ot_subtotal", 20), total("ot_total", 20)])

    assert (free.lines[0].total, free.tax_total, free.shipping_total) == ("20.00", "0.00", "0.00")


def test_a_guest_has_no_id():
    guest = order(customer=ORDER["customer"] | {"status": {"isGuest": True}}).customer

    assert guest is not None
    assert (guest.external_id, guest.email) == ("", "aenne@example.com")


@pytest.mark.parametrize(
    ("status_id", "name", "status"),
    [
        (0, "Nicht bestätigt", "open"),
        (1, "Offen", "open"),
        (2, "In Bearbeitung", "open"),
        (3, "Versendet", "fulfilled"),
        (3, "", "fulfilled"),
        (99, "Storniert", "cancelled"),
        (99, "", "cancelled"),
        (161, "Teilweise versendet", "open"),
        (162, "Noch nicht versendet", "open"),
        (163, "Shipped", "fulfilled"),
        (164, "Abgeschlossen", "fulfilled"),
        (3, "Bereit zur Abholung", "open"),
    ],
)
def test_statuses_are_understood_by_number_and_name(status_id: int, name: str, status: str):
    assert order(listed=LISTED | {"statusName": name}, statusId=status_id).status == status


@pytest.mark.parametrize(
    ("module", "status_id", "name", "payment_status"),
    [
        ("paypal3", 1, "Offen", "paid"),
        ("paypal3", 0, "Nicht bestätigt", "pending"),
        ("paypal3", 5, "Zahlung ausstehend", "pending"),
        ("moneyorder", 1, "Offen", "pending"),
        ("MoneyOrderHub", 1, "Offen", "pending"),
        ("moneyorder", 2, "In Bearbeitung", "paid"),
        ("moneyorder", 4, "Bezahlt", "paid"),
        ("moneyorder", 4, "Noch nicht bezahlt", "pending"),
        ("moneyorder", 3, "Versendet", "paid"),
        ("invoice", 1, "Offen", "not_needed"),
        ("InvoiceHub", 6, "Unbezahlt", "pending"),
        ("cod", 3, "Versendet", "not_needed"),
        ("paypal3", 7, "Erstattet", "refunded"),
        ("paypal3", 8, "Teilerstattung: teilweise erstattet", "partially_refunded"),
    ],
)
def test_status_and_way_to_pay_say_how_far_the_money_is(module: str, status_id: int, name: str, payment_status: str):
    paid = order(
        listed=LISTED | {"statusName": name}, statusId=status_id, paymentType={"title": module, "module": module}
    )

    assert paid.payment_status == payment_status


def test_nothing_to_pay_needs_no_payment():
    assert order(totals=[total("ot_total", 0)]).payment_status == "not_needed"


def test_an_order_taken_up_again_says_when():
    history = [
        {"statusId": 99, "dateAdded": "2026-07-02 10:00:00"},
        {"statusId": 2, "dateAdded": "2026-07-03 10:00:00"},
    ]

    assert order(statusHistory=history, statusId=2).updated_at == dt.datetime(2026, 7, 3, 8, tzinfo=dt.UTC)
    assert order(statusHistory=history[:1], statusId=99).updated_at is None


def test_tracking_codes_are_parcels():
    parcel = ShipmentSaved(
        "400210",
        ShipmentInput(
            external_id="31",
            carrier="dhl",
            tracking_number="00340434161094000001",
            tracking_url=TRACKING_CODE["url"],
            shipped_at=dt.datetime(2026, 7, 2, 7, 59, 43, tzinfo=dt.UTC),
        ),
    )
    third_version = {
        "data": {
            "id": 31,
            "orderId": 400210,
            "code": "00340434161094000001",
            "isReturnDelivery": False,
            "parcelService": {"id": 4, "name": "DHL Paket", "url": TRACKING_CODE["url"]},
            "createdOn": "2026-07-02 09:59:43",
        },
        "_meta": {},
    }

    assert read({"tracking_code": TRACKING_CODE}) == [parcel]
    assert read(TRACKING_CODE) == [parcel]
    assert read(third_version) == [parcel]
    third_version["data"]["isReturnDelivery"] = True
    assert read(third_version) == [Ignored("The number of a parcel that comes back.")]


def test_unknown_parcel_services_keep_their_name():
    (change,) = read(TRACKING_CODE | {"parcelServiceName": "Fahrradkurier Bremen", "url": "keine"})

    assert isinstance(change, ShipmentSaved)
    assert (change.shipment.carrier, change.shipment.tracking_url) == ("Fahrradkurier Bremen", None)
