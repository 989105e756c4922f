"""What follows when a parcel arrives, or does not: its time is kept to learn from, and its promise judged.

The promise is the first that the shopper was told for the parcel, or for its order before there was a parcel. It is
judged once the parcel has arrived, or when the day has passed (``tracking.judge``, every few minutes). ``promise.kept``
and ``promise.broken`` are events once a parcel; a day that turns out kept after all is told as well.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import DateField, Exists, OuterRef, Q, QuerySet, Subquery

from orders.enums import OrderStatus
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.models import Event
from postpurchase.events.record import Subject, record_event
from tracking.business_days import business_days_between
from tracking.enums import ShipmentStatus
from tracking.models import Checkpoint, Promise, PromiseVerdict, Shipment, TransitRecord
from tracking.passage import Passage, Plan, Scan, Way, cause_of, passage_of
from tracking.places import zone_of
from tracking.promise import ParcelFacts, leaves_on
from tracking.selectors.delivery import DeliveryChoices, delivery_choices
from tracking.services.promise import parcel_facts

ARRIVALS = (ShipmentStatus.DELIVERED, ShipmentStatus.AVAILABLE_FOR_PICKUP)
# Nobody waits for older parcels any more.
JUDGED_FOR = dt.timedelta(days=60)
PARCELS_PER_RUN = 500
# Longer than this is an error in somebody's clock.
LONGEST_ON_THE_WAY = 120


def on_shipment_status_changed(*, event: Event) -> None:
    """Keep the time of a parcel that arrived, and judge its promise."""
    if event.data["to"] not in ARRIVALS:
        return
    shipment = Shipment.objects.select_related("order").filter(pk=event.data["shipment_id"]).first()
    if shipment is not None:
        merchant = Merchant.objects.get(pk=event.merchant_id)
        note_arrival(merchant=merchant, shipment=shipment, now=event.recorded_at)


def note_arrival(*, merchant: Merchant, shipment: Shipment, now: dt.datetime) -> None:
    """Keep how long a parcel took, and judge what was promised. Safe to repeat. Needs the merchant's scope."""
    choices = delivery_choices(merchant=merchant)
    passage = _passage(shipment)
    _keep_time(merchant, shipment, passage, choices)
    _judge(merchant, shipment, passage, choices, now)


def judge_overdue(*, now: dt.datetime) -> int:
    """Judge promises whose day has passed, or whose parcel arrived before they were known. Returns how many."""
    with all_merchants("judge promises"):
        # A day of slack: each merchant's own today is looked at below.
        due = _overdue(now, now.date() + dt.timedelta(days=1)).filter(merchant_id=OuterRef("pk"))
        merchants = list(Merchant.objects.filter(Exists(due)))
    judged = 0
    for merchant in merchants:
        with merchant_scope(merchant.id):
            choices = delivery_choices(merchant=merchant)
            today = now.astimezone(choices.warehouse.time_zone).date()
            for shipment in _overdue(now, today).select_related("order").order_by("id")[:PARCELS_PER_RUN]:
                judged += _judge(merchant, shipment, _passage(shipment), choices, now)
    return judged


def keep_history(*, merchant: Merchant, limit: int = PARCELS_PER_RUN) -> int:
    """Keep the times of parcels that arrived before anybody did. Returns how many. Needs the merchant's scope."""
    choices = delivery_choices(merchant=merchant)
    arrived = (
        Shipment.objects.filter(delivered_at__isnull=False)
        .filter(~Exists(TransitRecord.objects.filter(shipment_id=OuterRef("pk"))))
        .select_related("order")
        .order_by("delivered_at", "id")[:limit]
    )
    shipments = list(arrived)
    scans = _scans([shipment.id for shipment in shipments])
    for shipment in shipments:
        _keep_time(merchant, shipment, passage_of(scans.get(shipment.id, [])), choices)
    return len(shipments)


def _overdue(now: dt.datetime, today: dt.date) -> QuerySet[Shipment]:
    """Return parcels not judged yet that have arrived, or have not by the first day promised for them."""
    first = Promise.objects.filter(
        Q(shipment_id=OuterRef("pk")) | Q(shipment_id=None), order_id=OuterRef("order_id")
    ).order_by("made_at", "id")
    return (
        Shipment.objects.filter(created_at__gt=now - JUDGED_FOR)
        .filter(~Exists(PromiseVerdict.objects.filter(shipment_id=OuterRef("pk"))))
        .exclude(order__status=OrderStatus.CANCELLED)
        .annotate(first_due=Subquery(first.values("latest")[:1], output_field=DateField()))
        .filter(Q(first_due__lt=today) | Q(first_due__isnull=False, delivered_at__isnull=False))
    )


def _keep_time(merchant: Merchant, shipment: Shipment, passage: Passage, choices: DeliveryChoices) -> None:
    arrived_at = passage.arrived_at or shipment.delivered_at
    if arrived_at is None:
        return
    zone = choices.warehouse.time_zone
    journey = parcel_facts(order=shipment.order, shipment=shipment, choices=choices).journey
    arrived_on = arrived_at.astimezone(zone).date()
    handed_over_on, days = None, None
    if (handed_over_at := passage.handed_over_at or shipment.shipped_at) and handed_over_at <= arrived_at:
        handed_over_on = handed_over_at.astimezone(zone).date()
        if (arrived_on - handed_over_on).days <= LONGEST_ON_THE_WAY:
            days = journey.days_on_the_way(handed_over_on, arrived_on)
    route = journey.route(handed_over_on or arrived_on)
    TransitRecord.objects.get_or_create(
        merchant=merchant,
        shipment=shipment,
        defaults={
            "carrier": route.carrier,
            "service": route.service,
            "origin": route.origin,
            "destination": route.destination,
            "weekday": route.weekday,
            "handed_over_on": handed_over_on,
            "arrived_on": arrived_on,
            "days": days,
            "calibration": route.calibration,
        },
    )


def _judge(
    merchant: Merchant, shipment: Shipment, passage: Passage, choices: DeliveryChoices, now: dt.datetime
) -> bool:
    """Store the verdict on a parcel's first promise, if there is one. Returns whether it is a new one."""
    promise = _first_promise(shipment)
    if promise is None:
        return False
    zone = choices.warehouse.time_zone
    arrived_at = passage.arrived_at or shipment.delivered_at
    arrived_on = arrived_at.astimezone(zone).date() if arrived_at else None
    if arrived_on is None and now.astimezone(zone).date() <= promise.latest:
        return False
    kept = arrived_on is not None and arrived_on <= promise.latest
    facts = parcel_facts(order=shipment.order, shipment=shipment, choices=choices)
    verdict, created = PromiseVerdict.objects.get_or_create(
        merchant=merchant,
        shipment=shipment,
        defaults={
            "promise": promise,
            "source": promise.source,
            "carrier": shipment.carrier,
            "destination": zone_of(facts.journey.country, facts.journey.postal_code),
            "due_on": promise.latest,
            "arrived_on": arrived_on,
            "kept": kept,
            "is_within": kept and _is_within(promise, arrived_on),
            "is_exact": arrived_on == promise.likely,
            "cause": "" if kept else _cause(shipment, promise, passage, facts, now),
            "decided_at": now,
            "updated_at": now,
        },
    )
    turned_out_kept = not created and kept and not verdict.kept
    if not created and verdict.arrived_on is None and arrived_on is not None:
        verdict.arrived_on, verdict.kept, verdict.updated_at = arrived_on, kept, now
        verdict.is_within, verdict.is_exact = kept and _is_within(promise, arrived_on), arrived_on == promise.likely
        verdict.cause = "" if kept else _cause(shipment, promise, passage, facts, now)
        verdict.save()
    if created or turned_out_kept:
        _tell(shipment, verdict, now)
    return created


def _is_within(promise: Promise, arrived_on: dt.date | None) -> bool:
    """Say whether a parcel did not come too early either. A single day is a limit: nobody is too early for it."""
    return arrived_on is not None and (promise.earliest == promise.latest or promise.earliest <= arrived_on)


def _cause(shipment: Shipment, promise: Promise, passage: Passage, facts: ParcelFacts, now: dt.datetime) -> str:
    warehouse, journey = facts.journey.warehouse, facts.journey

    def local(moment: dt.datetime | None) -> dt.date | None:
        return moment.astimezone(warehouse.time_zone).date() if moment else None

    planned = leaves_on(ordered_at=facts.ordered_at, warehouse=warehouse)
    handed_over = local(passage.handed_over_at)
    if handed_over is None and passage.arrived_at is not None:
        handed_over = local(shipment.shipped_at)
    until = local(passage.arrived_at) or local(now) or promise.latest
    way = Way(
        handed_over_on=handed_over,
        days=journey.days_on_the_way(handed_over, until) if handed_over else 0,
        late_leaving=business_days_between(planned, handed_over, (warehouse.place,), weekdays=warehouse.working_days)
        if handed_over
        else 0,
        first_attempt_on=local(passage.first_attempt_at),
    )
    plan = Plan(planned, journey.days_on_the_way(planned, promise.latest), promise.latest)
    return str(cause_of(passage, plan, way))


def _tell(shipment: Shipment, verdict: PromiseVerdict, now: dt.datetime) -> None:
    order: Order = shipment.order
    record_event(
        merchant_id=shipment.merchant_id,
        type="promise.kept" if verdict.kept else "promise.broken",
        subject=Subject.order(order.id),
        data={
            "shipment_id": shipment.id,
            "promise_id": verdict.promise_id,
            "due_on": verdict.due_on.isoformat(),
            "arrived_on": verdict.arrived_on.isoformat() if verdict.arrived_on else None,
            "cause": verdict.cause,
            "backfill": order.backfill,
        },
        now=now,
    )


def _first_promise(shipment: Shipment) -> Promise | None:
    told = Promise.objects.filter(Q(shipment_id=shipment.id) | Q(shipment_id=None), order_id=shipment.order_id)
    return told.order_by("made_at", "id").first()


def _passage(shipment: Shipment) -> Passage:
    return passage_of(_scans([shipment.id]).get(shipment.id, []))


def _scans(shipment_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Scan]]:
    rows = Checkpoint.objects.filter(shipment_id__in=shipment_ids, status__isnull=False)
    scans: dict[uuid.UUID, list[Scan]] = {}
    for shipment_id, at, status, substatus, message in rows.values_list(
        "shipment_id", "occurred_at", "status", "substatus", "message"
    ):
        scans.setdefault(shipment_id, []).append(Scan(at, str(status), substatus, message))
    return scans
