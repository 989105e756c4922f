"""Refunds and fulfilments, by themselves and within an order."""

import datetime as dt
from typing import Any

import pytest

from orders.inputs import RefundInput, RefundLineInput
from postpurchase.connectors.base import Ignored, OrderRefunded, OrderSaved, ShipmentSaved, Unreadable
from tests.connectors.shops.shopify.bodies import ORDER, fulfilment, line, order, part, read, refund
from tracking.inputs import ShipmentInput, ShipmentLineInput

ORDER_ID = str(ORDER["id"])
PAYMENT = {"kind": "refund", "status": "success", "amount": "20.00", "currency": "EUR"}


def refunded(body: dict[str, Any]) -> RefundInput:
    (change,) = read(body, "refunds/create")
    assert isinstance(change, OrderRefunded)
    assert change.order == ORDER_ID
    return change.refund


def amounts(data: RefundInput) -> list[tuple[str, int, str]]:
    return [(line.line, line.quantity, line.amount) for line in data.lines]


def test_a_refund_by_itself_is_read_exactly() -> None:
    assert refunded(refund(part(1, 1, "17.91", "2.86"), paid="17.91")) == RefundInput(
        external_id="509562969",
        amount="17.91",
        reason="Zu groß",
        lines=[RefundLineInput(line="1", quantity=1, amount="17.91")],
    )


@pytest.mark.parametrize(
    ("paid", "adjustments", "expected"),
    [
        # 10.00 with 1.90 of tax on top; by itself, with shipping, and where the tax is within.
        ("11.90", [], "11.90"),
        ("17.85", [{"kind": "shipping_refund", "amount": "-5.00", "tax_amount": "-0.95"}], "11.90"),
        ("10.00", [], "10.00"),
        ("14.90", [{"kind": "shipping_refund", "amount": "-4.90", "tax_amount": "0.00"}], "10.00"),
    ],
)
def test_whether_the_lines_hold_their_tax_is_told_from_what_was_paid(
    paid: str, adjustments: list[dict[str, Any]], expected: str
) -> None:
    data = refunded(refund(part(1, 2, "10.00", "1.90"), paid=paid, order_adjustments=adjustments))

    assert (data.amount, amounts(data)) == (paid, [("1", 2, expected)])


def test_shipping_refunded_as_its_own_line_counts() -> None:
    shipping = [{"subtotal_amount_set": {"shop_money": {"amount": "5.00"}}, "tax_lines": [{"price": "0.95"}]}]
    data = refunded(refund(part(1, 1, "10.00", "1.90"), paid="17.85", refund_shipping_lines=shipping))

    assert amounts(data) == [("1", 1, "11.90")]


def test_lines_are_cut_to_what_was_really_paid_in_proportion() -> None:
    data = refunded(refund(part(1, 1, "30.00", "0.00"), part(2, 1, "15.00", "0.00"), paid="10.00"))

    assert (data.amount, amounts(data)) == ("10.00", [("1", 1, "6.67"), ("2", 1, "3.33")])


def test_only_payments_that_succeeded_are_money_given_back() -> None:
    payments = [
        PAYMENT,
        {**PAYMENT, "amount": "5.00"},
        {**PAYMENT, "status": "pending"},
        {**PAYMENT, "status": "failure"},
        {**PAYMENT, "kind": "void"},
    ]

    assert refunded(refund(transactions=payments)).amount == "25.00"


@pytest.mark.parametrize("transactions", [[], [{**PAYMENT, "status": "pending"}], [{**PAYMENT, "amount": "0.00"}]])
def test_a_refund_without_money_is_none(transactions: list[dict[str, Any]]) -> None:
    body = refund(part(1, 1, "17.91", "2.86"), transactions=transactions)

    assert read(body, "refunds/create") == [Ignored("No money went back with this refund.")]


def test_the_lines_count_where_a_body_has_no_payments_at_all() -> None:
    body = refund(part(1, 1, "17.91", "0.00"), order_adjustments=[{"amount": "-4.90"}])
    del body["transactions"]

    assert refunded(body).amount == "22.81"


def test_an_orders_refunds_are_of_its_lines_and_of_no_more_pieces_than_it_has() -> None:
    body = order(
        refunds=[
            refund(part(1, 1, "17.91", "2.86"), part(7, 1, "1.00", "0.00"), paid="17.91", id=1),
            refund(part(1, 2, "17.91", "2.86"), paid="17.91", id=2),
        ]
    )
    (change,) = read(body)
    assert isinstance(change, OrderSaved)

    assert [(one.external_id, [(line.line, line.quantity) for line in one.lines]) for one in change.refunds] == [
        ("1", [("1", 1)]),
        ("2", [("1", 1)]),
    ]


def test_a_refund_that_names_no_order_cannot_be_read() -> None:
    with pytest.raises(Unreadable, match="order_id: an id is missing"):
        read(refund(paid="1.00", order_id=None))


# Parcels


def test_a_fulfilment_by_itself_is_read_exactly() -> None:
    assert read(fulfilment(), "fulfillments/create") == [
        ShipmentSaved(
            ORDER_ID,
            ShipmentInput(
                external_id="255858046",
                carrier="DHL",
                tracking_number="00340434161094042557",
                tracking_url="https://example.com/t/1",
                shipped_at=dt.datetime(2026, 11, 23, 7, 0, tzinfo=dt.UTC),
                lines=(ShipmentLineInput(line="1", quantity=2),),
            ),
        )
    ]


def test_several_numbers_are_several_parcels_with_ids_that_stay() -> None:
    body = fulfilment(
        tracking_numbers=["A1", "B2", "A1", "", "C3"], tracking_urls=["https://example.com/a", "javascript:alert(1)"]
    )
    parcels = [change.shipment for change in read(body) if isinstance(change, ShipmentSaved)]

    assert [(one.external_id, one.tracking_number, one.tracking_url, one.lines) for one in parcels] == [
        ("255858046", "A1", "https://example.com/a", ()),
        ("255858046-2", "B2", None, ()),
        ("255858046-3", "C3", None, ()),
    ]


def test_a_number_may_come_later_and_alone() -> None:
    without = fulfilment(tracking_numbers=[], tracking_number=None, tracking_urls=[], tracking_url=None)
    (change,) = read(without)
    (later,) = read({**without, "tracking_number": "X1"}, "fulfillments/update")
    assert isinstance(change, ShipmentSaved)
    assert isinstance(later, ShipmentSaved)

    assert (change.shipment.external_id, change.shipment.tracking_number) == ("255858046", None)
    assert (later.shipment.external_id, later.shipment.tracking_number) == ("255858046", "X1")


def test_what_is_not_handed_over_yet_has_no_time_of_it() -> None:
    (change,) = read(fulfilment(status="pending"))
    assert isinstance(change, ShipmentSaved)

    assert change.shipment.shipped_at is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"status": "cancelled"}, "The fulfilment was cancelled."),
        ({"status": "failure"}, "The fulfilment failed."),
        ({"status": "error"}, "The fulfilment failed."),
        (
            {"line_items": [{"id": 1, "quantity": 1, "requires_shipping": False}]},
            "Nothing in this fulfilment is sent by parcel.",
        ),
    ],
)
def test_a_fulfilment_without_a_parcel_is_none(fields: dict[str, Any], reason: str) -> None:
    assert read(fulfilment(**fields), "fulfillments/update") == [Ignored(reason)]
    (change,) = read(order(fulfillments=[fulfilment(**fields)]))
    assert isinstance(change, OrderSaved)
    assert change.shipments == ()


def test_an_orders_parcels_hold_its_lines_only() -> None:
    packed = [
        {"id": 1, "quantity": 5, "requires_shipping": True},
        {"id": 9, "quantity": 1, "requires_shipping": True},
    ]
    (change,) = read(order(fulfillments=[fulfilment(line_items=packed)], line_items=[line(1, "22.66", 2)]))
    assert isinstance(change, OrderSaved)

    assert [parcel.lines for parcel in change.shipments] == [(ShipmentLineInput(line="1", quantity=2),)]


def test_a_long_number_is_cut_and_an_order_id_is_needed() -> None:
    (change,) = read(fulfilment(tracking_numbers=["9" * 300]))
    assert isinstance(change, ShipmentSaved)
    assert change.shipment.tracking_number == "9" * 100
    with pytest.raises(Unreadable, match="order_id: an id is missing"):
        read(fulfilment(order_id=""), "fulfillments/create")
