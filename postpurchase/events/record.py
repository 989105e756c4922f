"""Recording that something happened, in the transaction in which it happened.

with merchant_scope(merchant.id):
    order.save()
    record_event(merchant_id=merchant.id, type="order.placed", subject=Subject.order(order.id), data={...}, now=now)
    # commit → Celery is told → the handlers of postpurchase/pipeline.py run
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.conf import settings
from django.utils.module_loading import import_string

from postpurchase.accounts.rows import Writes
from postpurchase.events.doorbell import ring_after_commit
from postpurchase.events.locks import subject_keys
from postpurchase.events.models import DeliveryState, Event, EventDelivery, SubjectKind
from postpurchase.lib.ids import uuid7s

NUMBER_OF_EVENT = "(SELECT sequence FROM events_event WHERE id = new.event_id)"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about."""

    kind: SubjectKind
    id: uuid.UUID

    @classmethod
    def order(cls, order_id: uuid.UUID) -> Self:
        return cls(SubjectKind.ORDER, order_id)

    @classmethod
    def customer(cls, customer_id: uuid.UUID) -> Self:
        return cls(SubjectKind.CUSTOMER, customer_id)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event to record. ``data`` holds ids and codes (JSON types only), never personal data."""

    type: str
    subject: Subject
    data: Mapping[str, Any]


def record_event(
    *,
    merchant_id: uuid.UUID,
    type: str,
    subject: Subject,
    data: Mapping[str, Any],
    now: dt.datetime,
) -> Event:
    """Record one event and plan its handlers. Needs the merchant's scope; handlers run after commit."""
    (row,) = record_events(merchant_id=merchant_id, events=[NewEvent(type, subject, data)], now=now)
    # Its number is drawn by the database, and read where somebody asks for it.
    return Event.from_db("default", list(row), list(row.values()))


def record_events(
    *,
    merchant_id: uuid.UUID,
    events: Sequence[NewEvent],
    now: dt.datetime,
    new_subjects: Collection[uuid.UUID] = (),
    writes: Writes | None = None,
) -> list[dict[str, Any]]:
    """Record events in the order given, in one round trip. Needs the merchant's scope.

    ``new_subjects`` were made in this transaction: nobody else can know them yet, so nobody is waited for. ``writes``
    that wait are sent along. Returns the events' rows, without their numbers.
    """
    writes = writes or Writes()
    writes.hold(subject_keys({new.subject.id for new in events}.difference(new_subjects)))
    rows: list[dict[str, Any]] = [
        {
            "id": event_id,
            "merchant_id": merchant_id,
            "type": new.type,
            "subject_kind": new.subject.kind,
            "subject_id": new.subject.id,
            "data": _plain(new.data),
            "recorded_at": now,
        }
        for new, event_id in zip(events, uuid7s(len(events)), strict=True)
    ]
    handlers = {name: handlers_of(name) for name in {new.type for new in events}}
    reactions = [(row, handler) for row in rows for handler in handlers[row["type"]]]
    deliveries = [
        {
            "id": delivery_id,
            "merchant_id": merchant_id,
            "event_id": row["id"],
            "handler": handler,
            "subject_kind": row["subject_kind"],
            "subject_id": row["subject_id"],
            "state": DeliveryState.PENDING,
            "attempts": 0,
            "next_attempt_at": now,
            "last_error": "",
        }
        for (row, handler), delivery_id in zip(reactions, uuid7s(len(reactions)), strict=True)
    ]
    # Numbers are drawn row by row, once the subjects are held.
    writes.insert(Event, rows, computed={"sequence": "nextval('event_sequence')"})
    writes.insert(EventDelivery, deliveries, computed={"sequence": NUMBER_OF_EVENT})
    writes.send()
    if deliveries:
        ring_after_commit(merchant_id=merchant_id, subject_ids=dict.fromkeys(row["subject_id"] for row in deliveries))
    return rows


def handlers_of(event_type: str) -> tuple[str, ...]:
    """Return the dotted paths of the handlers of an event type, as the pipeline lists them."""
    handlers: Mapping[str, tuple[str, ...]] = import_string(settings.EVENT_HANDLERS)
    return handlers.get(event_type, ())


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """Identifiers and times as text, so that what is read back equals what was recorded."""
    return {key: _plain_value(value) for key, value in data.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain_value(item) for item in value]
    return value
