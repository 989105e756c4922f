"""Raising an alarm about a parcel: each kind once, whoever notices it first."""

import datetime as dt
import uuid
from collections.abc import Iterable

from tracking.models import AlarmKind, ShipmentAlarm


def raise_alarms(
    *, merchant_id: uuid.UUID, shipment_ids: Iterable[uuid.UUID], kind: AlarmKind, now: dt.datetime
) -> set[uuid.UUID]:
    """Store alarms of one kind and return the parcels for which it is the first. Needs the merchant's scope."""
    alarms = [
        ShipmentAlarm(merchant_id=merchant_id, shipment_id=shipment_id, kind=kind, raised_at=now)
        for shipment_id in sorted(set(shipment_ids))
    ]
    if not alarms:
        return set()
    ShipmentAlarm.objects.bulk_create(alarms, ignore_conflicts=True)
    ours = ShipmentAlarm.objects.filter(id__in=[alarm.id for alarm in alarms])
    return set(ours.values_list("shipment_id", flat=True))
