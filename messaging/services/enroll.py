"""What an event means for journeys: who is on the way moves on, and who fits enters.

Orders that came in as history (``backfill``) begin nothing. Events of one order arrive one after the other, and
entering twice is impossible (``JourneyRun`` is unique per journey, subject and occurrence).
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from messaging.enums import DecisionOutcome, RunState
from messaging.journeys import engine
from messaging.journeys.definition import Definition, Entry, Scalar, parse_duration
from messaging.models import GivenJourneys, Journey, JourneyDecision, JourneyRun, JourneyVersion
from messaging.services.advance import advance_run, drop_unwanted
from messaging.services.facts import load_facts
from messaging.services.journeys import definition_of, install_standard_journeys, live_versions
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event, SubjectKind
from postpurchase.lib import clock

# Which id in an event's data names the subject of a journey.
ID_OF_SUBJECT = {
    "order": "order_id",
    "shipment": "shipment_id",
    "refund": "refund_id",
    "points_entry": "entry_id",
    "case_entry": "case_entry_id",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """An event with those it is about."""

    merchant: Merchant
    type: str
    data: Mapping[str, Any]
    occurred_at: dt.datetime
    order: Order | None
    customer: Customer | None
    now: dt.datetime


def on_order_placed(*, event: Event) -> None:
    """Confirm the order, once it is paid."""
    react(event=event, now=clock.now())


def on_order_paid(*, event: Event) -> None:
    """Confirm an order that was waiting for its payment."""
    react(event=event, now=clock.now())


def on_order_cancelled(*, event: Event) -> None:
    """End the order's journeys and say so."""
    react(event=event, now=clock.now())


def on_order_refunded(*, event: Event) -> None:
    """Tell of the refund."""
    react(event=event, now=clock.now())


def on_shipment_registered(*, event: Event) -> None:
    """Tell that a parcel is on its way."""
    react(event=event, now=clock.now())


def on_shipment_status_changed(*, event: Event) -> None:
    """Tell what became of a parcel, and ask how it was."""
    react(event=event, now=clock.now())


def on_shipment_delayed(*, event: Event) -> None:
    """Tell of the delay."""
    react(event=event, now=clock.now())


def on_alarm(*, event: Event) -> None:
    """Let journeys begin with what the watch over parcels noticed."""
    react(event=event, now=clock.now())


def on_case(*, event: Event) -> None:
    """Tell the shopper what becomes of a problem."""
    react(event=event, now=clock.now())


def on_survey_answered(*, event: Event) -> None:
    """Let journeys take note of an answer."""
    react(event=event, now=clock.now())


def on_points_posted(*, event: Event) -> None:
    """Tell of new points."""
    react(event=event, now=clock.now())


def react(*, event: Event, now: dt.datetime) -> None:
    """Move who is on the way, then let in who fits. Needs the merchant's scope."""
    scene = _scene(event, now)
    if scene is None or scene.data.get("backfill") or (scene.order is not None and scene.order.backfill):
        return
    for run in _running(scene):
        advance_run(merchant=scene.merchant, run=run, stimulus=engine.Happened(scene.type), now=now)
    for version in _versions(scene):
        definition = definition_of(version)
        if scene.type in definition.entry.events:
            _enter_if_it_fits(scene, version, definition)
    if scene.order is not None:
        drop_unwanted(merchant=scene.merchant, order_id=scene.order.id, now=now)


def _scene(event: Event, now: dt.datetime) -> Scene | None:
    """Those an event is about. None if the order or customer is gone."""
    data = dict(event.data)
    order = customer = None
    if event.subject_kind == SubjectKind.ORDER:
        data["order_id"] = str(event.subject_id)
    else:
        customer = Customer.objects.filter(pk=event.subject_id).first()
    if data.get("order_id"):
        order = Order.objects.select_related("store", "customer").filter(pk=data["order_id"]).first()
        customer = order.customer if order is not None else customer
    if order is None and customer is None:
        return None
    occurred_at = data.get("occurred_at")
    return Scene(
        merchant=Merchant.objects.get(),
        type=event.type,
        data=data,
        occurred_at=dt.datetime.fromisoformat(occurred_at) if occurred_at else event.recorded_at,
        order=order,
        customer=customer,
        now=now,
    )


def _running(scene: Scene) -> list[JourneyRun]:
    runs = JourneyRun.objects.filter(state=RunState.RUNNING)
    if scene.order is not None:
        runs = runs.filter(order=scene.order)
    else:
        runs = runs.filter(customer=scene.customer, order__isnull=True)
    return list(
        runs.select_for_update(of=("self",))
        .select_related("journey", "version", "order__store", "customer")
        .order_by("id")
    )


def _versions(scene: Scene) -> list[JourneyVersion]:
    """The live journeys. Who was never given any gets the standard ones, so that none is ever mute by accident."""
    versions = live_versions(scene.merchant.id)
    if not versions and not Journey.objects.exists() and not GivenJourneys.objects.exists():
        install_standard_journeys(merchant=scene.merchant, now=scene.now)
        versions = live_versions(scene.merchant.id)
    return sorted(versions, key=lambda version: (version.journey.position, version.journey.key))


def _enter_if_it_fits(scene: Scene, version: JourneyVersion, definition: Definition) -> None:
    subject_id = scene.data.get(ID_OF_SUBJECT[definition.entry.subject])
    if not subject_id:
        return
    subject_key = f"{definition.entry.subject}:{uuid.UUID(subject_id)}"
    refusal = _refusal(scene, definition.entry)
    if refusal is not None:
        if refusal[0]:
            _note(scene, version, subject_key, refusal[0], refusal[1])
        return
    run = JourneyRun(
        merchant=scene.merchant,
        journey=version.journey,
        version=version,
        order=scene.order,
        customer=scene.customer,
        subject_key=subject_key,
        occurrence=_occurrence(scene, definition.entry),
        entry_data=scene.data,
        started_at=scene.now,
    )
    JourneyRun.objects.bulk_create([run], ignore_conflicts=True)
    if not JourneyRun.objects.select_for_update().filter(pk=run.pk).exists():
        return  # has been in this journey before
    _note(scene, version, subject_key, "", {"event": scene.type}, run=run)
    advance_run(merchant=scene.merchant, run=run, stimulus=engine.Happened(scene.type), now=scene.now)


def _refusal(scene: Scene, entry: Entry) -> tuple[str, Mapping[str, Scalar]] | None:
    """Why somebody does not enter, with the facts looked at. An empty reason is not worth writing down.

    That an event is of another kind (``event.*``) goes without saying; what is known about the order does not.
    """
    about_event = [condition for condition in entry.conditions if condition.fact.startswith("event.")]
    about_subject = [condition for condition in entry.conditions if condition not in about_event]
    event_facts = {f"event.{name}": value for name, value in scene.data.items()}
    if engine.first_failing(about_event, event_facts) is not None:
        return "", {}
    if scene.customer is None:
        return "no_customer", {}
    if entry.max_age is not None and scene.now - scene.occurred_at > parse_duration(entry.max_age).roughly:
        return "news_too_old", {"occurred_at": scene.occurred_at.isoformat(), "max_age": entry.max_age}
    facts = load_facts(
        merchant=scene.merchant, order=scene.order, customer=scene.customer, entry_data=scene.data, now=scene.now
    )
    failing = engine.first_failing(about_subject, facts)
    if failing is not None:
        return f"not:{failing.fact}"[:60], engine.looked_at(entry.conditions, facts)
    return None


def _occurrence(scene: Scene, entry: Entry) -> str:
    if entry.occurrence == "daily":
        return scene.occurred_at.astimezone(ZoneInfo(scene.merchant.time_zone)).date().isoformat()
    return "once"


def _note(
    scene: Scene,
    version: JourneyVersion,
    subject_key: str,
    reason: str,
    values: Mapping[str, Scalar],
    run: JourneyRun | None = None,
) -> None:
    JourneyDecision.objects.create(
        merchant=scene.merchant,
        journey=version.journey,
        run=run,
        order=scene.order,
        subject_key=subject_key,
        outcome=DecisionOutcome.ENTERED if run else DecisionOutcome.NOT_ENTERED,
        reason=reason,
        values=dict(values),
        decided_at=scene.now,
    )
