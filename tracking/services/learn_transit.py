"""Learning from parcels that arrived, a batch at a time (``tracking.learn_transit``, in Celery).

parcel arrives ─▶ TransitRecord ─▶ estimated as if it were new ─▶ counted in its groups ─▶ windows calibrated

Each parcel is counted once: a record is learned when it has ``learned_at``. One learner a merchant at a time.
Parcels that never arrive are not learned, so a carrier that loses parcels looks no slower; the hit rate counts them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib.locks import lock_names
from tracking.models import TransitCalibration, TransitGroup, TransitRecord
from tracking.selectors.transit import transit_model
from tracking.transit import (
    CALIBRATED_BY,
    Model,
    Route,
    Shift,
    TransitTime,
    added,
    calibrate,
    raw_estimate,
    shifted,
)

PARCELS_PER_BATCH = 200
BATCHES_PER_RUN = 25


def learn_all(*, now: dt.datetime) -> int:
    """Learn what arrived lately, for every merchant. Returns the parcels learned."""
    with all_merchants("learn how long parcels take"):
        waiting = _waiting().filter(merchant_id=OuterRef("pk"))
        merchants = list(Merchant.objects.filter(Exists(waiting)))
    learned = 0
    for merchant in merchants:
        for _ in range(BATCHES_PER_RUN):
            with merchant_scope(merchant.id):
                batch = learn_batch(merchant=merchant, now=now)
            learned += batch
            if batch < PARCELS_PER_BATCH:
                break
    return learned


def learn_batch(*, merchant: Merchant, now: dt.datetime) -> int:
    """Learn the oldest parcels that are not learned yet. Returns how many. Needs the merchant's scope."""
    lock_names(realm="learn-transit", names=[str(merchant.id)])
    records = list(_waiting().order_by("arrived_on", "id")[:PARCELS_PER_BATCH])
    if not records:
        return 0
    _count(merchant, records, now)
    for name in sorted({record.calibration for record in records}):
        _calibrate(merchant, name, now)
    return len(records)


def forget() -> None:
    """Forget all that was learned, with the parcels it came from, to read them anew. Needs the merchant's scope."""
    for model in (TransitRecord, TransitGroup, TransitCalibration):
        model.objects.all().delete()


def route_of(record: TransitRecord) -> Route:
    """Return the route of a parcel that arrived."""
    return Route(record.carrier, record.service, record.origin, record.destination, record.weekday)


def _waiting() -> QuerySet[TransitRecord]:
    return TransitRecord.objects.filter(learned_at=None, days__isnull=False)


def _count(merchant: Merchant, records: Sequence[TransitRecord], now: dt.datetime) -> None:
    routes = [route_of(record) for record in records]
    known = transit_model(routes=routes, today=records[0].arrived_on)
    counts = dict(known.counts)
    fresh: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for record, route in zip(records, routes, strict=True):
        raw = raw_estimate(Model(counts), route)
        window = shifted(raw, known.shifts.get(route.calibration, Shift()))
        record.raw_earliest, record.raw_latest = raw.earliest, raw.latest
        record.earliest, record.likely, record.latest = window.earliest, window.likely, window.latest
        record.learned_at = now
        days = record.days or 0
        for name in route.groups:
            counts[name] = added(counts.get(name, ()), days)
            fresh[name, quarter_of(record.arrived_on)].append(days)
    _store(merchant, fresh)
    estimated = ["raw_earliest", "raw_latest", "earliest", "likely", "latest", "learned_at"]
    TransitRecord.objects.bulk_update(records, estimated)


def _store(merchant: Merchant, fresh: dict[tuple[str, dt.date], list[int]]) -> None:
    """Add parcels to the quarters of their groups. Nobody else does meanwhile: the learner holds the lock."""
    names = {name for name, _ in fresh}
    stored = {(row.name, row.since): row for row in TransitGroup.objects.filter(name__in=names)}
    rows = []
    for (name, since), all_days in sorted(fresh.items()):
        row = stored.get((name, since)) or TransitGroup(merchant=merchant, name=name, since=since, counts=[])
        for days in all_days:
            row.counts = list(added(tuple(row.counts), days))
        rows.append(row)
    TransitGroup.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["merchant", "name", "since"], update_fields=["counts"]
    )


def _calibrate(merchant: Merchant, name: str, now: dt.datetime) -> None:
    """Hold the newest parcels against what was estimated for them."""
    newest = (
        TransitRecord.objects.filter(calibration=name, learned_at__isnull=False)
        .order_by("-arrived_on", "-id")
        .values_list("raw_earliest", "likely", "raw_latest", "days")[:CALIBRATED_BY]
    )
    pairs = [
        (TransitTime(earliest or 0, likely or 0, latest or 0), days or 0) for earliest, likely, latest, days in newest
    ]
    shift = calibrate(pairs)
    TransitCalibration.objects.update_or_create(
        merchant=merchant,
        name=name,
        defaults={"early": shift.early, "late": shift.late, "parcels": len(pairs), "learned_at": now},
    )


def quarter_of(day: dt.date) -> dt.date:
    """Return the first day of a day's quarter."""
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
