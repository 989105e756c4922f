"""Parcels with their news and promises."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from orders.models import Order
from postpurchase.accounts.models import Merchant
from tracking.models import Checkpoint, Promise, PromiseSource, Shipment, ShipmentLine
from tracking.promise import Window


@dataclass(frozen=True, slots=True)
class PromiseState:
    """The first and the present promise of a parcel. ``kept`` compares the delivery with the first; None: open."""

    source: str
    original: Window
    current: Window
    kept: bool | None


def shipments_with_details() -> QuerySet[Shipment]:
    """Return all parcels; news (newest first), contents and promises come along in four queries."""
    return Shipment.objects.prefetch_related(
        Prefetch("checkpoints", Checkpoint.objects.order_by("-occurred_at", "-id")),
        Prefetch("lines", ShipmentLine.objects.select_related("order_line").order_by("order_line__position")),
        Prefetch("promises", Promise.objects.order_by("made_at", "id")),
        "alarms",
    ).order_by("created_at", "id")


def shipments_of_order(*, order_id: uuid.UUID) -> list[Shipment]:
    """Return an order's parcels in the order in which they were registered, with their details."""
    return list(shipments_with_details().filter(order_id=order_id))


def shipment_by_id(*, shipment_id: uuid.UUID) -> Shipment | None:
    """Return a parcel with its details and its order."""
    return shipments_with_details().select_related("order").filter(pk=shipment_id).first()


def promise_of_shipment(
    *, merchant: Merchant, shipment: Shipment, now: dt.datetime, order_promises: Iterable[Promise] = ()
) -> PromiseState | None:
    """Return what was promised for a parcel, and whether it was kept; None where nothing was promised.

    ``order_promises`` are those made before the parcel existed: the first promise is the order's. Uses the parcel's
    prefetched ``promises``.
    """
    told = [*(one for one in order_promises if one.shipment_id is None), *shipment.promises.all()]
    told.sort(key=lambda one: (one.made_at, one.id))
    if not told:
        return None
    first, last = told[0], told[-1]
    zone = ZoneInfo(merchant.time_zone)
    kept: bool | None = None
    if shipment.delivered_at:
        kept = shipment.delivered_at.astimezone(zone).date() <= first.latest
    elif now.astimezone(zone).date() > first.latest:
        kept = False
    return PromiseState(source=last.source, original=window_of(first), current=window_of(last), kept=kept)


def window_of(promise: Promise) -> Window:
    """Return a promise's days."""
    return Window(PromiseSource(promise.source), promise.earliest, promise.likely, promise.latest)


def unsent_quantities(*, order: Order) -> dict[uuid.UUID, int]:
    """Return how many of each order line are in no parcel yet; nothing where a parcel does not tell its contents.

    Uses ``order.lines`` and ``order.shipments`` with their ``lines``, prefetched or not.
    """
    sent: Counter[uuid.UUID] = Counter()
    for shipment in order.shipments.all():
        contents = list(shipment.lines.all())
        if not contents:
            return {}
        for line in contents:
            sent[line.order_line_id] += line.quantity
    missing = {line.id: line.quantity - sent[line.id] for line in order.lines.all()}
    return {line_id: quantity for line_id, quantity in missing.items() if quantity > 0}
