"""Keeping the promise ledger: every day that is told to a shopper becomes a row, and is never changed."""

import datetime as dt
from zoneinfo import ZoneInfo

from orders.enums import OrderStatus
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from tracking.models import Promise, Shipment
from tracking.promise import Window, estimated_window, named_window


def on_order_placed(*, event: Event) -> None:
    """Name a day for a new order."""
    _renew(event, shipment_id=None)


def on_order_updated(*, event: Event) -> None:
    """Name another day where the shop changed its own."""
    _renew(event, shipment_id=None)


def on_shipment_registered(*, event: Event) -> None:
    """Name a day for a new parcel."""
    _renew(event, shipment_id=event.data["shipment_id"])


def on_shipment_updated(*, event: Event) -> None:
    """Name another day where the parcel's dates changed."""
    _renew(event, shipment_id=event.data["shipment_id"])


def _renew(event: Event, *, shipment_id: str | None) -> None:
    order = Order.objects.filter(pk=event.subject_id).first()
    if order is None:
        return
    shipment = Shipment.objects.filter(pk=shipment_id).first() if shipment_id else None
    merchant = Merchant.objects.get(pk=event.merchant_id)
    renew_promise(merchant=merchant, order=order, shipment=shipment, now=event.recorded_at)


def renew_promise(*, merchant: Merchant, order: Order, shipment: Shipment | None, now: dt.datetime) -> Promise | None:
    """Store the day that holds now for an order (or one parcel of it), if it is another one than before.

    Returns the new row, None where nothing changed or no day can be named. Needs the merchant's scope.
    """
    window = promised_window(merchant=merchant, order=order, shipment=shipment)
    if window is None:
        return None
    last = Promise.objects.filter(order_id=order.id, shipment=shipment).order_by("-made_at", "-id").first()
    if last and (last.source, last.earliest, last.likely, last.latest) == (
        window.source,
        window.earliest,
        window.likely,
        window.latest,
    ):
        return None
    promise = Promise.objects.create(
        merchant=merchant,
        order=order,
        shipment=shipment,
        source=window.source,
        earliest=window.earliest,
        likely=window.likely,
        latest=window.latest,
        made_at=now,
    )
    record_event(
        merchant_id=merchant.id,
        type="promise.made",
        subject=Subject.order(order.id),
        data={
            "shipment_id": shipment.id if shipment else None,
            "promise_id": promise.id,
            "backfill": order.backfill,
        },
        now=now,
    )
    return promise


def promised_window(*, merchant: Merchant, order: Order, shipment: Shipment | None) -> Window | None:
    """Return the days for an order or parcel; the parcel's named days first, then the order's, then an estimate.

    None for a cancelled order, for one without an address, and for history: nobody was told an estimate then.
    """
    if order.status == OrderStatus.CANCELLED:
        return None
    named = named_window(shipment.promised_from, shipment.promised_to) if shipment else None
    named = named or named_window(order.promised_from, order.promised_to)
    if named or order.backfill or not order.shipping_address:
        return named
    return estimated_window(
        ordered_at=order.placed_at,
        shipped_at=shipment.shipped_at or shipment.created_at if shipment else None,
        origin=merchant.country,
        destination=destination_of(order) or merchant.country,
        time_zone=ZoneInfo(merchant.time_zone),
    )


def destination_of(order: Order) -> str:
    """Return the country an order goes to, empty where it is not known."""
    return str(order.shipping_address.get("country") or "")
