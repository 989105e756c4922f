"""Moving one run: ask the engine, store where it stands, why, and what it planned. All in the caller's transaction."""

import datetime as dt
import uuid
from collections.abc import Mapping

import structlog

from messaging.enums import WAITING_STATES, DecisionOutcome, MessageState, RunState
from messaging.journeys import engine
from messaging.journeys.definition import Definition, Scalar, Send
from messaging.models import JourneyDecision, JourneyRun, Message
from messaging.services.facts import load_facts
from messaging.services.gate import Ruling, Verdict
from messaging.services.journeys import definition_of
from messaging.services.phone_news import chosen_way
from messaging.services.plan import Occasion, note_decision, plan_message, tell
from orders.models import Customer
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope

log = structlog.get_logger(__name__)

JOURNEY_OFF = "journey_off"
# A run whose step failed (a defect, not a decision) is tried again after this long.
AFTER_FAILURE = dt.timedelta(minutes=5)


def advance_run(*, merchant: Merchant, run: JourneyRun, stimulus: engine.Stimulus, now: dt.datetime) -> None:
    """Let something happen to a run. The caller holds the run's row. Needs the merchant's scope."""
    definition = definition_of(run.version)
    facts = facts_of(merchant=merchant, run=run, now=now)
    before = engine.Position.from_data(run.position)
    if run.journey.active:
        after, effects = engine.advance(definition, before, stimulus, facts, now)
    else:
        after, effects = engine.Position(step=before.step, ended=JOURNEY_OFF), _switched_off(before)
    for effect in effects:
        match effect:
            case engine.Plan(step=step):
                _plan(merchant, run, step, now)
            case engine.Decide():
                _write(run, effect, now)
    if after != before:
        _store(run, after, now)


def facts_of(*, merchant: Merchant, run: JourneyRun, now: dt.datetime) -> dict[str, Scalar]:
    """Return what is true right now for a run. Needs the merchant's scope."""
    return load_facts(merchant=merchant, order=run.order, customer=run.customer, entry_data=run.entry_data, now=now)


def wake_runs(*, now: dt.datetime, limit: int = 500) -> int:
    """Advance runs whose time has come, oldest first; returns how many. Looks across merchants.

    Each run is its own transaction, so one that fails is set back and stops no other.
    """
    with all_merchants("find journeys whose wait is over"):
        due = list(
            JourneyRun.objects.filter(state=RunState.RUNNING, wake_at__lte=now)
            .order_by("wake_at")
            .values_list("merchant_id", "id")[:limit]
        )
    woken = 0
    for merchant_id, run_id in due:
        try:
            woken += _wake(merchant_id, run_id, now)
        except Exception:
            log.exception("messaging.run_failed", run=str(run_id))
            with merchant_scope(merchant_id):
                JourneyRun.objects.filter(pk=run_id).update(wake_at=now + AFTER_FAILURE)
    return woken


def drop_unwanted(*, merchant: Merchant, order_id: uuid.UUID, now: dt.datetime) -> int:
    """Take back what is planned for an order but no longer true (cancelled, delivered meanwhile); returns how many.

    A worker would find out as well when it takes such a message in hand; so a merchant sees it at once.
    """
    waiting = Message.objects.filter(order_id=order_id, run__isnull=False, state__in=WAITING_STATES)
    dropped = 0
    for message in waiting.select_for_update(of=("self",), skip_locked=True).select_related("run__journey"):
        reason = reason_not_wanted(merchant=merchant, message=message, now=now)
        if reason is not None:
            take_back(message=message, reason=reason, now=now)
            dropped += 1
    return dropped


def reason_not_wanted(
    *, merchant: Merchant, message: Message, now: dt.datetime
) -> tuple[str, Mapping[str, Scalar]] | None:
    """Return why a planned message's journey does not want it any more (with the facts), None if it does."""
    run = message.run
    if run is None:
        return None
    if not run.journey.active:
        return JOURNEY_OFF, {}
    definition: Definition = definition_of(run.version)
    return engine.reason_not_to_send(definition, message.step_key, facts_of(merchant=merchant, run=run, now=now))


def take_back(*, message: Message, reason: tuple[str, Mapping[str, Scalar]], now: dt.datetime) -> None:
    """Suppress a message that waits, with what was found. The caller holds its row."""
    message.state, message.reason, message.state_at = MessageState.SUPPRESSED, reason[0], now
    message.save(update_fields=["state", "reason", "state_at"])
    note_decision(message=message, verdict=Verdict(Ruling.SUPPRESSED, reason[0]), now=now, facts=reason[1])
    tell(message=message, type="message.suppressed", now=now)


def _wake(merchant_id: uuid.UUID, run_id: uuid.UUID, now: dt.datetime) -> int:
    with merchant_scope(merchant_id):
        run = (
            JourneyRun.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("journey", "version", "order__store", "customer")
            .filter(pk=run_id, state=RunState.RUNNING, wake_at__lte=now)
            .first()
        )
        if run is None:
            return 0
        merchant = Merchant.objects.get()
        advance_run(merchant=merchant, run=run, stimulus=engine.ClockStruck(), now=now)
    return 1


def _switched_off(before: engine.Position) -> tuple[engine.Effect, ...]:
    return (engine.Decide(before.step, DecisionOutcome.ENDED, JOURNEY_OFF, {}),)


def _plan(merchant: Merchant, run: JourneyRun, step: Send, now: dt.datetime) -> None:
    occasion = Occasion(
        journey_key=run.journey.key,
        step=step,
        subject_key=run.subject_key,
        occurrence=run.occurrence,
        order=run.order,
        customer=run.customer,
        context=run.entry_data,
        run=run,
        channel=_channel(step, run.customer),
    )
    plan_message(merchant=merchant, occasion=occasion, now=now)


def _channel(step: Send, customer: Customer) -> str:
    """Which way a step's message goes: news that stands there as SMS follows the person's choice."""
    if (step.channel, step.message_class) == ("sms", "service"):
        chosen = chosen_way(customer=customer)
        return chosen.channel if chosen else step.channel
    return step.channel


def _write(run: JourneyRun, decision: engine.Decide, now: dt.datetime) -> None:
    JourneyDecision.objects.create(
        merchant_id=run.merchant_id,
        journey_id=run.journey_id,
        run=run,
        order_id=run.order_id,
        subject_key=run.subject_key,
        step_key=decision.step_key,
        outcome=decision.outcome,
        reason=decision.reason,
        values=dict(decision.values),
        decided_at=now,
    )


def _store(run: JourneyRun, position: engine.Position, now: dt.datetime) -> None:
    run.position = position.as_data()
    run.wake_at = position.wake_at
    if position.ended:
        run.state, run.ended_at, run.ended_reason = RunState.ENDED, now, position.ended
    run.save(update_fields=["position", "wake_at", "state", "ended_at", "ended_reason"])
