"""What a shop told becomes orders, parcels, products and customers, through the services everybody uses.

A shop says what is so there; here it becomes what is so for us: ids of a further storefront get its name in front,
orders from before the connection are history, and news that is older than what we have changes nothing.

Locks: the order's name before anything of it is read.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

import msgspec
from django.db.models import Q, Sum
from msgspec.structs import replace

from orders.enums import OrderStatus, PaymentStatus
from orders.inputs import CancelInput, CustomerInput, OrderInput, ProductInput, RefundInput
from orders.models import Customer, Order, Refund
from orders.services.cancel import cancel_order
from orders.services.customers import upsert_customer
from orders.services.ingest import upsert_order
from orders.services.locked import UnknownOrder, locked_order
from orders.services.products import upsert_product, withdraw_products
from orders.services.refunds import refund_order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.connectors.base import (
    CarrierNews,
    Change,
    CustomerErased,
    CustomerSaved,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
    ProductWithdrawn,
    ShipmentSaved,
    Unreadable,
)
from postpurchase.connectors.models import Connection, ReferenceKind
from postpurchase.lib.emails import normal_email
from postpurchase.lib.validation import read
from postpurchase.privacy.models import ErasureSource
from postpurchase.privacy.services.erase import request_erasure
from tracking.inputs import CheckpointInput, ShipmentInput, plain_number
from tracking.models import Shipment
from tracking.services.record import RecordStatus, record_checkpoints
from tracking.services.register import register_shipment

Body = TypeVar("Body", bound=msgspec.Struct)

# Orders placed longer than this before the shop was connected are history: nothing is sent about them.
BEFORE_CONNECTION = dt.timedelta(days=3)
LONGEST_ID = 200

OLDER = "What we have is newer."
UNKNOWN_PRODUCT = "We never had this product."
UNKNOWN_PERSON = "We do not know this person."
KNOWN_NEWS = "We had all of this news already."


@dataclass(frozen=True, slots=True)
class Applied:
    """What a change did. ``reason`` says why it did nothing; ``placed`` is the id of an order that is new with it."""

    reason: str = ""
    placed: str = ""


def as_ours(change: Change, connection: Connection) -> Change:
    """Return the change with our ids, the connection's storefront and source. Raises ``Unreadable`` for long ids."""
    match change:
        case OrderSaved():
            return OrderSaved(_our_order(change.order, connection), change.shipments, change.refunds)
        case OrderCancelled():
            return OrderCancelled(our_id(change.order, connection), change.cancellation)
        case OrderRefunded():
            return OrderRefunded(our_id(change.order, connection), change.refund)
        case ShipmentSaved():
            return ShipmentSaved(our_id(change.order, connection), change.shipment)
        case CustomerSaved():
            customer = change.customer
            return CustomerSaved(replace(customer, external_id=our_id(customer.external_id, connection)))
        case CustomerErased() if change.external_id:
            return CustomerErased(our_id(change.external_id, connection), change.email)
    return change


def references_of(change: Change) -> list[tuple[ReferenceKind, str]]:
    """Return whom and what a change (with our ids) is about."""
    match change:
        case OrderSaved():
            customer = change.order.customer
            order = [(ReferenceKind.ORDER, change.order.external_id)]
            return order + ([(ReferenceKind.CUSTOMER, customer.external_id)] if customer else [])
        case OrderCancelled() | OrderRefunded() | ShipmentSaved():
            return [(ReferenceKind.ORDER, change.order)]
        case CarrierNews():
            return [(ReferenceKind.PARCEL, number) for number in sorted(_numbers(change))]
        case ProductSaved():
            return [(ReferenceKind.PRODUCT, change.product.sku)]
        case ProductWithdrawn():
            return [(ReferenceKind.PRODUCT, change.sku)] if change.sku else []
        case CustomerSaved():
            return [(ReferenceKind.CUSTOMER, change.customer.external_id)]
        case CustomerErased():
            return [(ReferenceKind.CUSTOMER, change.external_id)]
    return []


def apply_change(*, merchant: Merchant, change: Change, received_at: dt.datetime, now: dt.datetime) -> Applied:
    """Do what a change (with our ids) says. Needs the merchant's scope.

    Raises ``UnknownOrder`` where it tells of an order that has not come yet, ``Refused`` or ``ShipmentRefused`` for
    content nobody can mean. Without a time of its own a cancellation is of ``received_at``.
    """
    match change:
        case OrderSaved():
            return _save_order(merchant, change, now)
        case OrderCancelled():
            return _cancel(merchant, change, received_at, now)
        case OrderRefunded():
            refund_order(
                merchant=merchant, external_id=change.order, data=_checked(change.refund, RefundInput), now=now
            )
        case ShipmentSaved():
            order = locked_order(merchant=merchant, external_id=change.order)
            _register(merchant, order, change.shipment, now)
        case CarrierNews():
            return _record(merchant, change, now)
        case ProductSaved():
            upsert_product(merchant=merchant, data=_checked(change.product, ProductInput), now=now)
        case ProductWithdrawn():
            if not withdraw_products(merchant=merchant, sku=change.sku, product_id=change.product_id, now=now):
                return Applied(reason=UNKNOWN_PRODUCT)
        case CustomerSaved():
            upsert_customer(merchant=merchant, data=_checked(change.customer, CustomerInput), now=now)
        case CustomerErased():
            return _erase(merchant, change, now)
        case Ignored():
            return Applied(reason=change.reason)
    return Applied()


def _record(merchant: Merchant, change: CarrierNews, now: dt.datetime) -> Applied:
    """Record carriers' news; that of parcels we do not know yet is kept for them."""
    checked = [_checked(one, CheckpointInput) for one in change.checkpoints]
    results = record_checkpoints(merchant=merchant, checkpoints=checked, now=now)
    return Applied(reason=KNOWN_NEWS if {one.status for one in results} == {RecordStatus.DUPLICATE} else "")


def _numbers(change: CarrierNews) -> set[str]:
    return {plain_number(one.tracking_number) for one in change.checkpoints}


def our_id(external_id: str, connection: Connection) -> str:
    """Return the id under which a shop's thing is kept: two storefronts' 1001 must not meet."""
    store = connection.store.slug
    ours = external_id if store == DEFAULT_STORE else f"{store}-{external_id}"
    if len(ours) > LONGEST_ID:
        raise Unreadable(f"An id has {len(ours)} characters; at most {LONGEST_ID} can be kept.")
    return ours


def _our_order(data: OrderInput, connection: Connection) -> OrderInput:
    customer = data.customer
    if customer is not None and customer.external_id:
        customer = replace(customer, external_id=our_id(customer.external_id, connection))
    return replace(
        data,
        external_id=our_id(data.external_id, connection),
        number=data.number or data.external_id,
        customer=customer,
        store=connection.store.slug,
        source=connection.connector,
        backfill=data.placed_at < connection.created_at - BEFORE_CONNECTION,
    )


def _save_order(merchant: Merchant, change: OrderSaved, now: dt.datetime) -> Applied:
    data = _checked(change.order, OrderInput)
    try:
        stored: Order | None = locked_order(merchant=merchant, external_id=data.external_id)
    except UnknownOrder:
        stored = None
    data = _still_cancelled(_with_known_refunds(data, change, stored), stored)
    result = upsert_order(merchant=merchant, data=data, now=now)
    order = result.order
    if order is None:
        raise TypeError("an order that was not refused is stored")
    ignored = result.status == "ignored"
    if ignored and data.updated_at != order.source_updated_at:
        return Applied(reason=OLDER)
    for refund in change.refunds:
        refund_order(merchant=merchant, external_id=data.external_id, data=_checked(refund, RefundInput), now=now)
    # A body of the same moment that lost may still tell of parcels we have not heard of.
    known = set(Shipment.objects.filter(order_id=order.id).values_list("external_id", flat=True)) if ignored else set()
    for shipment in change.shipments:
        if shipment.external_id not in known:
            _register(merchant, order, shipment, now)
    return Applied(placed=data.external_id if result.status == "created" else "")


def _with_known_refunds(data: OrderInput, change: OrderSaved, stored: Order | None) -> OrderInput:
    """Return the body with the payment status that the refunds leave, so that money given back stays given back.

    Where the body itself brings its refunds, they say with their sums what its status says in a word.
    """
    if change.refunds and data.payment_status in ("refunded", "partially_refunded"):
        before = PaymentStatus(stored.payment_status) if stored else PaymentStatus.PAID
        return replace(data, payment_status="paid" if before == PaymentStatus.PENDING else before.value)
    if stored is not None and data.payment_status == "paid":
        given_back = Refund.objects.filter(order_id=stored.id).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        if given_back > 0:
            everything = given_back >= Decimal(data.total)
            return replace(data, payment_status="refunded" if everything else "partially_refunded")
    return data


def _still_cancelled(data: OrderInput, stored: Order | None) -> OrderInput:
    """Return the body so that one which does not say when it was true opens no cancelled order."""
    if stored is not None and stored.status == OrderStatus.CANCELLED and data.updated_at is None:
        return replace(data, status="cancelled")
    return data


def _cancel(merchant: Merchant, change: OrderCancelled, received_at: dt.datetime, now: dt.datetime) -> Applied:
    order = locked_order(merchant=merchant, external_id=change.order)
    told_at = change.cancellation.cancelled_at
    is_open = order.status != OrderStatus.CANCELLED
    if is_open and told_at and order.source_updated_at and told_at < order.source_updated_at:
        return Applied(reason=OLDER)
    cancelled_at = told_at or received_at
    cancel_order(
        merchant=merchant,
        external_id=change.order,
        data=_checked(replace(change.cancellation, cancelled_at=cancelled_at), CancelInput),
        now=now,
    )
    # Bodies from before the cancellation are older than what we know now; one of that very moment is not. No body is
    # "the same again" any more: what was open before and is open afterwards was opened again.
    just_before = cancelled_at - dt.timedelta(microseconds=1)
    older = Q(source_updated_at__isnull=True) | Q(source_updated_at__lt=just_before)
    Order.objects.filter(older, pk=order.pk).update(source_updated_at=just_before, content_hash=b"")
    return Applied()


def _erase(merchant: Merchant, change: CustomerErased, now: dt.datetime) -> Applied:
    """Forget who has the shop's id, and guests with the same address: they are the same person to the shop."""
    meant = Q(external_id=change.external_id) if change.external_id else Q(pk__in=[])
    if email := normal_email(change.email):
        meant |= Q(email=email, external_id="")
    found = list(Customer.objects.filter(meant, erased_at__isnull=True))
    for customer in found:
        request_erasure(merchant=merchant, customer=customer, source=ErasureSource.SHOP, now=now)
    return Applied() if found else Applied(reason=UNKNOWN_PERSON)


def _register(merchant: Merchant, order: Order, shipment: ShipmentInput, now: dt.datetime) -> None:
    register_shipment(merchant=merchant, order=order, data=_checked(shipment, ShipmentInput), now=now)


def _checked(body: Body, type_: type[Body]) -> Body:
    """Return the body read as strictly as one that came by the API. Raises ``Refused``.

    Connectors build their Structs in code, which checks nothing.
    """
    return read(msgspec.to_builtins(body), type_)
