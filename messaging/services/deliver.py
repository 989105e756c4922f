"""Handing messages over, each at most once.

    claim ──commit──▶ hand over ──▶ settle ──commit──▶ next
    (scope)        (no transaction)  (scope)

A claim takes one due message, asks journey and permission gate again, renders, and puts the row into ``sending`` with
a lease, a number and an attempt, all committed before the provider hears of it. One at a time, so that a worker that
dies leaves one message whose fate nobody knows, not a whole batch; the connection is kept for the batch.

Whoever finds a row in ``sending`` keeps away from it; ``services/settle.py`` says what becomes of it.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db.models import Count

from messaging.channels.base import Channel, Connection, Envelope, Outcome
from messaging.channels.registry import channel_for
from messaging.content.parts import NothingToSay
from messaging.enums import WAITING_STATES, AttemptOutcome, MessageState, Purpose
from messaging.models import DeliveryAttempt, Message, MessageContent
from messaging.providers.registry import mail_provider_headers
from messaging.services.advance import reason_not_wanted, take_back
from messaging.services.bundle import (
    TOLD_IN,
    TOLD_TOGETHER,
    companions,
    may_be_bundled,
    take_order_in_hand,
    tell_in,
)
from messaging.services.gate import Ruling, Verdict, judge
from messaging.services.plan import STATE_OF_RULING, follow_number, note_decision, tell
from messaging.services.render import RenderedMessage, RenderError, render_message
from messaging.services.settle import (
    MOST_ATTEMPTS,
    Claim,
    lease,
    random_fraction,
    settle,
    wait_before_attempt,
)
from postpurchase.accounts.models import Merchant, PageKind
from postpurchase.accounts.page_links import page_url
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib import clock

log = structlog.get_logger(__name__)

BATCH = 50
Channels = Callable[[str], Channel | None]


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
            settle(merchant_id=merchant_id, claim=step, outcome=outcome, now=now())
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


# --- claim -----------------------------------------------------------------------------------------------------------


def _next(merchant_id: uuid.UUID, channels: Channels, now: dt.datetime) -> Claim | Passed | None:
    """Take the next due message in hand. None where there is none that another worker does not hold."""
    candidate: Message | None = None
    try:
        with merchant_scope(merchant_id):
            candidate = (
                Message.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related(
                    "run__journey", "run__version", "run__order", "run__customer", "customer", "store", "order"
                )
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
    bundled = may_be_bundled(message)
    if bundled and not take_order_in_hand(message=message):
        return Passed()
    unwanted = reason_not_wanted(merchant=merchant, message=message, now=now)
    if unwanted is not None:
        take_back(message=message, reason=unwanted, now=now)
        return Passed()
    follow_number(message=message)
    verdict = judge(message=message, merchant=merchant, now=now)
    if not verdict.allowed:
        _hold_or_end(message, verdict, now)
        return Passed()
    channel = channels(message.channel)
    if channel is None:
        _hold_or_end(message, Verdict(Ruling.SUPPRESSED, "no_channel"), now)
        return Passed()
    others = _told_together(merchant, message, now) if bundled else []
    try:
        rendered = render_message(message=message, now=now, together=others)
    except NothingToSay as nothing:
        _hold_or_end(message, Verdict(Ruling.SUPPRESSED, nothing.reason), now)
        return Passed()
    except RenderError as error:
        _end(message, MessageState.FAILED, f"render_{error.reason}"[:60], now)
        tell(message=message, type="message.failed", now=now)
        return Passed()
    _tell_in(message, others, now)
    return _take_in_hand(message, channel, rendered, now)


def _told_together(merchant: Merchant, message: Message, now: dt.datetime) -> list[Message]:
    """What waits beside a message, says the same of other parcels, and may be sent now as well."""
    others = []
    for other in companions(message=message):
        unwanted = reason_not_wanted(merchant=merchant, message=other, now=now)
        if unwanted is not None:
            take_back(message=other, reason=unwanted, now=now)
            continue
        follow_number(message=other)
        same_reader = (other.recipient, other.language) == (message.recipient, message.language)
        if same_reader and judge(message=other, merchant=merchant, now=now).allowed:
            others.append(other)
    return others


def _tell_in(message: Message, others: list[Message], now: dt.datetime) -> None:
    tell_in(message=message, others=others, now=now)
    for other in others:
        verdict = Verdict(Ruling.SUPPRESSED, TOLD_TOGETHER)
        note_decision(message=other, verdict=verdict, now=now, facts={TOLD_IN: str(message.id)})
        tell(message=other, type="message.suppressed", now=now)


def _take_in_hand(message: Message, channel: Channel, rendered: RenderedMessage, now: dt.datetime) -> Claim:
    attempt = message.attempt + 1
    taken = Message.objects.filter(pk=message.pk, state=message.state, attempt=message.attempt).update(
        state=MessageState.SENDING, reason="", attempt=attempt, lease_until=now + lease(), state_at=now
    )
    if taken != 1:
        raise RuntimeError("a message that is locked was changed by somebody else")
    kept = rendered.to_keep()
    MessageContent.objects.update_or_create(
        merchant_id=message.merchant_id,
        message=message,
        defaults={"subject": kept.subject, "html": kept.html, "text": kept.text, "rendered_at": now},
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
        envelope=_envelope(message, rendered, now),
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
            store_id=message.store_id,
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
        approved=rendered.approved,
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
            wait = wait_before_attempt(attempt, channel_down=False, fraction=random_fraction())
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
