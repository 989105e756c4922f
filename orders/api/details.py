"""What belongs to one order beside its own columns: its lines, consents, refunds and parcels."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from orders.models import ConsentReport, Customer, Order, OrderLine, Refund
from postpurchase.accounts.rows import Row, made, read_rows
from tracking.models import Shipment


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """Lines by position, everything else oldest first."""

    customer: Customer | None
    lines: Sequence[OrderLine]
    consents: Sequence[ConsentReport]
    refunds: Sequence[Refund]
    shipments: Sequence[Shipment]


def details_at_hand(order: Order) -> OrderDetails:
    """Return the details of an order that came with them (``orders_with_details``)."""
    return OrderDetails(
        customer=order.customer,
        lines=list(order.lines.all()),
        consents=list(order.consent_reports.all()),
        refunds=list(order.refunds.all()),
        shipments=list(order.shipments.all()),
    )


def details_of_new(order: Order, lines: Sequence[Row], *, has_consents: bool) -> OrderDetails:
    """Return the details of an order that was just made of these rows: it can have neither refunds nor parcels."""
    return OrderDetails(
        customer=order.customer,
        lines=[made(OrderLine, line) for line in lines],
        consents=_consents(order) if has_consents else [],
        refunds=[],
        shipments=[],
    )


def read_details(order: Order) -> OrderDetails:
    """Read the details of an order that was there before."""
    its = {"order": order.id}
    return OrderDetails(
        customer=order.customer if Order.customer.is_cached(order) else _customer(order.customer_id),
        lines=read_rows(OrderLine, "order_id = %(order)s", its, end="ORDER BY position, id"),
        consents=_consents(order),
        refunds=_refunds(order.id),
        shipments=read_rows(Shipment, "order_id = %(order)s", its, end="ORDER BY created_at, id"),
    )


def _consents(order: Order) -> Sequence[ConsentReport]:
    return read_rows(ConsentReport, "order_id = %(order)s", {"order": order.id}, end="ORDER BY obtained_at, id")


def _customer(customer_id: uuid.UUID | None) -> Customer | None:
    found = read_rows(Customer, "id = %(customer)s", {"customer": customer_id}) if customer_id else []
    return next(iter(found), None)


def _refunds(order_id: uuid.UUID) -> Sequence[Refund]:
    if not read_rows(Refund, "order_id = %(order)s", {"order": order_id}, columns=("id",)):
        return []
    return list(
        Refund.objects.filter(order_id=order_id).order_by("created_at", "id").prefetch_related("lines__order_line")
    )
