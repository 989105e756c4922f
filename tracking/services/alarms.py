"""Raising alarms, each kind once, whoever notices it first; and ending them when they are over."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from orders.enums import OrderStatus
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import record_events
from tracking.enums import ShipmentStatus
from tracking.models import AlarmKind, Checkpoint, Shipment, ShipmentAlarm
from tracking.watching.cause import Cause, event_of

# What the shopper says stands until somebody has seen to it.
ENDED_BY_HAND = (AlarmKind.DELIVERY_DENIED, AlarmKind.FALSE_ATTEMPT)
BEFORE_THE_WAY = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED)
BACK = ("exception_returned", "exception_lost")


def raise_alarms(*, merchant_id: uuid.UUID, kind: AlarmKind, causes: Iterable[Cause], now: dt.datetime) -> list[Cause]:
    """Store alarms of one kind and return the causes for which it is the first. Needs the merchant's scope."""
    wanted = {cause.subject_id: cause for cause in causes}
    alarms = {
        ShipmentAlarm(
            merchant_id=merchant_id,
            order_id=cause.order_id,
            shipment_id=cause.shipment_id,
            kind=kind,
            detail=dict(cause.detail),
            raised_at=now,
        ): cause
        for _, cause in sorted(wanted.items())
    }
    if not alarms:
        return []
    ShipmentAlarm.objects.bulk_create(alarms, ignore_conflicts=True)
    ours = set(ShipmentAlarm.objects.filter(id__in=[alarm.id for alarm in alarms]).values_list("id", flat=True))
    return [cause for alarm, cause in alarms.items() if alarm.id in ours]


def raise_and_tell(*, merchant_id: uuid.UUID, kind: AlarmKind, causes: Iterable[Cause], now: dt.datetime) -> int:
    """Raise alarms and record an event for each first one. Returns how many there were. Needs the scope."""
    first = raise_alarms(merchant_id=merchant_id, kind=kind, causes=causes, now=now)
    record_events(merchant_id=merchant_id, events=[event_of(kind, cause) for cause in first], now=now)
    return len(first)


def end_alarm(*, alarm_id: uuid.UUID, now: dt.datetime) -> bool:
    """Note that somebody has seen to an alarm. Returns whether it was open. Needs the merchant's scope."""
    return bool(ShipmentAlarm.objects.filter(pk=alarm_id, ended_at=None).update(ended_at=now))


def end_settled(*, merchant: Merchant, now: dt.datetime) -> int:
    """End every open alarm whose reason is gone: the parcel arrived, was seen, was fetched. Returns how many."""
    moved_on = Checkpoint.objects.filter(shipment_id=OuterRef("shipment_id"), occurred_at__gt=OuterRef("raised_at"))
    missed = ShipmentAlarm.objects.filter(shipment_id=OuterRef("shipment_id"), kind=AlarmKind.PROMISE_MISSED)
    settled = (
        Q(shipment__delivered_at__isnull=False)
        | Q(shipment__substatus__in=BACK)
        | Q(shipment__status=ShipmentStatus.EXPIRED)
        | Q(order__status=OrderStatus.CANCELLED)
        | Q(Q(kind=AlarmKind.NOT_SENT) & Exists(Shipment.objects.filter(order_id=OuterRef("order_id"))))
        | Q(Q(kind=AlarmKind.NOT_PICKED_UP) & ~Q(shipment__status__in=BEFORE_THE_WAY))
        | Q(Q(kind=AlarmKind.NO_NEWS) & Exists(moved_on.filter(status__isnull=False)))
        | Q(Q(kind=AlarmKind.PROMISE_AT_RISK) & Exists(missed))
        | Q(Q(kind=AlarmKind.PICKUP_ENDING) & ~Q(shipment__status=ShipmentStatus.AVAILABLE_FOR_PICKUP))
    )
    open_ones = ShipmentAlarm.objects.filter(merchant_id=merchant.id, ended_at=None).exclude(kind__in=ENDED_BY_HAND)
    return open_ones.filter(settled).update(ended_at=now)
