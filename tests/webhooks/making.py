"""Endpoints, events and a look at the rows, for the tests of webhooks. Everything needs the merchant's scope."""

import json
import uuid
from typing import Any

from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from postpurchase.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from postpurchase.webhooks.services.endpoints import create_endpoint
from tests.conftest import NOW


def make_endpoint(merchant: Merchant, url: str, *events: str, now=NOW, **fields: Any) -> tuple[WebhookEndpoint, str]:
    """An endpoint that wants ``events`` (all, if none are named), and its secret."""
    return create_endpoint(merchant=merchant, url=url, events=events or ["*"], now=now, **fields)


def record(
    merchant: Merchant, type: str = "order.placed", subject: uuid.UUID | None = None, *, now=NOW, **data
) -> Event:
    """An event about an order, which need not exist."""
    subject_id = subject or uuid.uuid4()
    return record_event(merchant_id=merchant.id, type=type, subject=Subject.order(subject_id), data=data, now=now)


def states(endpoint: WebhookEndpoint) -> list[tuple[str, int, str, int, str]]:
    """What was planned, in order: type, occurrence, state, attempts, reason."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("planned_at", "sequence", "occurrence", "id")
    return list(rows.values_list("event_type", "occurrence", "state", "attempts", "reason"))


def attempts(endpoint: WebhookEndpoint) -> list[tuple[int, int | None, str, str]]:
    """What was tried, in order: number, status, error, answer."""
    rows = WebhookAttempt.objects.filter(delivery__endpoint=endpoint).order_by("started_at", "id")
    return list(rows.values_list("number", "status", "error", "answer"))


def read(request: bytes) -> tuple[dict[str, str], bytes, dict[str, Any]]:
    """Take a raw request apart: headers (names in small letters), body, and the body as JSON."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return headers, body, json.loads(body)
