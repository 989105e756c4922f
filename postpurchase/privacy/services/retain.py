"""Removing what is past its time, once a day, in small batches, each its own transaction.

The day's row (``RetentionRun``) is the claim and the journal: it says which classes are through and how much went. A
worker that dies leaves it unfinished, and the next round goes on from there.
"""

import datetime as dt
import uuid

import structlog

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib.validation import Problem, Refused
from postpurchase.privacy.models import RetentionPeriod, RetentionRun
from postpurchase.privacy.retention.classes import CLASSES, RetentionClass

log = structlog.get_logger(__name__)

BATCH = 500
# What one worker does before it lets others have a turn; the next round goes on.
MOST_BATCHES = 200
LEASE = dt.timedelta(minutes=15)


def merchants_to_tidy(*, now: dt.datetime) -> list[uuid.UUID]:
    """Return the merchants whose data has not been gone through today and is in nobody's hands. Looks across them."""
    with all_merchants("find merchants whose old data waits to be removed"):
        done = RetentionRun.objects.filter(day=now.date()).exclude(finished_at__isnull=True, lease_until__lte=now)
        busy = set(done.values_list("merchant_id", flat=True))
        everybody = Merchant.objects.order_by("pk").values_list("pk", flat=True)
        return [merchant_id for merchant_id in everybody if merchant_id not in busy]


def remove_old_data(
    *, merchant_id: uuid.UUID, now: dt.datetime, batch: int = BATCH, most_batches: int = MOST_BATCHES
) -> bool:
    """Remove what is past its time of one merchant. Returns whether the day's work is finished.

    At most ``most_batches`` batches of ``batch`` things; called again, it goes on. Must not be called inside a
    transaction. What fails in one class is logged and stops no other; it is tried again the next day.
    """
    run_id = _claim(merchant_id, now)
    if run_id is None:
        return False
    for key, one in CLASSES.items():
        if one.is_fixed:
            continue
        try:
            most_batches = _remove_class(merchant_id, run_id, one, now, batch, most_batches)
        except Exception:
            log.exception("privacy.removal_failed", key=key)
        if most_batches <= 0:
            _hand_back(merchant_id, run_id, now)
            return False
    with merchant_scope(merchant_id):
        RetentionRun.objects.filter(pk=run_id).update(finished_at=now)
    return True


def period_of(*, key: str) -> dt.timedelta:
    """Return how long the open scope's merchant keeps a class of data."""
    own = RetentionPeriod.objects.filter(key=key).values_list("days", flat=True).first()
    return dt.timedelta(days=CLASSES[key].days if own is None else own)


def set_periods(*, merchant: Merchant, days: dict[str, int]) -> None:
    """Keep classes of data for so many days each. Raises ``Refused`` for a period that is too long or too short."""
    problems = [
        Problem(f"/{key}", "out_of_range", f"{CLASSES[key].least} to {CLASSES[key].days} days are possible.")
        for key, wanted in days.items()
        if not CLASSES[key].least <= wanted <= CLASSES[key].days
    ]
    if problems:
        raise Refused(problems)
    for key, wanted in days.items():
        if wanted == CLASSES[key].days:
            RetentionPeriod.objects.filter(key=key).delete()
        else:
            RetentionPeriod.objects.update_or_create(merchant=merchant, key=key, defaults={"days": wanted})


def _claim(merchant_id: uuid.UUID, now: dt.datetime) -> uuid.UUID | None:
    """Take the day's work in hand, unless it is done or another worker has it."""
    with merchant_scope(merchant_id):
        row = RetentionRun(merchant_id=merchant_id, day=now.date(), started_at=now, lease_until=now + LEASE)
        RetentionRun.objects.bulk_create([row], ignore_conflicts=True)
        if RetentionRun.objects.filter(pk=row.pk).exists():
            return row.pk
        unfinished = RetentionRun.objects.filter(day=now.date(), finished_at__isnull=True, lease_until__lte=now)
        run_id = unfinished.values_list("pk", flat=True).first()
        return run_id if unfinished.update(lease_until=now + LEASE) else None


def _remove_class(
    merchant_id: uuid.UUID, run_id: uuid.UUID, one: RetentionClass, now: dt.datetime, batch: int, most_batches: int
) -> int:
    """Go through one class; return how many batches are left to whoever called."""
    with merchant_scope(merchant_id):
        if one.key in RetentionRun.objects.get(pk=run_id).removed:
            return most_batches
        before = now - period_of(key=one.key)
    for find, forget in one.steps:
        found = batch
        while found >= batch:
            if most_batches <= 0:
                return 0
            with merchant_scope(merchant_id):
                ids = find(before, batch)
                found = len(ids)
                if ids:
                    most_batches -= 1
                    _count(run_id, one.key, forget(ids))
    with merchant_scope(merchant_id):
        run = RetentionRun.objects.select_for_update().get(pk=run_id)
        run.removed[one.key] = run.counting.pop(one.key, 0)
        run.save(update_fields=["removed", "counting"])
    return most_batches


def _count(run_id: uuid.UUID, key: str, rows: int) -> None:
    run = RetentionRun.objects.select_for_update().get(pk=run_id)
    run.counting[key] = run.counting.get(key, 0) + rows
    run.save(update_fields=["counting"])


def _hand_back(merchant_id: uuid.UUID, run_id: uuid.UUID, now: dt.datetime) -> None:
    with merchant_scope(merchant_id):
        RetentionRun.objects.filter(pk=run_id).update(lease_until=now)
