"""What becomes of a message after it was handed over: accepted, tried again, given up, or unknown.

A hand-over that ended before the content left is certainly not sent and is tried again, longer apart each time. What
nobody knows is ``unknown`` and stays that; so does a message whose worker never came back. Every write names the
attempt it belongs to (a fence), so a worker that was given up and then does come back corrects ``unknown`` with what
really happened, and touches nobody else's work. That is also why the lease may go by each worker's own clock: a wrong
one costs a correction, never a second mail.
"""

import datetime as dt
import random
import uuid
from dataclasses import dataclass

import structlog
from django.conf import settings

from messaging.channels.base import Envelope, Outcome
from messaging.enums import AttemptOutcome, Channel, MessageState, SuppressionReason
from messaging.models import DeliveryAttempt, Message
from messaging.services.addresses import suppress
from messaging.services.bundle import tell_apart
from messaging.services.gate import Ruling, Verdict
from messaging.services.plan import note_decision, tell
from messaging.services.stop_and_start import hear_stop
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 8
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=6)
# When nothing gets through, each message comes round often enough to leave soon after the way is open again.
LONGEST_WAIT_WHEN_DOWN = dt.timedelta(minutes=5)
# Longer than all waits of one SMTP dialogue together (``channels/email.py``).
LEASE_TIMES = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """A message in hand: everything a channel needs, and the number that fences what is written afterwards."""

    message_id: uuid.UUID
    attempt: int
    channel: str
    envelope: Envelope
    started_at: dt.datetime


def settle(*, merchant_id: uuid.UUID, claim: Claim, outcome: Outcome, now: dt.datetime) -> None:
    """Write down what became of a hand-over, if it is still ours to say. Opens the merchant's scope."""
    with merchant_scope(merchant_id):
        message = (
            Message.objects.select_for_update(of=("self",))
            .filter(
                pk=claim.message_id,
                attempt=claim.attempt,
                state__in=[MessageState.SENDING, MessageState.UNKNOWN],
            )
            .first()
        )
        if message is None:
            log.error("messaging.fenced_off", message=str(claim.message_id), attempt=claim.attempt)
            return
        DeliveryAttempt.objects.filter(message=message, number=claim.attempt).update(
            outcome=outcome.outcome,
            response_code=outcome.code[:40],
            detail=_without(outcome.detail, claim.envelope.recipient)[:500],
            finished_at=now,
            duration_ms=max(0, round((now - claim.started_at).total_seconds() * 1000)),
        )
        message.lease_until = None
        message.state_at = now
        event = _apply(message, outcome, now)
        message.save(update_fields=["state", "reason", "due_at", "state_at", "lease_until", "provider_message_id"])
        if message.state not in (MessageState.ACCEPTED, MessageState.UNKNOWN):
            _tell_apart(message, now)
        if outcome.suppress == SuppressionReason.OPTED_OUT:
            hear_stop(
                merchant=Merchant.objects.get(),
                channel=Channel(claim.channel),
                phone=claim.envelope.recipient,
                now=now,
            )
        elif outcome.suppress is not None:
            suppress(
                merchant_id=merchant_id,
                channel=claim.channel,
                address=claim.envelope.recipient,
                reason=outcome.suppress,
                now=now,
            )
        if event:
            tell(message=message, type=event, now=now)


def _tell_apart(message: Message, now: dt.datetime) -> None:
    """What was to be told in a message that was certainly not sent is a message of its own again."""
    for other in tell_apart(message=message, now=now):
        note_decision(message=other, verdict=Verdict(Ruling.HELD, "told_apart"), now=now)


def sweep_stuck(*, now: dt.datetime, limit: int = 500) -> int:
    """Call messages ``unknown`` whose worker has not come back within the lease; returns how many.

    Looks across merchants. None of them is sent again.
    """
    with all_merchants("find messages whose worker is gone"):
        stuck = list(
            Message.objects.filter(state=MessageState.SENDING, lease_until__lt=now)
            .order_by("lease_until")
            .values_list("merchant_id", "id", "attempt")[:limit]
        )
    return sum(_give_up(merchant_id, message_id, attempt, now) for merchant_id, message_id, attempt in stuck)


def wait_before_attempt(attempt: int, *, channel_down: bool, fraction: float) -> dt.timedelta:
    """Return how long to wait after ``attempt`` failures: a ``fraction`` (0 to 1) of 30 s, 60 s, 120 s … 6 h.

    The caller draws the fraction at random ("full jitter"), so that what failed together does not come back together.
    """
    longest = LONGEST_WAIT_WHEN_DOWN if channel_down else LONGEST_WAIT
    doubled: dt.timedelta = FIRST_WAIT * 2 ** min(attempt - 1, 20)
    return min(longest, doubled) * fraction


def lease() -> dt.timedelta:
    """Return how long a worker may have a message in hand."""
    return dt.timedelta(seconds=LEASE_TIMES * settings.SMTP_TIMEOUT_SECONDS)


def _apply(message: Message, outcome: Outcome, now: dt.datetime) -> str:
    """Give the message the state that follows; return the event to record, empty for none."""
    match outcome.outcome:
        case AttemptOutcome.ACCEPTED:
            message.state, message.reason = MessageState.ACCEPTED, ""
            message.provider_message_id = outcome.provider_message_id[:320]
            return "message.accepted"
        case AttemptOutcome.PERMANENT:
            message.state, message.reason = MessageState.FAILED, f"refused_{outcome.code}"[:60]
            return "message.failed"
        case AttemptOutcome.UNKNOWN:
            message.state, message.reason = MessageState.UNKNOWN, outcome.code[:60]
            return "message.unknown"
        case _:
            return _try_again_or_give_up(message, outcome, now)


def _try_again_or_give_up(message: Message, outcome: Outcome, now: dt.datetime) -> str:
    """It was certainly not sent. A channel that is down is not the message's failure: only its hour limits it."""
    wait = outcome.retry_after or wait_before_attempt(
        message.attempt, channel_down=outcome.channel_down, fraction=random_fraction()
    )
    if message.attempt >= MOST_ATTEMPTS and not outcome.channel_down:
        message.state, message.reason = MessageState.FAILED, f"gave_up_{outcome.code}"[:60]
        return "message.failed"
    if now + wait >= message.expires_at:
        message.state, message.reason = MessageState.EXPIRED, f"not_sent_{outcome.code}"[:60]
        return "message.failed"
    message.state, message.reason, message.due_at = MessageState.READY, f"retry_{outcome.code}"[:60], now + wait
    return ""


def _give_up(merchant_id: uuid.UUID, message_id: uuid.UUID, attempt: int, now: dt.datetime) -> int:
    with merchant_scope(merchant_id):
        changed = Message.objects.filter(
            pk=message_id, attempt=attempt, state=MessageState.SENDING, lease_until__lt=now
        ).update(state=MessageState.UNKNOWN, reason="worker_lost", lease_until=None, state_at=now)
        if changed:
            DeliveryAttempt.objects.filter(message_id=message_id, number=attempt).update(
                outcome=AttemptOutcome.UNKNOWN, detail="the worker did not come back", finished_at=now
            )
            tell(message=Message.objects.get(pk=message_id), type="message.unknown", now=now)
    return changed


def random_fraction() -> float:
    """Return a number between 0 and 1 by which a wait is shortened."""
    return random.random()  # noqa: S311 - spreads load, protects nothing


def _without(detail: str, recipient: str) -> str:
    return detail.replace(recipient, "<recipient>") if recipient else detail
