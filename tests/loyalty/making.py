"""Customers, orders and parcels for the tests of loyalty. Needs the merchant's scope."""

import datetime as dt
import itertools
from decimal import Decimal

from orders.models import Customer, Order, OrderLine, Refund, RefundLine
from postpurchase.accounts.models import Merchant, Store
from tests.conftest import NOW
from tracking.models import Shipment

_number = itertools.count(1001)


def make_customer(merchant: Merchant, **fields) -> Customer:
    return Customer.objects.create(merchant=merchant, created_at=NOW, updated_at=NOW, **fields)


def make_order(merchant: Merchant, customer: Customer | None = None, **fields) -> Order:
    """An order over 49.90, of which 4.90 are shipping, with two lines of 22.50."""
    number = str(next(_number))
    values = {
        "store": Store.objects.get(slug="default"),
        "external_id": number,
        "number": number,
        "placed_at": NOW - dt.timedelta(days=3),
        "currency": "EUR",
        "total": Decimal("49.90"),
        "shipping_total": Decimal("4.90"),
        "content_hash": b"",
        "created_at": NOW,
        "updated_at": NOW,
    }
    order = Order.objects.create(merchant=merchant, customer=customer, **{**values, **fields})
    for position in (1, 2):
        OrderLine.objects.create(
            merchant=merchant,
            order=order,
            external_id=str(position),
            position=position,
            name="Heart T-light holder",
            quantity=1,
            unit_price=Decimal("22.50"),
            total=Decimal("22.50"),
        )
    return order


def deliver(order: Order, *, at: dt.datetime = NOW, external_id: str = "1", **fields) -> Shipment:
    """A parcel of the order that has arrived."""
    values = {"status": "delivered", "delivered_at": at, "created_at": at, "updated_at": at, **fields}
    return Shipment.objects.create(merchant=order.merchant, order=order, external_id=external_id, **values)


def refund(order: Order, amount: str, *, external_id: str = "r1", lines: tuple[tuple[int, str], ...] = ()) -> Refund:
    """Money given back; ``lines`` are pairs of position and amount."""
    row = Refund.objects.create(
        merchant=order.merchant, order=order, external_id=external_id, amount=Decimal(amount), created_at=NOW
    )
    for position, share in lines:
        RefundLine.objects.create(
            merchant=order.merchant,
            refund=row,
            order_line=order.lines.get(position=position),
            quantity=1,
            amount=Decimal(share),
        )
    return row
