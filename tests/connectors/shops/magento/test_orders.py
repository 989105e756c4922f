"""Orders with their parcels and refunds."""

import datetime as dt
from typing import Any

import pytest

from orders.inputs import (
    AddressInput,
    CustomerOfOrderInput,
    LineInput,
    OrderInput,
    RefundInput,
    RefundLineInput,
)
from postpurchase.connectors.base import (
    Ignored,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
)
from postpurchase.connectors.shops.magento import CONNECTOR
from postpurchase.connectors.signatures import verify_standard_webhook
from tests.connectors.shops.magento.bodies import CREDIT_MEMO, ORDER, PRODUCT, SHIPMENT, STORE, order, read
from tracking.inputs import ShipmentInput, ShipmentLineInput


def test_it_is_the_connector_the_contract_names():
    assert (CONNECTOR.name, CONNECTOR.makes_secret, CONNECTOR.pushes_orders) == ("magento", True, False)
    assert CONNECTOR.verify is verify_standard_webhook


def test_an_order_maps_exactly():
    assert order() == OrderInput(
        external_id="3",
        number="000000003",
        # UTC without an offset, in the night in which Berlin's clock shows 02:30 twice.
        placed_at=dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC),
        updated_at=dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC),
        status="open",
        payment_status="paid",
        store="at",
        currency="EUR",
        total="203.40",
        shipping_total="4.90",
        discount_total="10.00",
        tax_total="32.47",
        language="de-AT",
        customer=CustomerOfOrderInput(
            external_id="17",
            email="jm@example.com",
            phone="030 1234567",
            first_name="Jürgen",
            last_name="Müller-Lüdenscheidt",
            birth_date=dt.date(1980, 5, 1),
        ),
        shipping_address=AddressInput(
            name="Änne Müller-Lüdenscheidt",
            street="Am Markt 5",
            street2="Laden",
            postal_code="10115",
            city="Berlin",
            region="Berlin",
            country="DE",
        ),
        billing_address=AddressInput(
            name="Jürgen Müller-Lüdenscheidt",
            street="Hauptstraße 1",
            street2="Hinterhaus, 2. Stock",
            postal_code="10115",
            city="Berlin",
            country="DE",
        ),
        lines=[
            LineInput(external_id="5", sku="KIT-1-2", name="Yoga-Set", quantity=1, unit_price="68.50", total="68.50"),
            LineInput(
                external_id="10", sku="HOODIE-S-GRAY", name="Hoodie", quantity=2, unit_price="70.00", total="140.00"
            ),
        ],
        attributes={
            "status": "processing",
            "shipping_description": "DHL - Paket",
            "coupon_code": "WELCOME",
            "store_name": "Main Website Main Website Store Default Store View",
            "payment_method": "paypal_express",
        },
        source="magento",
    )


def test_a_guest_has_no_id_and_the_name_of_the_bill():
    guest = order(customer_is_guest=1, customer_id=None, customer_firstname=None, customer_lastname=None).customer

    assert guest is not None
    assert (guest.external_id, guest.first_name, guest.last_name) == ("", "Jürgen", "Müller-Lüdenscheidt")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("new", "open"),
        ("processing", "open"),
        ("holded", "open"),
        ("complete", "fulfilled"),
        ("closed", "closed"),
        ("canceled", "cancelled"),
        ("our_own_state", "open"),
    ],
)
def test_states_become_our_statuses(state: str, status: str):
    assert order(state=state).status == status


@pytest.mark.parametrize(
    ("changed", "payment_status"),
    [
        ({}, "paid"),
        ({"total_due": 203.4, "total_paid": None, "state": "new"}, "pending"),
        ({"total_due": None, "total_paid": None, "state": "pending_payment"}, "pending"),
        ({"total_due": 203.4, "total_paid": 0, "state": "processing"}, "paid"),
        ({"total_due": 203.4, "total_paid": 0, "state": "new", "payment": {"method": "cashondelivery"}}, "not_needed"),
        ({"grand_total": 0, "total_due": 0}, "not_needed"),
        ({"total_refunded": 65}, "partially_refunded"),
        ({"total_refunded": 203.4, "state": "closed"}, "refunded"),
        ({"total_due": 203.4, "total_paid": 0, "state": "canceled"}, "pending"),
    ],
)
def test_sums_say_how_far_the_money_is(changed: dict[str, Any], payment_status: str):
    assert order(**changed).payment_status == payment_status


def test_an_order_comes_with_its_parcels_and_refunds():
    (change,) = read({"order": ORDER, "shipments": [SHIPMENT], "credit_memos": [CREDIT_MEMO], "store": STORE}, "order")

    assert isinstance(change, OrderSaved)
    assert change.shipments == (
        ShipmentInput(
            external_id="8",
            carrier="dhl",
            tracking_number="00340434161094000001",
            shipped_at=dt.datetime(2026, 10, 26, 8, tzinfo=dt.UTC),
            # Two balls and a strap are one set, the grey hoodie is one of the two hoodies.
            lines=(ShipmentLineInput(line="5", quantity=1), ShipmentLineInput(line="10", quantity=1)),
        ),
    )
    assert change.refunds == (
        RefundInput(
            external_id="2", amount="65.00", lines=[RefundLineInput(line="10", quantity=1, amount="65.00")], reason=""
        ),
    )


def test_shipments_and_credit_memos_come_alone():
    of_order = {"entity_id": 3, "items": ORDER["items"]}

    assert read({"shipment": SHIPMENT, "of_order": of_order}) == [
        ShipmentSaved(
            "3",
            ShipmentInput(
                external_id="8",
                carrier="dhl",
                tracking_number="00340434161094000001",
                shipped_at=dt.datetime(2026, 10, 26, 8, tzinfo=dt.UTC),
                lines=(ShipmentLineInput(line="5", quantity=1), ShipmentLineInput(line="10", quantity=1)),
            ),
        )
    ]
    assert read({"credit_memo": CREDIT_MEMO, "of_order": of_order}) == [
        OrderRefunded(
            "3",
            RefundInput(
                external_id="2", amount="65.00", lines=[RefundLineInput(line="10", quantity=1, amount="65.00")]
            ),
        )
    ]


def test_bare_bodies_are_told_apart_and_an_envelope_is_opened():
    assert isinstance(read(SHIPMENT)[0], ShipmentSaved)
    assert isinstance(read(CREDIT_MEMO)[0], OrderRefunded)
    assert isinstance(read(PRODUCT)[0], ProductSaved)
    assert read({"type": "order.updated", "timestamp": "2026-11-22", "data": ORDER}) == read(ORDER)


def test_what_belongs_to_an_order_is_never_taken_for_one():
    invoice = {key: CREDIT_MEMO[key] for key in ("entity_id", "increment_id", "order_id", "grand_total", "items")}
    nobodys = {key: value for key, value in CREDIT_MEMO.items() if key != "order_id"}

    assert read(invoice) == [Ignored("An invoice: that an order is paid is told by the order.")]
    assert read(nobodys) == [Ignored("Nothing that we know.")]
    assert read({"order_id": 3, "comment": "x"}) == [Ignored("Something about an order that we do not know.")]


def test_a_fee_that_was_kept_makes_the_last_lines_less():
    memo = {
        **CREDIT_MEMO,
        "grand_total": 60,
        "adjustment_negative": 10,
        "items": [
            {"order_item_id": 1, "qty": 1, "row_total_incl_tax": 50},
            {"order_item_id": 2, "qty": 1, "row_total_incl_tax": 20},
        ],
    }

    (change,) = read(memo)

    assert isinstance(change, OrderRefunded)
    assert [(line.line, line.amount) for line in change.refund.lines] == [("1", "50.00"), ("2", "10.00")]


def test_half_a_kilogram_is_one_piece():
    flour = {"item_id": 1, "sku": "FLOUR", "name": "Mehl", "qty_ordered": 0.5, "row_total_incl_tax": 1.2}

    (line,) = order(items=[flour], grand_total=1.2).lines

    assert (line.quantity, line.unit_price, line.total, line.attributes) == (1, "1.20", "1.20", {"quantity": "0.5"})
