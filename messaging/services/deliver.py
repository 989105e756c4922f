"""Handing messages over, each at most once.

    claim ──commit──▶ hand over ──▶ record ──commit──▶ next
    (scope)          (no transaction)    (scope)

A claim takes one due message, asks journey and permission gate again, renders, and puts the row into ``sending`` with
a lease, a number and an attempt, all committed before the provider hears of it. One at a time, so that a worker that
dies leaves one message whose fate nobody knows, not a whole batch; the connection is kept for the batch.

Whoever finds a row in ``sending`` keeps away from it. If its worker never comes back, ``sweep_stuck`` calls it
``unknown``, and nothing unknown is ever sent again. Every later change asks for the attempt's number (a fence): a
worker that was given up and then does come back corrects ``unknown`` with what really happened, and nobody else's
work. That is also why the lease may go by each worker's own clock: a wrong one costs a correction, not a second mail.
"""

import datetime as dt
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db.models import Count

from messaging.channels.base import Channel, Connection, Envelope, Outcome
from messaging.channels.registry import channel_for
from messaging.enums import WAITING_STATES, AttemptOutcome, MessageState, Purpose
from messaging.models import DeliveryAttempt, Message, MessageContent
from messaging.providers.registry import mail_provider_headers
from messaging.services.addresses import suppress
from messaging.services.advance import reason_not_wanted, take_back
from messaging.services.gate import Ruling, Verdict, judge
from messaging.services.plan import STATE_OF_RULING, note_decision, tell
from messaging.services.render import RenderedMessage, RenderError, render_message
from postpurchase.accounts.models import Merchant, PageKind
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib import clock

log = structlog.get_logger(__name__)

BATCH = 50
MOST_ATTEMPTS = 8
FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=6)
# When nothing gets through, each message comes round often enough to leave soon after the way is open again.
LONGEST_WAIT_WHEN_DOWN = dt.timedelta(minutes=5)
# Longer than all waits of one SMTP dialogue together (``channels/email.py``).
LEASE_TIMES = 20

Channels = Callable[[str], Channel | None]


@dataclass(frozen=True, slots=True)
class Claim:
    """A message in hand: everything a channel needs, and the number that fences what is written afterwards."""

    message_id: uuid.UUID
    attempt: int
    channel: str
    provider: str
    envelope: Envelope
    expires_at: dt.datetime
    started_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """A message was looked at and is not to be sent (now)."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a batch did. ``exhausted``: nothing more was due."""

    handed_over: int
    passed: int
    exhausted: bool


def deliver_batch(
    *,
    merchant_id: uuid.UUID,
    limit: int = BATCH,
    channels: Channels = channel_for,
    now: Callable[[], dt.datetime] = clock.now,
) -> Report:
    """Hand over up to ``limit`` due messages of a merchant, oldest first. Must not be called inside a transaction.

    Any number of workers may do this at once. A message that cannot be dealt with (a defect) is set back and stops no
    other; a channel that is down ends the batch.
    """
    handed_over = passed = 0
    open_connections: dict[str, Connection] = {}
    try:
        for _ in range(limit):
            step = _next(merchant_id, channels, now())
            if step is None:
                return Report(handed_over, passed, exhausted=True)
            if isinstance(step, Passed):
                passed += 1
                continue
            outcome = _hand_over(step, open_connections, channels)
            _record(merchant_id, step, outcome, now())
            handed_over += 1
            if outcome.channel_down:
                return Report(handed_over, passed, exhausted=True)
    finally:
        for connection in open_connections.values():
            connection.close()
    return Report(handed_over, passed, exhausted=False)


def merchants_with_due_messages(*, now: dt.datetime) -> dict[uuid.UUID, int]:
    """Return merchant → number of messages that are due. Looks across merchants."""
    with all_merchants("find messages that are due"):
        due = (
            Message.objects.filter(state__in=WAITING_STATES, due_at__lte=now)
            .values("merchant_id")
            .annotate(count=Count("id"))
            .order_by("merchant_id")
        )
        return {row["merchant_id"]: row["count"] for row in due}


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


# --- claim -----------------------------------------------------------------------------------------------------------


def _next(merchant_id: uuid.UUID, channels: Channels, now: dt.datetime) -> Claim | Passed | None:
    """Take the next due message in hand. None where there is none that another worker does not hold."""
    candidate: Message | None = None
    try:
        with merchant_scope(merchant_id):
            candidate = (
                Message.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("run__journey", "run__version", "run__order", "run__customer", "store")
                .filter(state__in=WAITING_STATES, due_at__lte=now)
                .order_by("due_at", "id")
                .first()
            )
            return None if candidate is None else _claim(candidate, channels, now)
    except Exception as error:
        if candidate is None:
            raise
        log.exception("messaging.claim_failed", message=str(candidate.id))
        _set_back(merchant_id, candidate, type(error).__name__, now)
        return Passed()


def _claim(message: Message, channels: Channels, now: dt.datetime) -> Claim | Passed:
    """Ask journey and gate again, render, and mark the row as in hand. The caller holds it."""
    merchant = Merchant.objects.get()
    unwanted = reason_not_wanted(merchant=merchant, message=message, now=now)
    if unwanted is not None:
        take_back(message=message, reason=unwanted, now=now)
        return Passed()
    verdict = judge(message=message, merchant=merchant, now=now)
    if not verdict.allowed:
        _hold_or_end(message, verdict, now)
        return Passed()
    channel = channels(message.channel)
    if channel is None:
        _hold_or_end(message, Verdict(Ruling.SUPPRESSED, "no_channel"), now)
        return Passed()
    try:
        rendered = render_message(message=message, now=now)
    except RenderError as error:
        _end(message, MessageState.FAILED, f"render_{error.reason}"[:60], now)
        tell(message=message, type="message.failed", now=now)
        return Passed()
    return _take_in_hand(message, channel, rendered, now)


def _take_in_hand(message: Message, channel: Channel, rendered: RenderedMessage, now: dt.datetime) -> Claim:
    attempt = message.attempt + 1
    taken = Message.objects.filter(pk=message.pk, state=message.state, attempt=message.attempt).update(
        state=MessageState.SENDING, reason="", attempt=attempt, lease_until=now + lease(), state_at=now
    )
    if taken != 1:
        raise RuntimeError("a message that is locked was changed by somebody else")
    MessageContent.objects.update_or_create(
        merchant_id=message.merchant_id,
        message=message,
        defaults={"subject": rendered.subject, "html": rendered.html, "text": rendered.text, "rendered_at": now},
    )
    DeliveryAttempt.objects.create(
        merchant_id=message.merchant_id,
        message=message,
        number=attempt,
        provider=channel.provider,
        started_at=now,
    )
    return Claim(
        message_id=message.id,
        attempt=attempt,
        channel=message.channel,
        provider=channel.provider,
        envelope=_envelope(message, rendered, now),
        expires_at=message.expires_at,
        started_at=now,
    )


def _envelope(message: Message, rendered: RenderedMessage, now: dt.datetime) -> Envelope:
    store = message.store
    unsubscribe_url = ""
    if message.message_class != Purpose.SERVICE:
        unsubscribe_url = page_url(
            merchant_id=message.merchant_id,
            kind=PageKind.PREFERENCES,
            subject_id=message.customer_id,
            now=now,
        )
    return Envelope(
        message_id=message.id,
        recipient=message.recipient,
        text=rendered.text,
        sent_at=now,
        subject=rendered.subject,
        html=rendered.html,
        sender_name=store.sender_name,
        sender_address=store.sender_email,
        reply_to=store.reply_to,
        unsubscribe_url=unsubscribe_url,
        language=message.language,
        provider_headers=mail_provider_headers(message.id),
    )


def _hold_or_end(message: Message, verdict: Verdict, now: dt.datetime) -> None:
    """Carry out a verdict that is not "allowed"."""
    state = STATE_OF_RULING[verdict.ruling]
    news = message.state != state or message.reason != verdict.reason
    if verdict.until is not None:
        message.due_at = verdict.until
    _end(message, state, verdict.reason, now)
    if not news:
        return  # still held for the same reason: once is enough for the log
    note_decision(message=message, verdict=verdict, now=now)
    if state == MessageState.SUPPRESSED:
        tell(message=message, type="message.suppressed", now=now)


def _end(message: Message, state: MessageState, reason: str, now: dt.datetime) -> None:
    message.state, message.reason, message.state_at = state, reason, now
    message.save(update_fields=["state", "reason", "state_at", "due_at"])


def _set_back(merchant_id: uuid.UUID, message: Message, error: str, now: dt.datetime) -> None:
    """A message that a defect keeps from being claimed waits like one that failed, and fails after as many times."""
    attempt = message.attempt + 1
    with merchant_scope(merchant_id):
        row = Message.objects.filter(pk=message.pk, attempt=message.attempt, state__in=WAITING_STATES)
        if attempt >= MOST_ATTEMPTS:
            row.update(state=MessageState.FAILED, reason=f"error_{error}"[:60], attempt=attempt, state_at=now)
        else:
            wait = wait_before_attempt(attempt, channel_down=False, fraction=_fraction())
            row.update(due_at=now + wait, reason=f"error_{error}"[:60], attempt=attempt)


# --- hand over -------------------------------------------------------------------------------------------------------


def _hand_over(claim: Claim, open_connections: dict[str, Connection], channels: Channels) -> Outcome:
    """Give one envelope to its channel. An adapter that raises has a defect, and nobody knows how far it came."""
    try:
        connection = open_connections.get(claim.channel)
        if connection is None:
            channel = channels(claim.channel)
            if channel is None:
                return Outcome(AttemptOutcome.TEMPORARY, "no_channel", channel_down=True)
            connection = open_connections[claim.channel] = channel.open()
        return connection.send(claim.envelope)
    except Exception as error:
        log.exception("messaging.channel_failed", message=str(claim.message_id), channel=claim.channel)
        return Outcome(AttemptOutcome.UNKNOWN, "channel_error", type(error).__name__)


# --- record ----------------------------------------------------------------------------------------------------------


def _record(merchant_id: uuid.UUID, claim: Claim, outcome: Outcome, now: dt.datetime) -> None:
    """Write down what became of a hand-over, if it is still ours to say."""
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
        if outcome.suppress is not None:
            suppress(
                merchant_id=merchant_id,
                channel=claim.channel,
                address=claim.envelope.recipient,
                reason=outcome.suppress,
                now=now,
            )
        if event:
            tell(message=message, type=event, now=now)


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
        message.attempt, channel_down=outcome.channel_down, fraction=_fraction()
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


def _fraction() -> float:
    return random.random()  # noqa: S311 - spreads load, protects nothing


def _without(detail: str, recipient: str) -> str:
    return detail.replace(recipient, "<recipient>") if recipient else detail
