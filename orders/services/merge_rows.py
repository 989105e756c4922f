"""What a merge moves, written down row by row, and moving it back."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models

from orders.models import Customer, CustomerMerge, MergedField, MergedRow, Order
from postpurchase.accounts.models import Merchant, MerchantModel
from postpurchase.events.record import NewEvent, Subject

# What a kept customer takes over where it has nothing itself.
FILLED = ("email", "phone", "first_name", "last_name", "company", "vat_id", "told_kind", "birth_date", "language")
ATTRIBUTE = "attributes."

M = TypeVar("M", bound=MerchantModel)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a kept customer takes over: the columns as they become, and the names of what was filled."""

    columns: dict[str, Any]
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Merging:
    """A merge about to be stored, with the fields it filled."""

    merge: CustomerMerge
    filled: Sequence[str]


def gaps_filled_by(customer: Customer, other: Customer) -> Gaps:
    """Return what ``customer`` lacks and ``other`` has."""
    columns: dict[str, Any] = {
        name: getattr(other, name) for name in FILLED if getattr(other, name) and not getattr(customer, name)
    }
    names = list(columns)
    missing = {name: value for name, value in other.attributes.items() if name not in customer.attributes}
    if missing:
        columns["attributes"] = {**customer.attributes, **missing}
        names += [f"{ATTRIBUTE}{name}" for name in missing]
    return Gaps(columns, names)


def gaps_reopened(customer: Customer, other: Customer, names: Collection[str]) -> dict[str, Any]:
    """Return the columns of ``customer`` without what ``other`` filled, as far as nobody has changed it since."""
    columns: dict[str, Any] = {
        name: None if name == "birth_date" else ""
        for name in names
        if not name.startswith(ATTRIBUTE) and getattr(customer, name) == getattr(other, name)
    }
    taken = {name.removeprefix(ATTRIBUTE) for name in names if name.startswith(ATTRIBUTE)}
    if taken:
        columns["attributes"] = {
            name: value
            for name, value in customer.attributes.items()
            if name not in taken or value != other.attributes.get(name)
        }
    return columns


def store_merges(*, merchant: Merchant, mergings: Sequence[Merging]) -> list[NewEvent]:
    """Store merges whose customers are stored already, move their orders, and return what there is to record."""
    if not mergings:
        return []
    CustomerMerge.objects.bulk_create(merging.merge for merging in mergings)
    MergedField.objects.bulk_create(
        MergedField(merchant=merchant, merge=merging.merge, name=name)
        for merging in mergings
        for name in merging.filled
    )
    _move_orders(mergings)
    return [
        NewEvent(
            "customer.merged",
            Subject.customer(merging.merge.customer_id),
            {
                "merge_id": merging.merge.id,
                "from_customer_id": merging.merge.merged_id,
                "reason": merging.merge.reason,
            },
        )
        for merging in mergings
    ]


def _move_orders(mergings: Sequence[Merging]) -> None:
    """Move the orders of all mergings at once, each noted with every merge it goes through."""
    held: dict[uuid.UUID, list[uuid.UUID]] = {}
    of_merged = Order.objects.filter(customer_id__in=[merging.merge.merged_id for merging in mergings])
    for order_id, customer_id in of_merged.order_by("id").values_list("id", "customer_id"):
        held.setdefault(customer_id, []).append(order_id)
    notes: list[MergedRow] = []
    for merge in (merging.merge for merging in mergings):
        moved = held.pop(merge.merged_id, [])
        notes += [_note(merge, Order, order_id) for order_id in moved]
        if moved:
            held.setdefault(merge.customer_id, []).extend(moved)
    MergedRow.objects.bulk_create(notes)
    Order.objects.bulk_update(
        [Order(pk=order_id, customer_id=kept) for kept, order_ids in held.items() for order_id in order_ids],
        ["customer"],
    )


def move_rows(*, merge: CustomerMerge, model: type[M], to: uuid.UUID | None = None) -> int:
    """Hand the merged customer's rows of a table (by its column ``customer``) to the kept one; return how many.

    Each is noted with the merge. ``to`` names another customer than the kept one, where that was merged on meanwhile.
    """
    rows: Any = model._default_manager
    ids = list(rows.filter(customer_id=merge.merged_id).order_by("id").values_list("id", flat=True))
    if not ids:
        return 0
    note_rows(merge=merge, model=model, ids=ids)
    rows.filter(pk__in=ids).update(customer_id=to or merge.customer_id)
    return len(ids)


def move_rows_back(*, merge: CustomerMerge, model: type[M]) -> int:
    """Give the merged customer back what is noted with the merge and still the kept one's; return how many."""
    ids = noted_rows(merge=merge, model=model).values("row_id")
    rows: Any = model._default_manager
    moved: int = rows.filter(pk__in=ids, customer_id=merge.customer_id).update(customer_id=merge.merged_id)
    return moved


def note_rows(*, merge: CustomerMerge, model: type[M], ids: Iterable[uuid.UUID]) -> None:
    """Write down which rows a merge moved."""
    MergedRow.objects.bulk_create([_note(merge, model, row_id) for row_id in ids], ignore_conflicts=True)


def noted_rows(*, merge: CustomerMerge, model: type[M]) -> models.QuerySet[MergedRow]:
    """Return what a merge moved in one table."""
    return MergedRow.objects.filter(merge=merge, table=model._meta.label)


def _note(merge: CustomerMerge, model: type[MerchantModel], row_id: uuid.UUID) -> MergedRow:
    return MergedRow(merchant_id=merge.merchant_id, merge=merge, table=model._meta.label, row_id=row_id)
