"""Orders with their parcels and refunds."""

import datetime as dt
from typing import Any

import pytest

from orders.inputs import (
    AddressInput,
    CancelInput,
    CustomerOfOrderInput,
    LineInput,
    OrderInput,
    RefundInput,
)
from postpurchase.connectors.base import (
    Ignored,
    OrderCancelled,
    OrderSaved,
    ShipmentSaved,
)
from tests.connectors.shops.shopware.bodies import (
    DELIVERY_ID,
    LIVE,
    LONG_NAME,
    ORDER,
    ORDER_ID,
    SENT_AT,
    SHIPPED,
    event,
    read,
    saved,
)
from tracking.inputs import ShipmentInput


def test_an_order_maps_exactly():
    assert saved() == OrderSaved(
        OrderInput(
            external_id=ORDER_ID,
            number="10077",
            placed_at=dt.datetime(2026, 11, 22, 9, 36, 26, 557000, tzinfo=dt.UTC),
            # The payment changed last.
            updated_at=dt.datetime(2026, 11, 22, 9, 37, 0, 123000, tzinfo=dt.UTC),
            status="open",
            payment_status="paid",
            store="ch",
            currency="EUR",
            total="109.50",
            shipping_total="4.90",
            discount_total="11.60",
            tax_total="17.48",
            language="de-DE",
            customer=CustomerOfOrderInput(
                external_id="5e5d6cd8917c45839b2f6aa7b4bf1425",
                email="zoe@example.com",
                phone="+49 2555 1234",
                first_name="Zoë",
                last_name="Straßer",
                company="Blumen Straßer",
                birth_date=dt.date(1990, 2, 28),
                attributes={"machine": "X1"},
            ),
            shipping_address=AddressInput(
                name="Zoë Straßer",
                company="Blumen Straßer, Einkauf",
                street="Ebbinghoff 10",
                street2="Hof",
                postal_code="48624",
                city="Schöppingen",
                country="DE",
            ),
            billing_address=AddressInput(
                name="Zoë Straßer",
                company="Blumen Straßer, Einkauf",
                street="Ebbinghoff 10",
                street2="Hof",
                postal_code="48624",
                city="Schöppingen",
                country="DE",
            ),
            lines=[
                LineInput(
                    external_id="line-1",
                    sku="SW-1",
                    name=LONG_NAME,
                    quantity=3,
                    unit_price="33.40",
                    total="100.20",
                    image_url="https://shop.example.com/media/rose.jpg",
                    attributes={"care": "trocken", "options": ["Farbe: Rot"]},
                ),
                LineInput(external_id="line-2", name="Gravur", quantity=1, unit_price="16.00", total="16.00"),
            ],
            promised_from=dt.date(2026, 11, 25),
            promised_to=dt.date(2026, 11, 27),
            attributes={
                "payment_method": "PayPal",
                "shipping_method": "DHL Paket",
                "sales_channel": "Storefront DE",
                "gift": True,
            },
            source="shopware",
        )
    )


def test_sums_without_tax_get_it_added():
    """10 pieces at 8.40 net are 99.96 with 19 %."""
    net = saved(
        taxStatus="net",
        price={"totalPrice": 105.79, "taxStatus": "net", "calculatedTaxes": [{"tax": 16.89}]},
        amountTotal=105.79,
        shippingTotal=4.9,
        shippingCosts={"totalPrice": 4.9, "calculatedTaxes": [{"tax": 0.93}]},
        lineItems=[
            {
                "id": "1",
                "type": "product",
                "label": "A",
                "quantity": 10,
                "unitPrice": 8.4,
                "totalPrice": 84,
                "price": {"totalPrice": 84, "calculatedTaxes": [{"tax": 15.96}]},
                "payload": {"productNumber": "A"},
            }
        ],
    ).order

    assert (net.lines[0].unit_price, net.lines[0].total) == ("9.996", "99.96")
    assert (net.shipping_total, net.discount_total, net.tax_total, net.total) == ("5.83", "0.00", "16.89", "105.79")


def test_a_guest_has_no_id():
    customer = saved(orderCustomer={**ORDER["orderCustomer"], "customer": {"guest": True}}).order.customer

    assert customer is not None
    assert (customer.external_id, customer.email) == ("", "zoe@example.com")


@pytest.mark.parametrize(
    ("order_state", "delivery_states", "status"),
    [
        ("open", ["open"], "open"),
        ("in_progress", ["shipped_partially"], "open"),
        ("in_progress", ["shipped"], "fulfilled"),
        ("open", ["shipped", "open"], "open"),
        ("completed", ["open"], "fulfilled"),
        ("cancelled", ["shipped"], "cancelled"),
        ("our_own", [], "open"),
    ],
)
def test_states_become_our_statuses(order_state: str, delivery_states: list[str], status: str):
    deliveries = [
        ORDER["deliveries"][0] | {"id": state, "stateMachineState": {"technicalName": state}}
        for state in delivery_states
    ]

    assert saved(stateMachineState={"technicalName": order_state}, deliveries=deliveries).order.status == status


def transaction(state: str, created: str = "2026-11-22", **method: str) -> dict[str, Any]:
    return {"createdAt": created, "stateMachineState": {"technicalName": state}, "paymentMethod": method}


@pytest.mark.parametrize(
    ("transactions", "payment_status"),
    [
        ([], "paid"),
        ([transaction("open")], "pending"),
        ([transaction("paid_partially")], "pending"),
        ([transaction("authorized")], "paid"),
        ([transaction("refunded")], "refunded"),
        ([transaction("refunded_partially")], "partially_refunded"),
        ([transaction("open", technicalName="payment_invoicepayment")], "not_needed"),
        ([transaction("open", handlerIdentifier="Shopware\\Core\\PaymentHandler\\CashPayment")], "not_needed"),
        ([transaction("failed", technicalName="payment_invoicepayment")], "pending"),
        ([transaction("paid", "2026-11-23"), transaction("failed", "2026-11-22")], "paid"),
        ([transaction("paid", "2026-11-22"), transaction("cancelled", "2026-11-23")], "paid"),
        ([transaction("cancelled", "2026-11-22"), transaction("open", "2026-11-23")], "pending"),
    ],
)
def test_payments_become_our_payment_status(transactions: list[Any], payment_status: str):
    assert saved(transactions=transactions).order.payment_status == payment_status


def test_nothing_to_pay_needs_no_payment():
    assert saved(amountTotal=0, transactions=[transaction("open")]).order.payment_status == "not_needed"


def test_every_number_of_a_delivery_is_a_parcel():
    body = event("state_enter.order_delivery.state.shipped", {"order": ORDER | {"deliveries": [SHIPPED]}})

    (change,) = read(body)

    assert isinstance(change, OrderSaved)
    assert change.order.status == "fulfilled"
    first = ShipmentInput(
        external_id=DELIVERY_ID,
        carrier="dhl",
        tracking_number="00340434161094000001",
        tracking_url="https://www.dhl.de/nr/00340434161094000001",
        service="DHL Paket",
        shipped_at=SENT_AT,
        promised_from=dt.date(2026, 11, 25),
        promised_to=dt.date(2026, 11, 27),
    )
    second = ShipmentInput(
        external_id=f"{DELIVERY_ID}-2",
        carrier="dhl",
        tracking_number="00340434161094000002",
        tracking_url="https://www.dhl.de/nr/00340434161094000002",
        service="DHL Paket",
        shipped_at=SENT_AT,
        promised_from=dt.date(2026, 11, 25),
        promised_to=dt.date(2026, 11, 27),
    )
    assert change.shipments == (first, second)


def test_a_delivery_that_left_without_a_number_is_a_parcel_too():
    (parcel,) = saved(deliveries=[SHIPPED | {"trackingCodes": []}]).shipments

    assert (parcel.external_id, parcel.tracking_number) == (DELIVERY_ID, None)
    assert parcel.shipped_at == dt.datetime(2026, 11, 24, 14, 59, 58, tzinfo=dt.UTC)


def test_a_promotion_on_shipping_is_no_parcel():
    discount = SHIPPED | {"id": "discount", "shippingCosts": {"totalPrice": -4.9}}

    assert [
        parcel.external_id for parcel in saved(deliveries=[discount, SHIPPED | {"trackingCodes": []}]).shipments
    ] == [DELIVERY_ID]


def test_refunds_come_from_the_captures_of_payments():
    refund = {
        "id": "refund-1",
        "amount": {"totalPrice": 20.5},
        "reason": "zu klein",
        "stateMachineState": {"technicalName": "completed"},
    }
    open_refund = {"id": "refund-2", "amount": {"totalPrice": 1}, "stateMachineState": {"technicalName": "open"}}
    captures = [{"refunds": [refund, open_refund]}]

    assert saved(transactions=[transaction("refunded_partially") | {"captures": captures}]).refunds == (
        RefundInput(external_id="refund-1", amount="20.50", reason="zu klein"),
    )


def test_events_without_the_whole_order_tell_what_they_know():
    bare = {"id": ORDER_ID, "versionId": LIVE, "orderNumber": "10077", "lineItems": None}

    assert read(event("state_enter.order.state.cancelled", {"order": bare})) == [
        OrderCancelled(ORDER_ID, CancelInput(cancelled_at=SENT_AT))
    ]
    (change,) = read(
        event(
            "state_enter.order_delivery.state.shipped",
            {"order": bare | {"deliveries": [SHIPPED | {"trackingCodes": []}]}},
        )
    )
    assert isinstance(change, ShipmentSaved)
    assert (change.order, change.shipment.external_id, change.shipment.shipped_at) == (ORDER_ID, DELIVERY_ID, SENT_AT)
    assert read(event("state_enter.order_transaction.state.paid", {"order": bare})) == [
        Ignored("The order is not complete in this event; the shop is asked for the rest.")
    ]


@pytest.mark.parametrize("entity", ["order", "product", "customer"])
def test_written_events_hold_only_ids(entity: str):
    written = [{"entity": entity, "operation": "update", "primaryKey": ORDER_ID, "updatedFields": ["stateId"]}]

    assert read(event(f"{entity}.written", written)) == [Ignored("Only ids; the shop is asked for the rest.")]


@pytest.mark.parametrize("body", [ORDER, {"order": ORDER}, {"data": {"order": ORDER}, "foo": 1} | {"order": ORDER}])
def test_flows_and_the_poller_send_orders_without_envelope(body: Any):
    (change,) = read(body)

    assert isinstance(change, OrderSaved)
    assert change.order == saved().order
