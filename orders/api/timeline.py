"""Everything about one order in one list: what happened, what the carrier said, what was sent and what was not."""

import datetime as dt
from typing import Any, Literal

from django.db.models import Count
from django.http import Http404
from msgspec import Struct
from msgspec.structs import asdict
from rest_framework.request import Request

from messaging.api.views import message_answer
from messaging.models import Message
from orders.models import Order
from orders.selectors import order_by_external_id
from postpurchase.accounts.models import Scope
from postpurchase.api.views import Answer, ApiView, operation
from postpurchase.events.models import Event
from tracking.api.answers import checkpoint_answer
from tracking.models import Checkpoint


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """``type`` is the event's type, the checkpoint's status, or the message's template; ``data`` the rest of it."""

    at: dt.datetime
    kind: Literal["event", "checkpoint", "message"]
    type: str
    data: dict[str, Any]


class Timeline(Struct, frozen=True, kw_only=True):
    results: list[TimelineEntry]


class TimelineView(ApiView):
    """The story of an order."""

    @operation(
        "get_timeline", "Read an order's timeline", scope=Scope.ORDERS_READ, answers={200: Timeline}, refusals=(404,)
    )
    def get(self, request: Request, external_id: str) -> Answer:
        """Oldest first: events, carrier news by when it happened, messages by when they were planned."""
        order = order_by_external_id(external_id=external_id)
        if order is None:
            raise Http404
        entries = [*_events(order), *_checkpoints(order), *_messages(order)]
        return Answer(Timeline(results=sorted(entries, key=lambda entry: entry.at)))


def _events(order: Order) -> list[TimelineEntry]:
    events = Event.objects.filter(subject_id=order.id).order_by("sequence")
    return [
        TimelineEntry(at=event.recorded_at, kind="event", type=event.type, data={"id": event.id, **event.data})
        for event in events
    ]


def _checkpoints(order: Order) -> list[TimelineEntry]:
    rows = Checkpoint.objects.filter(shipment__order_id=order.id).select_related("shipment")
    return [
        TimelineEntry(
            at=row.occurred_at,
            kind="checkpoint",
            type=row.status or "unknown",
            data={"shipment": row.shipment.external_id, **asdict(checkpoint_answer(row))},
        )
        for row in rows.order_by("occurred_at", "identity")
    ]


def _messages(order: Order) -> list[TimelineEntry]:
    rows = Message.objects.filter(order_id=order.id).select_related("order", "customer")
    return [
        TimelineEntry(at=row.planned_at, kind="message", type=row.template, data=asdict(message_answer(row)))
        for row in rows.annotate(attempt_count=Count("attempts")).order_by("planned_at", "id")
    ]
