"""The merchant's inserts: made, changed, switched and removed. What was packed keeps its words."""

import datetime as dt
from dataclasses import dataclass

import msgspec

from orders.inserts.rules import Conditions
from orders.models import Insert
from postpurchase.accounts.models import Merchant
from postpurchase.lib.validation import Problem, Refused

MOST_STOCK = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertInput:
    """An insert as the merchant describes it; ``stock`` None: any number."""

    name: str
    conditions: Conditions
    sku: str = ""
    note: str = ""
    priority: int = 0
    alone: bool = False
    active: bool = True
    stock: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


def save_insert(*, merchant: Merchant, data: InsertInput, now: dt.datetime, insert: Insert | None = None) -> Insert:
    """Store a new insert, or change one. Raises ``Refused`` for contradictions. Needs the merchant's scope."""
    problems = list(_problems(data))
    if problems:
        raise Refused(problems)
    insert = insert or Insert(merchant=merchant, created_at=now)
    for name in ("name", "sku", "note", "priority", "alone", "active", "stock", "first_day", "last_day"):
        setattr(insert, name, getattr(data, name))
    insert.conditions = msgspec.to_builtins(data.conditions)
    insert.updated_at = now
    insert.save()
    return insert


def remove_insert(*, insert: Insert) -> None:
    """Remove an insert. Orders it was packed for keep its name. Needs the merchant's scope."""
    insert.delete()


def _problems(data: InsertInput) -> list[Problem]:
    problems = []
    if not data.name.strip():
        problems.append(Problem("/name", "required", "Give it a name."))
    if data.first_day and data.last_day and data.first_day > data.last_day:
        problems.append(Problem("/last_day", "order", "The last day is before the first."))
    if data.stock is not None and not 0 <= data.stock <= MOST_STOCK:
        problems.append(Problem("/stock", "out_of_range", f"0 to {MOST_STOCK:,}."))
    wanted = data.conditions
    if wanted.order_from and wanted.order_until and wanted.order_from > wanted.order_until:
        problems.append(Problem("/conditions/order_until", "order", "It ends before it begins."))
    if (wanted.value_from is None) != (wanted.currency is None):
        problems.append(
            Problem("/conditions/currency", "required", "A value needs its currency, and a currency its value.")
        )
    if wanted.value_from is not None and not (wanted.value_from.is_finite() and wanted.value_from >= 0):
        problems.append(Problem("/conditions/value_from", "out_of_range", "0 or more."))
    if wanted.attribute_values and not wanted.attribute:
        problems.append(Problem("/conditions/attribute", "required", "Which attribute?"))
    return problems
