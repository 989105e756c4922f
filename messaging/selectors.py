"""Reads for pages and the API: messages with why, journeys, runs, permissions. All need the merchant's scope."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from messaging.enums import MessageState, RunState
from messaging.journeys.definition import Definition
from messaging.models import (
    DeliveryAttempt,
    Journey,
    JourneyDecision,
    JourneyRun,
    JourneyVersion,
    Message,
    MessageContent,
    Permission,
)
from messaging.services.journeys import definition_of
from postpurchase.accounts.models import Merchant


@dataclass(frozen=True, slots=True)
class MessageWithWhy:
    """A message, its attempts (oldest first) and every decision about it (oldest first)."""

    message: Message
    attempts: Sequence[DeliveryAttempt]
    decisions: Sequence[JourneyDecision]


@dataclass(frozen=True, slots=True)
class JourneyOverview:
    """A journey with its definition in force and what it has done since a moment."""

    journey: Journey
    version: JourneyVersion
    definition: Definition
    running: int
    sent: int
    not_sent: int
    last_at: dt.datetime | None


# States in which a message has left us, as far as anybody knows.
SENT = (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.BOUNCED, MessageState.COMPLAINED)
NOT_SENT = (MessageState.SUPPRESSED, MessageState.EXPIRED, MessageState.FAILED, MessageState.UNKNOWN)


def messages(*, merchant: Merchant) -> QuerySet[Message]:
    """Return all messages, newest first, with order, customer and attempts."""
    return (
        Message.objects.filter(merchant=merchant)
        .select_related("order", "customer")
        .prefetch_related(_attempts())
        .order_by("-planned_at", "-id")
    )


def messages_of_order(*, merchant: Merchant, order_id: uuid.UUID) -> list[MessageWithWhy]:
    """Return an order's messages, oldest first, each with its attempts and why. Three queries for any number."""
    rows = list(
        Message.objects.filter(merchant=merchant, order_id=order_id)
        .prefetch_related(_attempts())
        .order_by("planned_at", "id")
    )
    by_message: dict[str, list[JourneyDecision]] = {}
    for decision in decisions_of_order(merchant=merchant, order_id=order_id):
        by_message.setdefault(str(decision.values.get("message_id")), []).append(decision)
    return [
        MessageWithWhy(message=row, attempts=list(row.attempts.all()), decisions=by_message.get(str(row.id), []))
        for row in rows
    ]


def message_detail(*, merchant: Merchant, message_id: uuid.UUID) -> tuple[MessageWithWhy, MessageContent | None] | None:
    """Return a message with why and what was said (None while nothing was rendered), None for an unknown id."""
    message = (
        Message.objects.filter(merchant=merchant, pk=message_id)
        .select_related("order", "customer", "run__journey")
        .prefetch_related(_attempts(), "contents")
        .first()
    )
    if message is None:
        return None
    # Only a run leaves decisions; without one there is nothing to look for.
    decisions = JourneyDecision.objects.filter(merchant=merchant, run_id=message.run_id, run_id__isnull=False)
    why = MessageWithWhy(
        message=message,
        attempts=list(message.attempts.all()),
        decisions=list(decisions.filter(values__message_id=str(message.id)).order_by("decided_at", "id")),
    )
    return why, next(iter(message.contents.all()), None)


def decisions_of_order(*, merchant: Merchant, order_id: uuid.UUID) -> list[JourneyDecision]:
    """Return every decision of journeys about an order, oldest first, also why it entered none."""
    return list(
        JourneyDecision.objects.filter(merchant=merchant, order_id=order_id)
        .select_related("journey")
        .order_by("decided_at", "id")
    )


def journeys_overview(*, merchant: Merchant, since: dt.datetime) -> list[JourneyOverview]:
    """Return the merchant's journeys in their order, with what each did since ``since``. Four queries."""
    versions = {
        version.journey_id: version
        for version in JourneyVersion.objects.filter(merchant=merchant)
        .order_by("journey_id", "-number")
        .distinct("journey_id")
    }
    running = {
        row["journey"]: row["count"]
        for row in JourneyRun.objects.filter(merchant=merchant, state=RunState.RUNNING)
        .values("journey")
        .annotate(count=Count("id"))
    }
    counts = {
        row["journey_key"]: (row["sent"], row["not_sent"], row["last_at"])
        for row in Message.objects.filter(merchant=merchant, planned_at__gte=since)
        .values("journey_key")
        .annotate(
            sent=Count("id", filter=Q(state__in=SENT)),
            not_sent=Count("id", filter=Q(state__in=NOT_SENT)),
            last_at=Max("planned_at"),
        )
    }
    overview = []
    for journey in Journey.objects.filter(merchant=merchant, id__in=versions).order_by("position", "key"):
        version = versions[journey.id]
        sent, not_sent, last_at = counts.get(journey.key, (0, 0, None))
        overview.append(
            JourneyOverview(
                journey=journey,
                version=version,
                definition=definition_of(version),
                running=running.get(journey.id, 0),
                sent=sent,
                not_sent=not_sent,
                last_at=last_at,
            )
        )
    return overview


def runs_of_order(*, merchant: Merchant, order_id: uuid.UUID) -> list[JourneyRun]:
    """Return an order's journeys, oldest first."""
    return list(
        JourneyRun.objects.filter(merchant=merchant, order_id=order_id)
        .select_related("journey", "version")
        .order_by("started_at", "id")
    )


def permissions_of_customer(*, merchant: Merchant, customer_id: uuid.UUID) -> list[Permission]:
    """Return where a person stands, with the evidence it rests on."""
    return list(
        Permission.objects.filter(merchant=merchant, customer_id=customer_id)
        .select_related("evidence")
        .order_by("channel", "purpose")
    )


def _attempts() -> "Prefetch[str, QuerySet[DeliveryAttempt], str]":
    return Prefetch("attempts", queryset=DeliveryAttempt.objects.order_by("number"))
