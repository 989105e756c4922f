"""What becomes of a delivery after an attempt, and of an endpoint after a failure.

Every write names the attempt it belongs to (a fence): a worker that was given up and then does come back changes
nothing. What a lost worker had in hand is sent again under the same webhook id; the receiver knows it by that.
"""

import datetime as dt
import random
import uuid
from dataclasses import dataclass

import structlog

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.webhooks.models import (
    DisabledReason,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookState,
)
from postpurchase.webhooks.payload import TEST_TYPE
from postpurchase.webhooks.schedule import MOST_ATTEMPTS, is_dead, rest_after, wait_before_next
from postpurchase.webhooks.services.endpoints import switch_off
from postpurchase.webhooks.services.hold import held_endpoint

log = structlog.get_logger(__name__)

# Well above the 15 seconds that a request may take.
LEASE = dt.timedelta(seconds=60)
WORKER_LOST = "worker_lost"
GONE = 410


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery in hand, and the number that fences what is written afterwards."""

    delivery_id: uuid.UUID
    endpoint_id: uuid.UUID
    attempt: int
    started_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. ``error`` is a code, empty for success; ``status`` is None where no answer came."""

    error: str
    status: int | None = None
    answer: str = ""
    duration_ms: int | None = None
    retry_after: dt.timedelta | None = None


def settle(*, merchant_id: uuid.UUID, claim: Claim, outcome: Outcome, now: dt.datetime) -> None:
    """Write down what came of an attempt, if it is still ours to say. Opens the merchant's scope."""
    with merchant_scope(merchant_id):
        endpoint = held_endpoint(claim.endpoint_id).first()
        delivery = (
            WebhookDelivery.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk=claim.delivery_id, attempts=claim.attempt, state=WebhookState.SENDING)
            .first()
        )
        if endpoint is None or delivery is None:
            log.warning("webhooks.fenced_off", delivery=str(claim.delivery_id), attempt=claim.attempt)
            return
        _note_attempt(delivery, claim.started_at, outcome)
        if not outcome.error:
            _finish(delivery, WebhookState.DELIVERED, "", now)
            _note_success(endpoint)
            return
        _try_again_or_give_up(delivery, endpoint, outcome, now)
        _note_failure(endpoint, outcome, now)


def sweep_stuck(*, now: dt.datetime, limit: int = 500) -> int:
    """Take back deliveries whose worker has not come back within the lease; returns how many. Looks across merchants.

    They are due again at once: the receiver may have got them, and knows the webhook id then.
    """
    with all_merchants("find webhooks whose worker is gone"):
        stuck = list(
            WebhookDelivery.objects.filter(state=WebhookState.SENDING, lease_until__lt=now)
            .order_by("lease_until")
            .values_list("merchant_id", "id", "attempts")[:limit]
        )
    for merchant_id, delivery_id, attempt in stuck:
        _take_back(merchant_id, delivery_id, attempt, now)
    return len(stuck)


def _take_back(merchant_id: uuid.UUID, delivery_id: uuid.UUID, attempt: int, now: dt.datetime) -> None:
    """Our own loss is no failure of the endpoint, but it is an attempt: a body that kills its worker must end."""
    with merchant_scope(merchant_id):
        delivery = (
            WebhookDelivery.objects.select_for_update(of=("self",), no_key=True)
            .select_related("endpoint")
            .filter(pk=delivery_id, attempts=attempt, state=WebhookState.SENDING, lease_until__lt=now)
            .first()
        )
        if delivery is None or delivery.lease_until is None:
            return
        _note_attempt(delivery, delivery.lease_until - LEASE, Outcome(error=WORKER_LOST))
        if not delivery.endpoint.active:
            _finish(delivery, WebhookState.DROPPED, f"endpoint_{delivery.endpoint.disabled_reason}", now)
        elif delivery.attempts >= MOST_ATTEMPTS:
            _finish(delivery, WebhookState.FAILED, WORKER_LOST, now)
        else:
            _wait(delivery, WORKER_LOST, now)


def _try_again_or_give_up(
    delivery: WebhookDelivery, endpoint: WebhookEndpoint, outcome: Outcome, now: dt.datetime
) -> None:
    most = 1 if delivery.event_type == TEST_TYPE else MOST_ATTEMPTS
    if not endpoint.active:
        _finish(delivery, WebhookState.DROPPED, f"endpoint_{endpoint.disabled_reason}", now)
    elif delivery.attempts >= most or outcome.status == GONE:
        _finish(delivery, WebhookState.FAILED, outcome.error, now)
    else:
        wait = wait_before_next(
            attempts=delivery.attempts,
            fraction=random.random(),  # noqa: S311 - spreads load, protects nothing
            retry_after=outcome.retry_after,
        )
        _wait(delivery, outcome.error, now + wait)


def _note_attempt(delivery: WebhookDelivery, started_at: dt.datetime, outcome: Outcome) -> None:
    WebhookAttempt.objects.create(
        merchant_id=delivery.merchant_id,
        delivery=delivery,
        number=delivery.attempts,
        started_at=started_at,
        duration_ms=outcome.duration_ms,
        status=outcome.status,
        error=outcome.error,
        answer=outcome.answer,
    )


def _finish(delivery: WebhookDelivery, state: WebhookState, reason: str, now: dt.datetime) -> None:
    delivery.state, delivery.reason, delivery.finished_at, delivery.lease_until = state, reason, now, None
    delivery.save(update_fields=["state", "reason", "finished_at", "lease_until"])


def _wait(delivery: WebhookDelivery, reason: str, until: dt.datetime) -> None:
    delivery.state, delivery.reason = WebhookState.PENDING, reason
    delivery.next_attempt_at, delivery.lease_until = until, None
    delivery.save(update_fields=["state", "reason", "next_attempt_at", "lease_until"])


def _note_success(endpoint: WebhookEndpoint) -> None:
    if endpoint.failing_since is None:
        return
    endpoint.failing_since, endpoint.failed_in_a_row, endpoint.resting_until = None, 0, None
    endpoint.save(update_fields=["failing_since", "failed_in_a_row", "resting_until"])


def _note_failure(endpoint: WebhookEndpoint, outcome: Outcome, now: dt.datetime) -> None:
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.failed_in_a_row += 1
    rest = rest_after(failed_in_a_row=endpoint.failed_in_a_row, retry_after=outcome.retry_after)
    if rest is not None:
        endpoint.resting_until = max(endpoint.resting_until or now, now + rest)
    endpoint.save(update_fields=["failing_since", "failed_in_a_row", "resting_until"])
    if not endpoint.active:
        return
    if outcome.status == GONE:
        switch_off(endpoint=endpoint, reason=DisabledReason.GONE, now=now)
    elif is_dead(failing_since=endpoint.failing_since, failed_in_a_row=endpoint.failed_in_a_row, now=now):
        switch_off(endpoint=endpoint, reason=DisabledReason.FAILING, now=now)
