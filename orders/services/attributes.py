"""Learning what attributes there are, and warning of values that do not fit the type somebody chose.

A process remembers a merchant's definitions for a short while, so that a batch whose attributes are known costs no
query.
"""

import datetime as dt
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from orders.attributes import DoesNotFit, guessed_type, typed_value
from orders.enums import AttributeKind, AttributeType
from orders.inputs import CustomerInput, CustomerOfOrderInput, OrderInput, ProductInput
from orders.models import AttributeDefinition
from postpurchase.accounts.models import Merchant
from postpurchase.lib.validation import Problem, pointer_part

REMEMBERED_SECONDS = 30
MERCHANTS_REMEMBERED = 1_000
# Whoever makes up names as they go (an id in the name) teaches us nothing.
MOST_DEFINITIONS = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The attributes of one thing in a body, and where they stand in it."""

    kind: AttributeKind
    attributes: Mapping[str, Any]
    pointer: str


@dataclass(slots=True)
class _Remembered:
    """The names of every kind, and the types somebody chose."""

    until: float
    names: dict[str, set[str]]
    chosen: dict[str, dict[str, str]]

    @property
    def count(self) -> int:
        return sum(len(names) for names in self.names.values())


_memory: dict[uuid.UUID, _Remembered] = {}


def seen_in_order(data: OrderInput) -> list[Seen]:
    """Return what an order's body shows."""
    found = [Seen(AttributeKind.ORDER, data.attributes, "/attributes")] if data.attributes else []
    if data.customer is not None:
        found += seen_in_customer(data.customer, "/customer")
    found += [
        Seen(AttributeKind.LINE, line.attributes, f"/lines/{index}/attributes")
        for index, line in enumerate(data.lines)
        if line.attributes
    ]
    return found


def seen_in_customer(data: CustomerInput | CustomerOfOrderInput, pointer: str = "") -> list[Seen]:
    """Return what a customer's body shows."""
    return [Seen(AttributeKind.CUSTOMER, data.attributes, f"{pointer}/attributes")] if data.attributes else []


def seen_in_product(data: ProductInput) -> list[Seen]:
    """Return what a product's body shows."""
    return [Seen(AttributeKind.PRODUCT, data.attributes, "/attributes")] if data.attributes else []


def learn_attributes(*, merchant: Merchant, seen: Sequence[Seen], now: dt.datetime) -> None:
    """Store the names that nobody has seen before, each with the type its value looks like. Needs the scope."""
    if not seen:
        return
    remembered = _recall(merchant)
    new: dict[tuple[str, str], AttributeType] = {}
    for one in seen:
        # Sets, because nearly always every name is known.
        for name in one.attributes.keys() - remembered.names[one.kind]:
            if (type_ := guessed_type(one.attributes[name])) is not None:
                new.setdefault((one.kind.value, name), type_)
    room = max(MOST_DEFINITIONS - remembered.count, 0) if new else 0
    rows = [
        AttributeDefinition(merchant=merchant, kind=kind, name=name, type=type_, first_seen_at=now)
        for (kind, name), type_ in list(new.items())[:room]
    ]
    if rows:
        # In one order for everybody, lest two batches that learn the same wait for each other for good.
        rows.sort(key=lambda row: (row.kind, row.name))
        AttributeDefinition.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(partial(_remember, merchant.id, [(row.kind, row.name) for row in rows]))


def attribute_warnings(*, merchant: Merchant, seen: Sequence[Seen]) -> list[Problem]:
    """Return the values that are not of the type somebody chose for them. They are kept as they came."""
    if not seen:
        return []
    chosen = _recall(merchant).chosen
    return [
        Problem(f"{one.pointer}/{pointer_part(name)}", "attribute_type", f"This is not of the type {type_}.")
        for one in seen
        if one.kind in chosen
        for name, value in one.attributes.items()
        if (type_ := chosen[one.kind].get(name)) and value is not None and not _fits(value, type_)
    ]


def choose_type(*, definition: AttributeDefinition, type: str, label: str, now: dt.datetime) -> None:
    """Say what an attribute is and what people call it. Other processes know within ``REMEMBERED_SECONDS``."""
    definition.type, definition.label, definition.chosen_at = AttributeType(type), label, now
    definition.save(update_fields=["type", "label", "chosen_at"])
    transaction.on_commit(partial(_memory.pop, definition.merchant_id, None))


def _fits(value: Any, type_: str) -> bool:
    try:
        typed_value(value, type_)
    except DoesNotFit:
        return False
    return True


def _recall(merchant: Merchant) -> _Remembered:
    """Return the known attributes of a merchant, from memory where it is fresh."""
    remembered = _memory.get(merchant.id)
    if remembered is None or remembered.until < time.monotonic():
        if len(_memory) >= MERCHANTS_REMEMBERED:
            _memory.clear()
        names: dict[str, set[str]] = {kind: set() for kind in AttributeKind.values}
        chosen: dict[str, dict[str, str]] = {}
        for kind, name, type_, chosen_at in AttributeDefinition.objects.values_list(
            "kind", "name", "type", "chosen_at"
        ):
            names[kind].add(name)
            if chosen_at is not None:
                chosen.setdefault(kind, {})[name] = type_
        remembered = _memory[merchant.id] = _Remembered(time.monotonic() + REMEMBERED_SECONDS, names, chosen)
    return remembered


def _remember(merchant_id: uuid.UUID, keys: Iterable[tuple[str, str]]) -> None:
    if (remembered := _memory.get(merchant_id)) is not None:
        for kind, name in keys:
            remembered.names[kind].add(name)
