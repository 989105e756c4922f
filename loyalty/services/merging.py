"""Following a merge of two customers: answers change hands, points are transferred, badges stay and are read together.

The ledger is never rewritten. What the merged customer has goes over lot by lot, each as a pair of entries, so that
points keep the day from which they may be spent and the day on which they end; what they owe goes over as well. Undoing
posts the same sums the other way: the merged customer gets everything back, and what the kept one has spent of it since
is the kept one's to make good.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from loyalty.enums import EntryKind, Explanation
from loyalty.models import LedgerEntry, Lot, LotUse, PointsAccount, SurveyResponse
from loyalty.services.award import award_badges
from loyalty.services.ledger import lock_account, post_entry
from orders.models import Customer, CustomerMerge
from orders.selectors import current_customer
from orders.services.merge_rows import move_rows, move_rows_back
from postpurchase.events.models import Event
from postpurchase.lib import clock


def on_customer_merged(*, event: Event) -> None:
    """Hand over answers and points, and award what two histories earn together."""
    merge = _merge_of(event)
    if merge is None or merge.undone_at is not None:
        return
    taker = current_customer(merge.customer)
    move_rows(merge=merge, model=SurveyResponse, to=taker.id)
    transfer_points(merge=merge, taker=taker, now=clock.now())
    award_badges(merchant=merge.merchant, customer=taker, cause=f"{event.type}:{event.id}", now=clock.now())


def on_customer_unmerged(*, event: Event) -> None:
    """Give answers and points back, and award what the parted customer's own history earned meanwhile."""
    merge = _merge_of(event)
    if merge is None:
        return
    move_rows_back(merge=merge, model=SurveyResponse)
    return_points(merge=merge, now=clock.now())
    award_badges(merchant=merge.merchant, customer=merge.merged, cause=f"{event.type}:{event.id}", now=clock.now())


def transfer_points(*, merge: CustomerMerge, taker: Customer, now: dt.datetime) -> None:
    """Move what the merged customer has and owes to ``taker``, once. Needs the merchant's scope."""
    giver = merge.merged
    if not PointsAccount.objects.filter(customer=giver).exists():
        return
    _lock(merge, (giver, taker))
    owed = PointsAccount.objects.get(customer=giver).receivable
    if owed:
        _move(merge, f"debt:{giver.id}", giver, owed, now=now)
        _move(merge, f"debt:{giver.id}:in", taker, -owed, now=now)
    lots = Lot.objects.filter(customer=giver, remaining__gt=0).select_related("entry__corrects")
    for lot in lots.order_by("expires_at", "available_at", "entry__number"):
        earning = lot.entry.corrects or lot.entry
        _move(merge, f"lot:{lot.id}", giver, -lot.remaining, corrects=earning, now=now)
        _move(merge, f"lot:{lot.id}:in", taker, lot.remaining, corrects=earning, lot=lot, now=now)


def return_points(*, merge: CustomerMerge, now: dt.datetime) -> None:
    """Post everything that the merge transferred the other way, once. Needs the merchant's scope."""
    received = list(
        LedgerEntry.objects.filter(source_key__startswith=f"{_key(merge)}:", source_key__endswith=":in")
        .select_related("customer", "corrects")
        .prefetch_related("lots")
        .order_by("number")
    )
    if not received:
        return
    _lock(merge, {one.id: one for one in (merge.merged, *(entry.customer for entry in received))}.values())
    for entry in received:
        name = f"back:{entry.id}"
        if entry.points > 0:
            (lot,) = entry.lots.all()
            _move(merge, name, entry.customer, -entry.points, corrects=entry.corrects, now=now)
            _move(merge, f"{name}:out", merge.merged, entry.points, corrects=entry.corrects, lot=lot, now=now)
        else:
            _relieve(merge, name, entry, now)
            _move(merge, f"{name}:out", merge.merged, entry.points - entry.receivable, now=now)


def _relieve(merge: CustomerMerge, name: str, entry: LedgerEntry, now: dt.datetime) -> None:
    """Give back what a debt that was taken over has cost: first what is still owed of it, then the points as they were.

    The other way round, the points would pay what is owed.
    """
    if entry.receivable:
        _move(merge, name, entry.customer, entry.receivable, now=now)
    for use in LotUse.objects.filter(entry=entry).select_related("lot__entry__corrects").order_by("id"):
        earning = use.lot.entry.corrects or use.lot.entry
        _move(merge, f"{name}:{use.id}", entry.customer, use.points, corrects=earning, lot=use.lot, now=now)


def _move(
    merge: CustomerMerge,
    name: str,
    customer: Customer,
    points: int,
    *,
    corrects: LedgerEntry | None = None,
    lot: Lot | None = None,
    now: dt.datetime,
) -> None:
    post_entry(
        merchant=merge.merchant,
        customer=customer,
        points=points,
        kind=EntryKind.TRANSFER,
        source_key=f"{_key(merge)}:{name}",
        explanation=Explanation.MERGED,
        corrects=corrects,
        available_at=lot.available_at if lot else None,
        expires_at=lot.expires_at if lot else None,
        backfill=True,  # nobody earned anything, so nobody is written to
        now=now,
    )


def _lock(merge: CustomerMerge, customers: Iterable[Customer]) -> None:
    """Hold the accounts in the order of ids, so that two merges cannot wait for each other."""
    for customer in sorted(customers, key=lambda one: one.id):
        lock_account(merchant=merge.merchant, customer=customer)


def _key(merge: CustomerMerge) -> str:
    return f"merge:{merge.id}"


def _merge_of(event: Event) -> CustomerMerge | None:
    merges = CustomerMerge.objects.select_related("customer", "merged", "merchant")
    return merges.filter(pk=uuid.UUID(event.data["merge_id"])).first()
