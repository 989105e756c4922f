"""What was said to people, and that it was."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from messaging.enums import WAITING_STATES, MessageState, RunState
from messaging.models import (
    DeliveryAttempt,
    DeliveryEvent,
    JourneyDecision,
    JourneyRun,
    Message,
    MessageContent,
)
from postpurchase.privacy.retention.held import without_held

Ids = Sequence[uuid.UUID]
UNFINISHED = (*WAITING_STATES, MessageState.SENDING)


def old_contents(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Messages whose rendered words, or the provider's words about them, are past their time."""
    words = MessageContent.objects.filter(message=OuterRef("pk"), rendered_at__lt=before)
    answers = DeliveryAttempt.objects.filter(message=OuterRef("pk"), started_at__lt=before).exclude(detail="")
    messages = Message.objects.exclude(state__in=UNFINISHED).filter(Exists(words) | Exists(answers))
    free = without_held(messages, customer="customer_id", order="order_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_contents(ids: Ids) -> int:
    """Delete the words; that something was sent stays."""
    deleted, _ = MessageContent.objects.filter(message_id__in=ids).delete()
    return deleted + DeliveryAttempt.objects.filter(message_id__in=ids).exclude(detail="").update(detail="")


def old_messages(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Messages past their time, once nothing about them is younger."""
    younger = DeliveryEvent.objects.filter(message=OuterRef("pk"), recorded_at__gte=before)
    messages = Message.objects.filter(planned_at__lt=before).exclude(state__in=UNFINISHED).exclude(Exists(younger))
    free = without_held(messages, customer="customer_id", order="order_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_messages(ids: Ids) -> int:
    """Delete messages with everything that hangs on them."""
    events = DeliveryEvent.objects.filter(message_id__in=ids).values_list("pk", flat=True)
    expire("messaging_deliveryevent", list(events))
    MessageContent.objects.filter(message_id__in=ids).delete()
    DeliveryAttempt.objects.filter(message_id__in=ids).delete()
    # The rows that point at a message are gone; Django would look for them in an append-only table again.
    messages = Message.objects.filter(pk__in=ids)
    return messages._raw_delete(messages.db)


def old_delivery_events(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Providers' reports that belong to no message."""
    rows = DeliveryEvent.objects.filter(recorded_at__lt=before, message__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def old_decisions(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Why journeys did what they did, past its time."""
    rows = without_held(
        JourneyDecision.objects.filter(decided_at__lt=before), customer="run__customer_id", order="order_id"
    )
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def old_runs(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Ended journeys of which nothing is left that points at them."""
    rows = JourneyRun.objects.filter(
        ~Exists(Message.objects.filter(run=OuterRef("pk"))),
        ~Exists(JourneyDecision.objects.filter(run=OuterRef("pk"))),
        Q(ended_at__lt=before),
        state=RunState.ENDED,
    )
    return list(
        without_held(rows, customer="customer_id", order="order_id").order_by("pk").values_list("pk", flat=True)[:limit]
    )


def forget_runs(ids: Ids) -> int:
    """Delete runs."""
    runs = JourneyRun.objects.filter(pk__in=ids)
    return runs._raw_delete(runs.db)


def expire(table: str, ids: Ids) -> int:
    """Delete old rows of an append-only table by the database's own function (``accounts/walls.py``)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT expire_{table}(%s::uuid[])", [[str(row_id) for row_id in ids]])
        return int(cursor.fetchone()[0])
