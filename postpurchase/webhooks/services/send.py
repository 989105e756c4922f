"""Telling endpoints, each event at least once and always under the same webhook id.

    claim ──commit──▶ write the body ──▶ POST ──▶ settle ──commit──▶ next
    (scope)              (scope)     (no transaction)  (scope)

A claim holds the endpoint's row, so that never more than two deliveries of an endpoint are under way, however many
workers there are. An event waits for earlier ones of its subject while those are in their first attempts; after that
news of later things goes first, and the number in the body tells the receiver which came later.
"""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db.models import Exists, Min, OuterRef

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib import clock, http
from postpurchase.lib.standard_webhooks import live_secrets, signed_headers
from postpurchase.webhooks.models import OPEN_STATES, WebhookDelivery, WebhookEndpoint, WebhookState
from postpurchase.webhooks.payload import body_of
from postpurchase.webhooks.schedule import PATIENT_ATTEMPTS, read_retry_after
from postpurchase.webhooks.services.hold import held_endpoint
from postpurchase.webhooks.services.settle import LEASE, Claim, Outcome, settle

log = structlog.get_logger(__name__)

BATCH = 50
# A batch of a slow endpoint ends after this time, so that others get their turn.
BATCH_SECONDS = 20.0
AT_ONCE = 2
# How many due deliveries are looked at in turn for one that may go.
LOOK_AHEAD = (50, 500, 5_000, 50_000)
USER_AGENT = "postpurchase-webhooks/1"
SHOWN_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that is sent, written before any connection is made."""

    url: str
    headers: dict[str, str]
    body: bytes


def send_batch(
    *,
    merchant_id: uuid.UUID,
    endpoint_id: uuid.UUID,
    limit: int = BATCH,
    seconds: float = BATCH_SECONDS,
    now: Callable[[], dt.datetime] = clock.now,
) -> bool:
    """Send what is due for an endpoint, for a while; return whether there may be more.

    Must not be called inside a transaction. Any number of workers may do this at once.
    """
    deadline = time.monotonic() + seconds
    for _ in range(limit):
        if time.monotonic() > deadline:
            return True
        claim = claim_next(merchant_id=merchant_id, endpoint_id=endpoint_id, now=now())
        if claim is None:
            return False
        outcome = _send(merchant_id, claim, now)
        settle(merchant_id=merchant_id, claim=claim, outcome=outcome, now=now())
    return True


def endpoints_with_due_deliveries(*, now: dt.datetime) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return merchant → endpoints that have something to send now: none while sending is paused.

    Looks across merchants.
    """
    if settings.SENDING_PAUSED:
        return {}
    with all_merchants("find webhooks that are due"):
        due = WebhookDelivery.objects.filter(
            endpoint=OuterRef("pk"), state=WebhookState.PENDING, next_attempt_at__lte=now
        )
        rows = (
            WebhookEndpoint.objects.filter(Exists(due), active=True, merchant__sending_paused=False)
            .exclude(resting_until__gt=now)
            .order_by("merchant_id", "id")
            .values_list("merchant_id", "id")
        )
        found: dict[uuid.UUID, list[uuid.UUID]] = {}
        for merchant_id, endpoint_id in rows:
            found.setdefault(merchant_id, []).append(endpoint_id)
    return found


def claim_next(*, merchant_id: uuid.UUID, endpoint_id: uuid.UUID, now: dt.datetime) -> Claim | None:
    """Take the endpoint's next due delivery in hand, attempt counted and committed. None: nothing may be sent now."""
    with merchant_scope(merchant_id):
        endpoint = held_endpoint(endpoint_id).filter(active=True, merchant__sending_paused=False).first()
        if endpoint is None or settings.SENDING_PAUSED or (endpoint.resting_until and endpoint.resting_until > now):
            return None
        if WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookState.SENDING).count() >= AT_ONCE:
            return None
        delivery = _next_due(endpoint, now)
        if delivery is None:
            return None
        attempt = delivery.attempts + 1
        WebhookDelivery.objects.filter(pk=delivery.pk).update(
            state=WebhookState.SENDING, attempts=attempt, lease_until=now + LEASE, reason=""
        )
        return Claim(delivery_id=delivery.id, endpoint_id=endpoint.id, attempt=attempt, started_at=now)


def _next_due(endpoint: WebhookEndpoint, now: dt.datetime) -> WebhookDelivery | None:
    """Return the longest due delivery that no earlier one of its subject holds back.

    In two plain questions for some rows at a time: one that compares all that waits with all that waits is answered in
    square time while statistics lag behind.
    """
    due = WebhookDelivery.objects.filter(
        endpoint=endpoint, state=WebhookState.PENDING, next_attempt_at__lte=now
    ).order_by("next_attempt_at", "sequence", "id")
    start = 0
    for size in LOOK_AHEAD:
        candidates = list(due[start : start + size])
        first = _first_open(endpoint, {row.subject_id for row in candidates if row.subject_id})
        for delivery in candidates:
            if first.get(delivery.subject_id, delivery.sequence) >= delivery.sequence:
                return delivery
        if len(candidates) < size:
            return None
        start += size
    return None


def _first_open(endpoint: WebhookEndpoint, subject_ids: Collection[uuid.UUID]) -> dict[uuid.UUID | None, int]:
    """Return, by subject, the number of the first event that others still wait for."""
    waited_for = WebhookDelivery.objects.filter(
        endpoint=endpoint, subject_id__in=subject_ids, state__in=OPEN_STATES, attempts__lt=PATIENT_ATTEMPTS
    )
    return dict(waited_for.order_by().values_list("subject_id").annotate(Min("sequence")))


def _send(merchant_id: uuid.UUID, claim: Claim, now: Callable[[], dt.datetime]) -> Outcome:
    """Write the body, send it, and say what came of it. A body that cannot be written is a failure like any other."""
    began = time.monotonic()
    try:
        request = _write(merchant_id, claim, now())
    except Exception as error:
        log.exception("webhooks.body_failed", delivery=str(claim.delivery_id))
        return Outcome(error=f"error_{type(error).__name__}"[:60], duration_ms=_since(began))
    if request is None:
        return Outcome(error="endpoint_deleted", duration_ms=_since(began))
    try:
        answer = http.request(
            "POST",
            request.url,
            headers=request.headers,
            body=request.body,
            allow=settings.EGRESS_ALLOW,
            most_bytes=SHOWN_BYTES,
            whole_answer=False,
        )
    except http.EgressError as error:
        return Outcome(error=error.reason, duration_ms=_since(began))
    return _read(answer, duration_ms=_since(began), now=now())


def _write(merchant_id: uuid.UUID, claim: Claim, now: dt.datetime) -> Request | None:
    with merchant_scope(merchant_id):
        delivery = WebhookDelivery.objects.select_related("endpoint", "event").filter(pk=claim.delivery_id).first()
        if delivery is None:
            return None
        body = body_of(delivery, now=now)
        headers = signed_headers(
            webhook_id=delivery.webhook_id, body=body, secrets=live_secrets(delivery.endpoint, now), now=now
        )
        headers |= {"Content-Type": "application/json", "User-Agent": USER_AGENT}
        return Request(url=delivery.endpoint.url, headers=headers, body=body.encode())


def _read(answer: http.Answer, *, duration_ms: int, now: dt.datetime) -> Outcome:
    retry_after = None
    if answer.status in (429, 503):
        retry_after = read_retry_after(answer.headers.get("retry-after", ""), now=now)
    return Outcome(
        status=answer.status,
        error="" if 200 <= answer.status < 300 else f"status_{answer.status}",
        # NUL cannot be stored as text.
        answer=answer.body.decode("utf-8", errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"),
        duration_ms=duration_ms,
        retry_after=retry_after,
    )


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
