"""Does the ledger hold what it promises? Replays every entry and compares it with what is stored.

Checked per customer: the account's sums are those of the entries and never were below zero; nobody owes points while
having some; entries are numbered without a gap; each lot's rest and every use of it come out the same when the entries
are replayed from nothing (so lots are used in their order and never overdrawn). Per table: the product's role can
neither change nor delete an entry. That a cause posts once is a unique constraint.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection

from loyalty.enums import EntryKind
from loyalty.lots import OpenLot, choose
from loyalty.models import LedgerEntry, Lot, LotUse, PointsAccount
from postpurchase.accounts.models import Merchant


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise: which one, of whom, and what was found."""

    code: str
    customer_id: uuid.UUID | None
    found: str


@dataclass(slots=True)
class _Replay:
    """The state after some entries: sums, lots by their entry, and what each entry used."""

    points: int = 0
    receivable: int = 0
    count: int = 0
    lots: dict[uuid.UUID, OpenLot] = field(default_factory=dict)
    uses: set[tuple[uuid.UUID, uuid.UUID, int]] = field(default_factory=set)
    problems: list[tuple[str, str]] = field(default_factory=list)


def violations(*, merchant: Merchant) -> Iterator[Violation]:
    """Yield every broken promise of the merchant's ledger; nothing where all is well. Needs the merchant's scope."""
    yield from _writable_tables()
    customers = set(LedgerEntry.objects.order_by().values_list("customer_id", flat=True).distinct())
    customers |= set(PointsAccount.objects.order_by().values_list("customer_id", flat=True))
    for customer_id in sorted(customers):
        for code, found in _customer_problems(customer_id):
            yield Violation(code, customer_id, found)


def _writable_tables() -> Iterator[Violation]:
    for model in (LedgerEntry, LotUse):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(current_user, %s, 'UPDATE, DELETE, TRUNCATE')", [model._meta.db_table]
            )
            if cursor.fetchone()[0]:
                yield Violation("entries_can_be_changed", None, model._meta.db_table)


def _customer_problems(customer_id: uuid.UUID) -> list[tuple[str, str]]:
    replay = _Replay()
    for entry in LedgerEntry.objects.filter(customer_id=customer_id).order_by("number"):
        _apply(replay, entry)
    problems = replay.problems
    if replay.points > 0 and replay.receivable > 0:
        problems.append(("owes_while_having", f"{replay.points} and {replay.receivable}"))
    account = PointsAccount.objects.filter(customer_id=customer_id).first()
    stored = (account.points, account.receivable, account.entry_count) if account else None
    if stored != (replay.points, replay.receivable, replay.count):
        problems.append(("account_differs", f"{stored} instead of {replay.points, replay.receivable, replay.count}"))
    rows = Lot.objects.filter(customer_id=customer_id)
    lots = {(row.entry_id, row.remaining, row.available_at, row.expires_at) for row in rows}
    if lots != {(lot.entry_id, lot.remaining, lot.available_at, lot.expires_at) for lot in replay.lots.values()}:
        problems.append(("lots_differ", f"{len(lots)} stored, {len(replay.lots)} replayed"))
    uses = LotUse.objects.filter(lot__customer_id=customer_id).values_list("entry_id", "lot__entry_id", "points")
    if set(uses) != replay.uses:
        problems.append(("uses_differ", f"{len(uses)} stored, {len(replay.uses)} replayed"))
    return problems


def _apply(replay: _Replay, entry: LedgerEntry) -> None:
    replay.count += 1
    if entry.number != replay.count:
        replay.problems.append(("number_missing", f"{entry.number} instead of {replay.count}"))
    replay.points += entry.points
    replay.receivable += entry.receivable
    earning_id = entry.corrects_id or entry.id
    if entry.points > 0:
        replay.lots[entry.id] = OpenLot(
            lot_id=entry.id,
            entry_id=entry.id,
            earning_id=earning_id,
            number=entry.number,
            remaining=entry.points,
            available_at=entry.available_at or entry.posted_at,
            expires_at=entry.expires_at,
        )
    else:
        _take(replay, entry, entry.posted_at)
    if replay.points < 0 or replay.receivable < 0:
        replay.problems.append(("below_zero", f"{replay.points} and {replay.receivable} after entry {entry.number}"))


def _take(replay: _Replay, entry: LedgerEntry, now: dt.datetime) -> None:
    takes = choose(
        replay.lots.values(),
        wanted=-entry.points,
        kind=EntryKind(entry.kind),
        corrects_id=entry.corrects_id,
        now=now,
    )
    if sum(take.points for take in takes) != -entry.points:
        replay.problems.append(("points_from_nowhere", f"entry {entry.number}"))
    for take in takes:
        take.lot.remaining -= take.points
        replay.uses.add((entry.id, take.lot.entry_id, take.points))
