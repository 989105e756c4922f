"""Watching for what does not happen: a promised day that passes, a parcel nobody picks up, a parcel gone quiet.

Runs over all merchants every minute (``tracking.watch``); each alarm is raised once in a parcel's life. The waiting
times are the field's usual ones: four business days for a pick-up, three without news at home, five abroad.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from orders.enums import OrderStatus
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.record import NewEvent, Subject, record_events
from tracking.business_days import business_days_between
from tracking.enums import ShipmentStatus
from tracking.models import AlarmKind, Promise, Shipment, ShipmentAlarm, UnmatchedCheckpoint
from tracking.services.alarms import raise_alarms
from tracking.services.promise import destination_of

NOT_PICKED_UP_DAYS = 4
NO_NEWS_DAYS_AT_HOME = 3
NO_NEWS_DAYS_ABROAD = 5
# Older parcels are no news to anybody.
WATCHED_FOR = dt.timedelta(days=60)
UNMATCHED_KEPT_FOR = dt.timedelta(days=30)
PARCELS_PER_RUN = 500

ANNOUNCED = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED)
ON_THE_WAY = (ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY, ShipmentStatus.ATTEMPT_FAILED)


def watch_all(*, now: dt.datetime) -> int:
    """Raise what is due for every merchant, and forget news that never found its parcel. Returns the alarms raised."""
    with all_merchants("watch parcels"):
        UnmatchedCheckpoint.objects.filter(recorded_at__lt=now - UNMATCHED_KEPT_FOR).delete()
        merchants = list(Merchant.objects.filter(Exists(_watched(now).filter(merchant_id=OuterRef("pk")))))
    raised = 0
    for merchant in merchants:
        with merchant_scope(merchant.id):
            raised += watch(merchant=merchant, now=now)
    return raised


def watch(*, merchant: Merchant, now: dt.datetime) -> int:
    """Raise what is due for one merchant's parcels. Returns the alarms raised. Needs the merchant's scope."""
    return (
        _raise(merchant, AlarmKind.DELAYED, _promise_missed(merchant, now), now)
        + _raise(merchant, AlarmKind.NOT_PICKED_UP, _not_picked_up(merchant, now), now)
        + _raise(merchant, AlarmKind.NO_NEWS, _gone_quiet(merchant, now), now)
    )


def _watched(now: dt.datetime) -> QuerySet[Shipment]:
    return Shipment.objects.filter(
        order__backfill=False,
        delivered_at=None,
        status__in=(*ANNOUNCED, *ON_THE_WAY),
        created_at__gt=now - WATCHED_FOR,
    ).exclude(order__status=OrderStatus.CANCELLED)


def _without(kind: AlarmKind, shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    return shipments.filter(~Exists(ShipmentAlarm.objects.filter(shipment_id=OuterRef("pk"), kind=kind)))


def _promise_missed(merchant: Merchant, now: dt.datetime) -> Sequence[Shipment]:
    today = now.astimezone(ZoneInfo(merchant.time_zone)).date()
    newest = Promise.objects.filter(shipment_id=OuterRef("pk")).order_by("-made_at", "-id")
    late = _without(AlarmKind.DELAYED, _watched(now)).annotate(promised=Subquery(newest.values("latest")[:1]))
    return list(late.filter(promised__lt=today).order_by("id")[:PARCELS_PER_RUN])


def _not_picked_up(merchant: Merchant, now: dt.datetime) -> Sequence[Shipment]:
    """Without a tracking number nobody could tell us that it was picked up."""
    waiting = (
        _without(AlarmKind.NOT_PICKED_UP, _watched(now))
        .filter(status__in=ANNOUNCED, created_at__lt=now - dt.timedelta(days=NOT_PICKED_UP_DAYS))
        .exclude(tracking_number="")
        .select_related("order")
    )
    return _after_business_days(
        merchant,
        waiting.order_by("created_at"),
        now,
        since=lambda one: one.shipped_at or one.created_at,
        home=NOT_PICKED_UP_DAYS,
    )


def _gone_quiet(merchant: Merchant, now: dt.datetime) -> Sequence[Shipment]:
    quiet = (
        _without(AlarmKind.NO_NEWS, _watched(now))
        .filter(status__in=ON_THE_WAY)
        .annotate(last_news=Max("checkpoints__occurred_at", filter=Q(checkpoints__status__isnull=False)))
        .filter(last_news__lt=now - dt.timedelta(days=NO_NEWS_DAYS_AT_HOME))
        .select_related("order")
    )
    return _after_business_days(
        merchant,
        quiet.order_by("last_news"),
        now,
        since=lambda one: one.last_news,  # type: ignore[attr-defined]
        home=NO_NEWS_DAYS_AT_HOME,
        abroad=NO_NEWS_DAYS_ABROAD,
    )


def _after_business_days(
    merchant: Merchant,
    shipments: QuerySet[Shipment],
    now: dt.datetime,
    *,
    since: Callable[[Shipment], dt.datetime],
    home: int,
    abroad: int | None = None,
) -> Sequence[Shipment]:
    """Return the parcels for which so many business days (of both countries) have passed, the oldest first."""
    zone = ZoneInfo(merchant.time_zone)
    today = now.astimezone(zone).date()
    due = []
    for shipment in shipments[:PARCELS_PER_RUN]:
        destination = destination_of(shipment.order) or merchant.country
        patience = home if destination == merchant.country or abroad is None else abroad
        first = since(shipment).astimezone(zone).date()
        if business_days_between(first, today, (merchant.country, destination)) >= patience:
            due.append(shipment)
    return due


def _raise(merchant: Merchant, kind: AlarmKind, shipments: Sequence[Shipment], now: dt.datetime) -> int:
    order_of: dict[uuid.UUID, uuid.UUID] = {shipment.id: shipment.order_id for shipment in shipments}
    first = raise_alarms(merchant_id=merchant.id, shipment_ids=order_of, kind=kind, now=now)
    is_delay = kind == AlarmKind.DELAYED
    record_events(
        merchant_id=merchant.id,
        events=[
            NewEvent(
                "shipment.delayed" if is_delay else "shipment.stalled",
                Subject.order(order_of[shipment_id]),
                {
                    "shipment_id": shipment_id,
                    "backfill": False,
                    **({"cause": "promise"} if is_delay else {"rule": str(kind)}),
                },
            )
            for shipment_id in sorted(first)
        ],
        now=now,
    )
    return len(first)
