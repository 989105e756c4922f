"""What the API answers about webhooks, and how rows become it."""

import datetime as dt
import uuid
from typing import Any

from msgspec import Struct

from postpurchase.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


class EndpointAnswer(Struct, frozen=True, kw_only=True):
    """An endpoint. ``disabled_reason``: by_hand, gone (it answered 410) or failing (for seven days)."""

    id: uuid.UUID
    url: str
    description: str
    events: list[str]
    include_personal_data: bool
    active: bool
    disabled_at: dt.datetime | None
    disabled_reason: str
    failing_since: dt.datetime | None
    previous_secret_until: dt.datetime | None
    created_at: dt.datetime
    updated_at: dt.datetime


class EndpointSecretAnswer(EndpointAnswer, frozen=True, kw_only=True):
    """An endpoint with its new secret, which is shown this once."""

    secret: str


class EndpointDeletedAnswer(Struct, frozen=True, kw_only=True):
    id: uuid.UUID
    deleted: bool


class AttemptAnswer(Struct, frozen=True, kw_only=True):
    """One attempt. ``status`` is null where no answer came; ``answer`` is the beginning of its body."""

    number: int
    started_at: dt.datetime
    duration_ms: int | None
    status: int | None
    error: str
    answer: str


class WebhookDeliveryAnswer(Struct, frozen=True, kw_only=True):
    """One event for one endpoint. ``event`` is null for a test; ``occurrence`` above 1 is a replay."""

    id: uuid.UUID
    webhook_id: str
    endpoint: uuid.UUID
    event: uuid.UUID | None
    type: str
    occurrence: int
    state: str
    reason: str
    next_attempt_at: dt.datetime | None
    planned_at: dt.datetime
    finished_at: dt.datetime | None
    attempts: list[AttemptAnswer]


class ReplayAnswer(Struct, frozen=True, kw_only=True):
    """``matching`` events lie in the range: ``planned`` are sent again, ``waiting`` were to be sent anyway."""

    matching: int
    planned: int
    waiting: int


def endpoint_answer(endpoint: WebhookEndpoint) -> EndpointAnswer:
    """Return an endpoint as the API shows it."""
    return EndpointAnswer(**_fields_of(endpoint))


def endpoint_secret_answer(endpoint: WebhookEndpoint, secret: str) -> EndpointSecretAnswer:
    """Return an endpoint with the secret it just got."""
    return EndpointSecretAnswer(**_fields_of(endpoint), secret=secret)


def delivery_answer(delivery: WebhookDelivery) -> WebhookDeliveryAnswer:
    """Return a delivery (with its attempts prefetched) as the API shows it."""
    return WebhookDeliveryAnswer(
        id=delivery.id,
        webhook_id=delivery.webhook_id,
        endpoint=delivery.endpoint_id,
        event=delivery.event_id,
        type=delivery.event_type,
        occurrence=delivery.occurrence,
        state=delivery.state,
        reason=delivery.reason,
        next_attempt_at=None if delivery.finished_at else delivery.next_attempt_at,
        planned_at=delivery.planned_at,
        finished_at=delivery.finished_at,
        attempts=[_attempt(attempt) for attempt in delivery.tries.all()],
    )


def _attempt(attempt: WebhookAttempt) -> AttemptAnswer:
    return AttemptAnswer(
        number=attempt.number,
        started_at=attempt.started_at,
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        error=attempt.error,
        answer=attempt.answer,
    )


def _fields_of(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in EndpointAnswer.__struct_fields__}
