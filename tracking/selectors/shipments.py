"""Parcels with their news and promises."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from orders.models import Order
from tracking.models import Checkpoint, Promise, PromiseSource, PromiseVerdict, Shipment, ShipmentLine
from tracking.promise import Window


@dataclass(frozen=True, slots=True)
class PromiseState:
    """The first and the present promise of a parcel. ``kept`` is the verdict on the first; None: open.

    ``in_window``: it came within the hours that were told last; None while nobody can say.
    """

    source: str
    original: Window
    current: Window
    kept: bool | None
    in_window: bool | None


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


def promise_of_shipment(*, shipment: Shipment, time_zone: dt.tzinfo, now: dt.datetime) -> PromiseState | None:
    """Return what was promised for a parcel, and whether it was kept; None where nothing was promised.

    What was promised for the order before the parcel existed counts as the first. Days are those of ``time_zone``.
    """
    told = list(
        Promise.objects.filter(Q(shipment_id=shipment.id) | Q(shipment_id=None), order_id=shipment.order_id).order_by(
            "made_at", "id"
        )
    )
    if not told:
        return None
    verdict = PromiseVerdict.objects.filter(shipment_id=shipment.id).first()
    first, current = told[0], next((one for one in reversed(told) if one.shipment_id), told[-1])
    return PromiseState(
        source=current.source,
        original=window_of(first),
        current=window_of(current),
        kept=verdict.kept
        if verdict
        else was_kept(
            latest=first.latest,
            delivered_on=shipment.delivered_at and shipment.delivered_at.astimezone(time_zone).date(),
            today=now.astimezone(time_zone).date(),
        ),
        in_window=_came_in_window(told, shipment.delivered_at),
    )


def _came_in_window(told: list[Promise], delivered_at: dt.datetime | None) -> bool | None:
    times = next((hours for promise in reversed(told) if (hours := window_of(promise).times)), None)
    return None if times is None or delivered_at is None else times.begins <= delivered_at <= times.ends


def was_kept(*, latest: dt.date, delivered_on: dt.date | None, today: dt.date) -> bool | None:
    """Say whether a promise was kept: None while the parcel may still come in time. All days are local."""
    if delivered_on is not None:
        return delivered_on <= latest
    return False if today > latest else None


def window_of(promise: Promise) -> Window:
    """Return a promise's days and hours."""
    return Window(
        PromiseSource(promise.source),
        promise.earliest,
        promise.likely,
        promise.latest,
        promise.window_from,
        promise.window_to,
    )


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
