"""From a journey's step to a planned message, in the transaction of the step.

The row is the intent to send, once: its dedupe key is unique. What must not be sent is stored too, with the reason, so
that "why did she get nothing?" has an answer.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from messaging.enums import ASKED_FOR, Channel, DecisionOutcome, MessageState
from messaging.journeys.definition import Send, parse_duration
from messaging.models import JourneyDecision, JourneyRun, Message
from messaging.services.bundle import wait_for_others
from messaging.services.gate import Ruling, Verdict, judge
from messaging.services.permissions import agreed_phone
from orders.models import Customer, Order
from orders.selectors import store_of_customer
from postpurchase.accounts.models import Merchant, Store
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.doorbell import ring_after_commit

STATE_OF_RULING = {
    Ruling.ALLOWED: MessageState.READY,
    Ruling.HELD: MessageState.HELD,
    Ruling.SUPPRESSED: MessageState.SUPPRESSED,
    Ruling.EXPIRED: MessageState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a message is sent: the journey's key, the step, and to whom.

    ``subject_key`` and ``occurrence`` name the thing it is once for; ``context`` holds the ids and codes that
    rendering needs. ``recipient`` and ``channel`` are set where it goes to another address than the customer's own, or
    another way than the step says.
    """

    journey_key: str
    step: Send
    subject_key: str
    occurrence: str
    order: Order | None
    customer: Customer
    context: Mapping[str, Any]
    run: JourneyRun | None = None
    recipient: str = ""
    channel: str = ""


def plan_message(*, merchant: Merchant, occasion: Occasion, now: dt.datetime) -> tuple[Message, bool]:
    """Store the message of an occasion unless it is stored already; return it and whether it is new.

    Needs the merchant's scope. A message that may go at once is in ``ready`` and a worker is told after commit; news of
    a parcel that others of the order may have too waits a little for theirs (``bundle.py``).
    """
    message = _compose(merchant, occasion, now)
    verdict = judge(message=message, merchant=merchant, now=now)
    message.state = STATE_OF_RULING[verdict.ruling]
    message.reason = verdict.reason
    message.due_at = verdict.until or now
    if verdict.allowed and (wait := wait_for_others(message=message)):
        message.state, message.due_at = MessageState.PLANNED, now + wait
    Message.objects.bulk_create([message], ignore_conflicts=True)
    stored = Message.objects.filter(dedupe_key=message.dedupe_key).get()
    if stored.pk != message.pk:
        return stored, False
    _write_down(message, verdict, now)
    if message.state == MessageState.READY:
        ring_after_commit("messaging.deliver_batch", merchant_id=merchant.id)
    return message, True


def dedupe_key(occasion: Occasion) -> str:
    """Return journey, step, subject and occurrence as one key; the journey's version is no part of it."""
    return f"{occasion.journey_key}:{occasion.step.key}:{occasion.subject_key}:{occasion.occurrence}"


def _compose(merchant: Merchant, occasion: Occasion, now: dt.datetime) -> Message:
    order, customer, step = occasion.order, occasion.customer, occasion.step
    channel = occasion.channel or step.channel
    store = order.store if order is not None else store_of_customer(customer_id=customer.id)
    return Message(
        merchant=merchant,
        store=store,
        order=order,
        customer=customer,
        run=occasion.run,
        journey_key=occasion.journey_key,
        step_key=step.key,
        template=step.template,
        channel=channel,
        message_class=step.message_class,
        state=MessageState.PLANNED,
        dedupe_key=dedupe_key(occasion),
        recipient=occasion.recipient or _address(customer, channel, step.message_class),
        language=language_of(order, customer, store),
        tone=store.tone,
        immediate=step.immediate,
        throttle_days=step.throttle_days,
        context=dict(occasion.context),
        planned_at=now,
        due_at=now,
        expires_at=now + parse_duration(step.expires_after).roughly,
        state_at=now,
    )


def language_of(order: Order | None, customer: Customer, store: Store) -> str:
    """Return the language a message is written in."""
    return (order.language if order else "") or customer.language or store.language


def follow_number(*, message: Message) -> None:
    """Let a message that waits go to the number its person has agreed to since. The caller holds the row.

    One-time codes stay with the number they are to confirm, and mails with the address of their planning.
    """
    if message.channel == Channel.EMAIL or message.template in ASKED_FOR:
        return
    agreed = agreed_phone(customer_id=message.customer_id, channel=message.channel, purpose=message.message_class)
    if agreed and agreed != message.recipient:
        message.recipient = agreed
        message.save(update_fields=["recipient"])


def _address(customer: Customer, channel: str, message_class: str) -> str:
    """Where messages of this kind go: by phone to the number the person agreed to and to no other.

    Without any yes it is the number of the profile: it stands beside the reason why nothing was sent there.
    """
    if customer.erased_at is not None:
        return ""
    if channel == Channel.EMAIL:
        return customer.email
    agreed = agreed_phone(customer_id=customer.id, channel=channel, purpose=message_class)
    return customer.phone if agreed is None else agreed


def _write_down(message: Message, verdict: Verdict, now: dt.datetime) -> None:
    note_decision(message=message, verdict=verdict, now=now)
    refused = message.state == MessageState.SUPPRESSED
    tell(message=message, type="message.suppressed" if refused else "message.planned", now=now)


def note_decision(
    *, message: Message, verdict: Verdict, now: dt.datetime, facts: Mapping[str, Any] | None = None
) -> None:
    """Write the gate's verdict into the decision log of the message's run, if it has one."""
    if message.run_id is None:
        return
    outcome = {
        Ruling.ALLOWED: DecisionOutcome.PLANNED,
        Ruling.HELD: DecisionOutcome.HELD,
        Ruling.SUPPRESSED: DecisionOutcome.NOT_SENT,
        Ruling.EXPIRED: DecisionOutcome.NOT_SENT,
    }[verdict.ruling]
    JourneyDecision.objects.create(
        merchant_id=message.merchant_id,
        journey_id=message.run.journey_id,
        run_id=message.run_id,
        order_id=message.order_id,
        subject_key=message.run.subject_key,
        step_key=message.step_key,
        outcome=outcome,
        reason=verdict.reason,
        values={
            "message_id": str(message.id),
            "basis": verdict.basis,
            "evidence_id": str(verdict.evidence_id) if verdict.evidence_id else None,
            "until": verdict.until.isoformat() if verdict.until else None,
            **(facts or {}),
        },
        decided_at=now,
    )


def tell(*, message: Message, type: str, now: dt.datetime) -> None:
    """Record a ``message.*`` event, about the order where there is one, else about the customer."""
    subject = Subject.order(message.order_id) if message.order_id else Subject.customer(message.customer_id)
    record_event(
        merchant_id=message.merchant_id,
        type=type,
        subject=subject,
        data={
            "message_id": message.id,
            "journey": message.journey_key,
            "step": message.step_key,
            "channel": message.channel,
            "reason": message.reason,
        },
        now=now,
    )
