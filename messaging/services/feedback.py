"""What providers report after they took a message (step 8 of the pipeline).

Stored once however often it is sent, applied in the same transaction: a message that arrived or bounced says so, an
address that does not exist or complained is not written to again, and who said STOP or START is heard. Reports also
settle messages whose hand-over nobody could vouch for (``unknown``).
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence

from messaging.enums import Channel, FeedbackKind, MessageState, SuppressionReason
from messaging.models import DeliveryEvent, Message, ProviderConnection
from messaging.providers.base import Feedback
from messaging.services.addresses import normalise, suppress
from messaging.services.permissions import withdraw
from messaging.services.stop_and_start import hear_start, hear_stop
from orders.models import Customer
from orders.selectors import current_customer
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib import crypto

# A report → the state it gives and the states it may change. "Arrived" is no news of a message that bounced later.
STATES = {
    FeedbackKind.DELIVERED: (MessageState.DELIVERED, (MessageState.ACCEPTED, MessageState.UNKNOWN)),
    FeedbackKind.BOUNCED: (
        MessageState.BOUNCED,
        (MessageState.ACCEPTED, MessageState.UNKNOWN, MessageState.DELIVERED),
    ),
    FeedbackKind.FAILED: (MessageState.FAILED, (MessageState.ACCEPTED, MessageState.UNKNOWN)),
    FeedbackKind.COMPLAINED: (
        MessageState.COMPLAINED,
        (MessageState.ACCEPTED, MessageState.UNKNOWN, MessageState.DELIVERED),
    ),
}
SUPPRESSES = {
    FeedbackKind.BOUNCED: SuppressionReason.HARD_BOUNCE,
    FeedbackKind.COMPLAINED: SuppressionReason.COMPLAINT,
}


def connect_provider(*, merchant: Merchant, provider: str, secret: str, now: dt.datetime) -> ProviderConnection:
    """Let a provider report to this merchant, proved by ``secret``; a new secret replaces the old. Needs the scope."""
    connection, _ = ProviderConnection.objects.update_or_create(
        merchant=merchant,
        provider=provider,
        defaults={"secret_sealed": crypto.seal(secret), "active": True},
        create_defaults={"secret_sealed": crypto.seal(secret), "created_at": now},
    )
    return connection


def secret_of(*, provider: str) -> str | None:
    """Return the secret of the merchant's active connection, None where there is none. Needs the merchant's scope."""
    connection = ProviderConnection.objects.filter(provider=provider, active=True).first()
    return crypto.unseal(connection.secret_sealed) if connection else None


def record_feedback(*, merchant: Merchant, provider: str, reports: Sequence[Feedback], now: dt.datetime) -> int:
    """Store and apply what a provider reports; returns how much of it was news. Needs the merchant's scope."""
    return sum(_record(merchant, provider, report, now) for report in reports)


def _record(merchant: Merchant, provider: str, report: Feedback, now: dt.datetime) -> bool:
    message = _message_of(report)
    event = DeliveryEvent(
        merchant=merchant,
        message=message,
        provider=provider,
        channel=report.channel,
        kind=report.kind,
        identity=hashlib.sha256(report.event_id.encode()).digest(),
        code=report.code[:60],
        occurred_at=report.occurred_at or now,
        recorded_at=now,
    )
    DeliveryEvent.objects.bulk_create([event], ignore_conflicts=True)
    if not DeliveryEvent.objects.filter(pk=event.pk).exists():
        return False
    if message is not None:
        _apply_to_message(message, report, now)
    _apply_to_address(merchant, report, now)
    return True


def _message_of(report: Feedback) -> Message | None:
    """By our reference, else by the provider's id, else by our id at the front of the mail's Message-ID."""
    for text in (report.reference, report.provider_id.partition("@")[0]):
        try:
            message = Message.objects.filter(pk=uuid.UUID(text)).first()
        except ValueError:
            continue
        if message is not None:
            return message
    if not report.provider_id:
        return None
    return Message.objects.filter(channel=report.channel, provider_message_id=report.provider_id).first()


def _apply_to_message(message: Message, report: Feedback, now: dt.datetime) -> None:
    if report.kind not in STATES:
        return
    state, may_change = STATES[report.kind]
    reason = {MessageState.DELIVERED: "", MessageState.FAILED: f"refused_{report.code}"}.get(state, report.code)
    changed = Message.objects.filter(pk=message.pk, state__in=may_change).update(
        state=state, reason=reason[:60], state_at=now
    )
    if changed:
        subject = Subject.order(message.order_id) if message.order_id else Subject.customer(message.customer_id)
        data = {
            "message_id": message.id,
            "journey": message.journey_key,
            "step": message.step_key,
            "channel": message.channel,
            "reason": report.code,
        }
        record_events(merchant_id=message.merchant_id, events=[NewEvent(f"message.{state}", subject, data)], now=now)


def _apply_to_address(merchant: Merchant, report: Feedback, now: dt.datetime) -> None:
    if not report.address:
        return
    channel, address = report.channel, normalise(report.address, report.channel)
    if reason := SUPPRESSES.get(report.kind):
        suppress(merchant_id=merchant.id, channel=channel, address=address, reason=reason, now=now)
    match report.kind:
        case FeedbackKind.OPTED_OUT if channel != Channel.EMAIL:
            hear_stop(merchant=merchant, channel=channel, phone=address, now=now)
        case FeedbackKind.OPTED_IN if channel != Channel.EMAIL:
            hear_start(merchant=merchant, channel=channel, phone=address, now=now)
        case FeedbackKind.OPTED_OUT | FeedbackKind.COMPLAINED:
            _unsubscribe(merchant, channel, address, f"provider_{report.kind}", now)


def _unsubscribe(merchant: Merchant, channel: Channel, address: str, source: str, now: dt.datetime) -> None:
    """End surveys and offers for everybody with an e-mail address."""
    people = Customer.objects.filter(email=address)
    for customer in {one.pk: one for person in people for one in (person, current_customer(person))}.values():
        withdraw(merchant=merchant, customer=customer, channel=channel, purpose=None, source=source, now=now)
