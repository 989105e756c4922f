"""What the API answers about parcels, and how rows become it."""

import datetime as dt
import uuid
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from postpurchase.lib.validation import Problem
from tracking.models import Checkpoint, Shipment
from tracking.promise import Window
from tracking.selectors import promise_of_shipment


class ShipmentSummary(Struct, frozen=True, kw_only=True):
    """A parcel as it stands, without its history."""

    id: uuid.UUID
    external_id: str
    carrier: str
    tracking_number: str
    tracking_url: str
    service: str
    shipped_at: dt.datetime | None
    status: str
    substatus: str
    status_at: dt.datetime | None
    delivered_at: dt.datetime | None
    delivery_location: str
    delivery_location_text: str
    signed_by: str
    proof_url: str


class CheckpointAnswer(Struct, frozen=True, kw_only=True):
    """One piece of carrier news. ``status`` is null where the carrier's code is not in our tables."""

    occurred_at: dt.datetime
    carrier: str
    status: str | None
    substatus: str
    code: str
    message: str
    city: str
    country: str
    delivery_location: str
    delivery_location_text: str
    signed_by: str
    proof_url: str
    recorded_at: dt.datetime


class PromisedDays(Struct, frozen=True, kw_only=True):
    """Days of a promise; ``window_from`` and ``window_to`` are its hours, null where only days were named."""

    earliest: dt.date
    likely: dt.date
    latest: dt.date
    window_from: dt.datetime | None
    window_to: dt.datetime | None


class PromiseAnswer(Struct, frozen=True, kw_only=True):
    """The first and the latest promise; ``kept`` goes by the first one's days and is null while nobody can say.

    ``in_window`` says whether the parcel came within the hours named last; null without any, or while it is not there.
    """

    source: str
    original: PromisedDays
    current: PromisedDays
    kept: bool | None
    in_window: bool | None


class ShipmentLineAnswer(Struct, frozen=True, kw_only=True):
    line: str
    quantity: int


class ShipmentAnswer(ShipmentSummary, frozen=True, kw_only=True):
    """A parcel with its whole history. ``order`` is the shop's id."""

    order: str
    lines: list[ShipmentLineAnswer]
    promised_from: dt.date | None
    promised_to: dt.date | None
    window_from: dt.datetime | None
    window_to: dt.datetime | None
    checkpoints: list[CheckpointAnswer]
    promise: PromiseAnswer | None
    created_at: dt.datetime
    updated_at: dt.datetime
    changed: bool | UnsetType = UNSET


class CheckpointItemAnswer(Struct, frozen=True, kw_only=True):
    """What became of one piece of news: recorded, duplicate, unknown_shipment or invalid."""

    index: int
    status: str
    errors: list[Problem]


class CheckpointBatchAnswer(Struct, frozen=True, kw_only=True):
    results: list[CheckpointItemAnswer]


def shipment_summary(shipment: Shipment) -> ShipmentSummary:
    """Return a parcel as lists and orders show it."""
    return ShipmentSummary(**_summary_fields(shipment))


def shipment_answer(
    shipment: Shipment, *, time_zone: dt.tzinfo, now: dt.datetime, changed: bool | UnsetType = UNSET
) -> ShipmentAnswer:
    """Return a parcel with its history; checkpoints in the order in which they happened."""
    return ShipmentAnswer(
        **_summary_fields(shipment),
        order=shipment.order.external_id,
        lines=[
            ShipmentLineAnswer(line=line.order_line.external_id, quantity=line.quantity)
            for line in shipment.lines.select_related("order_line").order_by("order_line__position", "id")
        ],
        promised_from=shipment.promised_from,
        promised_to=shipment.promised_to,
        window_from=shipment.window_from,
        window_to=shipment.window_to,
        checkpoints=[
            checkpoint_answer(checkpoint) for checkpoint in shipment.checkpoints.order_by("occurred_at", "identity")
        ],
        promise=_promise_answer(shipment, time_zone, now),
        created_at=shipment.created_at,
        updated_at=shipment.updated_at,
        changed=changed,
    )


def checkpoint_answer(checkpoint: Checkpoint) -> CheckpointAnswer:
    """Return one piece of carrier news as the API shows it."""
    return CheckpointAnswer(
        occurred_at=checkpoint.occurred_at,
        carrier=checkpoint.carrier,
        status=checkpoint.status,
        substatus=checkpoint.substatus,
        code=checkpoint.code,
        message=checkpoint.message,
        city=checkpoint.city,
        country=checkpoint.country,
        delivery_location=checkpoint.delivery_location,
        delivery_location_text=checkpoint.delivery_location_text,
        signed_by=checkpoint.signed_by,
        proof_url=checkpoint.proof_url,
        recorded_at=checkpoint.recorded_at,
    )


def _summary_fields(shipment: Shipment) -> dict[str, Any]:
    return {name: getattr(shipment, name) for name in ShipmentSummary.__struct_fields__}


def _promise_answer(shipment: Shipment, time_zone: dt.tzinfo, now: dt.datetime) -> PromiseAnswer | None:
    promise = promise_of_shipment(shipment=shipment, time_zone=time_zone, now=now)
    if promise is None:
        return None
    return PromiseAnswer(
        source=promise.source,
        original=_days(promise.original),
        current=_days(promise.current),
        kept=promise.kept,
        in_window=promise.in_window,
    )


def _days(window: Window) -> PromisedDays:
    return PromisedDays(
        earliest=window.earliest,
        likely=window.likely,
        latest=window.latest,
        window_from=window.window_from,
        window_to=window.window_to,
    )
