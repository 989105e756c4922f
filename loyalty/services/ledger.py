"""Posting points: the only place that writes the ledger.

One customer's postings wait for each other at the customer's account row. A posting is one transaction: the entry, the
lots it makes or uses, the account's sums and the event. Posting the same ``source_key`` again changes nothing.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from loyalty.enums import EntryKind, Explanation
from loyalty.lots import OpenLot, Take, choose
from loyalty.models import EarningRule, LedgerEntry, Lot, LotUse, PointsAccount
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.ids import uuid7


class NotEnoughPoints(Exception):
    """More was to be taken than the customer may spend. Nothing was posted."""

    def __init__(self, *, wanted: int, available: int) -> None:
        super().__init__(f"{wanted} wanted, {available} available")
        self.wanted, self.available = wanted, available


class SourceKeyReused(Exception):
    """The same source key was posted before with other content. Nothing was posted."""


@dataclass(frozen=True, slots=True)
class Posting:
    """``created`` is False where the entry had been posted before."""

    entry: LedgerEntry
    created: bool


@dataclass(frozen=True, slots=True)
class _Request:
    merchant: Merchant
    customer: Customer
    points: int
    kind: EntryKind
    source_key: str
    explanation: Explanation
    rule: EarningRule | None
    order: Order | None
    corrects: LedgerEntry | None
    occurred_at: dt.datetime
    available_at: dt.datetime | None
    expires_at: dt.datetime | None
    details: Mapping[str, Any] = field(default_factory=dict)
    backfill: bool = False


def post_entry(
    *,
    merchant: Merchant,
    customer: Customer,
    points: int,
    kind: EntryKind,
    source_key: str,
    explanation: Explanation,
    now: dt.datetime,
    rule: EarningRule | None = None,
    order: Order | None = None,
    corrects: LedgerEntry | None = None,
    occurred_at: dt.datetime | None = None,
    available_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    details: Mapping[str, Any] | None = None,
    backfill: bool = False,
) -> Posting:
    """Add (``points`` above zero) or take (below zero) points, once per ``source_key``. Needs the merchant's scope.

    A reversal or transfer that finds fewer points than it should take leaves the rest as the customer's receivable;
    points added later settle it at once by an entry of their own. Records ``points.posted`` for each entry.
    ``backfill`` marks history, for which nobody writes to the customer. Raises ``NotEnoughPoints`` where redeeming or
    taking by hand finds too few, ``SourceKeyReused`` where the key stands for something else, ``ValueError`` for a
    wrong sign.
    """
    _refuse_wrong_sign(kind, points)
    request = _Request(
        merchant=merchant,
        customer=customer,
        points=points,
        kind=kind,
        source_key=source_key,
        explanation=explanation,
        rule=rule,
        order=order,
        corrects=corrects,
        occurred_at=occurred_at or now,
        available_at=(available_at or now) if points > 0 else None,
        expires_at=expires_at if points > 0 else None,
        details=details or {},
        backfill=backfill,
    )
    account = lock_account(merchant=merchant, customer=customer)
    if earlier := LedgerEntry.objects.filter(source_key=source_key).first():
        return _posted_before(earlier, request)
    if points > 0:
        entry = _add(request, account, now)
        _settle(request, entry, account, now)
    else:
        entry = _take(request, account, now)
    # Once, at the end: adding and settling are one step for the account, which never owes while having.
    PointsAccount.objects.filter(pk=account.pk).update(
        points=account.points, receivable=account.receivable, entry_count=account.entry_count
    )
    return Posting(entry, created=True)


def lock_account(*, merchant: Merchant, customer: Customer) -> PointsAccount:
    """Return the customer's account, opened on first need and locked until the transaction ends."""
    locked = PointsAccount.objects.select_for_update().filter(customer=customer)
    account = locked.first()
    if account is None:
        PointsAccount.objects.bulk_create([PointsAccount(merchant=merchant, customer=customer)], ignore_conflicts=True)
        account = locked.get()
    return account


def _refuse_wrong_sign(kind: EntryKind, points: int) -> None:
    may_add = kind in (EntryKind.EARN, EntryKind.ADJUST, EntryKind.TRANSFER)
    may_take = kind != EntryKind.EARN and kind != EntryKind.SETTLE
    if not (may_add if points > 0 else may_take) or points == 0:
        raise ValueError(f"{kind} cannot move {points} points")


def _posted_before(earlier: LedgerEntry, request: _Request) -> Posting:
    same = (
        earlier.customer_id == request.customer.id
        and earlier.kind == request.kind
        and earlier.points - earlier.receivable == request.points
    )
    if not same:
        raise SourceKeyReused(request.source_key)
    return Posting(earlier, created=False)


def _add(request: _Request, account: PointsAccount, now: dt.datetime) -> LedgerEntry:
    entry = _write(request, account, points=request.points, receivable=0, now=now)
    Lot.objects.create(
        merchant=request.merchant,
        customer=request.customer,
        entry=entry,
        original=request.points,
        remaining=request.points,
        available_at=entry.available_at or now,
        expires_at=request.expires_at,
    )
    return entry


def _settle(request: _Request, added: LedgerEntry, account: PointsAccount, now: dt.datetime) -> None:
    """Pay what is owed out of the points that just came in."""
    owed = min(account.receivable, request.points)
    if owed == 0:
        return
    settlement = _Request(
        merchant=request.merchant,
        customer=request.customer,
        points=-owed,
        kind=EntryKind.SETTLE,
        source_key=f"settle:{added.id}",
        explanation=Explanation.SHORTFALL_SETTLED,
        rule=None,
        order=request.order,
        corrects=added,
        occurred_at=request.occurred_at,
        available_at=None,
        expires_at=None,
        backfill=request.backfill,
    )
    takes = _choose(settlement, now)
    entry = _write(settlement, account, points=-owed, receivable=-owed, now=now)
    _use(entry, takes)


def _take(request: _Request, account: PointsAccount, now: dt.datetime) -> LedgerEntry:
    wanted = -request.points
    takes = _choose(request, now)
    found = sum(take.points for take in takes)
    if found < wanted and request.kind not in (EntryKind.REVERSE, EntryKind.TRANSFER):
        raise NotEnoughPoints(wanted=wanted, available=found)
    entry = _write(request, account, points=-found, receivable=wanted - found, now=now)
    _use(entry, takes)
    return entry


def _choose(request: _Request, now: dt.datetime) -> list[Take]:
    rows = Lot.objects.filter(customer=request.customer, remaining__gt=0).select_related("entry")
    lots = [
        OpenLot(
            lot_id=row.id,
            entry_id=row.entry_id,
            earning_id=row.entry.corrects_id or row.entry_id,
            number=row.entry.number,
            remaining=row.remaining,
            available_at=row.available_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]
    corrects_id = request.corrects.id if request.corrects else None
    return choose(lots, wanted=-request.points, kind=request.kind, corrects_id=corrects_id, now=now)


def _use(entry: LedgerEntry, takes: list[Take]) -> None:
    for take in takes:
        Lot.objects.filter(pk=take.lot.lot_id).update(remaining=take.lot.remaining - take.points)
    LotUse.objects.bulk_create(
        LotUse(merchant_id=entry.merchant_id, entry=entry, lot_id=take.lot.lot_id, points=take.points) for take in takes
    )


def _write(request: _Request, account: PointsAccount, *, points: int, receivable: int, now: dt.datetime) -> LedgerEntry:
    account.entry_count += 1
    account.points += points
    account.receivable += receivable
    entry = LedgerEntry.objects.create(
        id=uuid7(),
        merchant=request.merchant,
        customer=request.customer,
        number=account.entry_count,
        kind=request.kind,
        points=points,
        receivable=receivable,
        source_key=request.source_key,
        explanation=request.explanation,
        rule=request.rule,
        order=request.order,
        corrects=request.corrects,
        occurred_at=request.occurred_at,
        available_at=request.available_at,
        expires_at=request.expires_at,
        details=dict(request.details),
        posted_at=now,
    )
    _tell(entry, request, now)
    return entry


def _tell(entry: LedgerEntry, request: _Request, now: dt.datetime) -> None:
    record_event(
        merchant_id=entry.merchant_id,
        type="points.posted",
        subject=Subject.customer(entry.customer_id),
        data={
            "entry_id": entry.id,
            "kind": entry.kind,
            "points": entry.points,
            "explanation": entry.explanation,
            "rule": request.rule.key if request.rule else None,
            "order_id": entry.order_id,
            "available_at": entry.available_at,
            "backfill": request.backfill,
        },
        now=now,
    )
