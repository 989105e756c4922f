"""Which inserts fit an order. Pure: rules and facts in, choices out.

    {"order_from": 1, "order_until": 1, "value_from": "50.00", "currency": "EUR", "skus": ["85123A"],
     "categories": ["tea"], "countries": ["DE"], "attribute": "vip", "attribute_values": ["gold"], "gifts": false}

Every condition that is named must hold; an insert without any fits every order. ``order_from`` and ``order_until``
count the customer's orders from 1 (the first); a guest nobody knows has no number and fits neither.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

# More would be a second parcel.
MOST_INSERTS = 5
Words = Annotated[list[Annotated[str, Meta(min_length=1, max_length=200)]], Meta(max_length=200)]


class Conditions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """When an insert goes along. ``gifts``: True only into gifts, False never into gifts, None either way."""

    order_from: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    order_until: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    value_from: Decimal | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None = None
    skus: Words = []
    categories: Words = []
    countries: Annotated[list[Annotated[str, Meta(pattern="^[A-Z]{2}$")]], Meta(max_length=250)] = []
    attribute: Annotated[str, Meta(max_length=100)] = ""
    attribute_values: Words = []
    gifts: bool | None = None


class Candidate(Struct, frozen=True, kw_only=True):
    """An insert as the choice needs it. ``stock`` None: any number."""

    id: uuid.UUID
    conditions: Conditions
    priority: int = 0
    alone: bool = False
    stock: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None


class OrderFacts(Struct, frozen=True, kw_only=True):
    """What conditions look at. ``number`` counts the customer's orders from 1, None for a guest."""

    number: int | None
    total: Decimal
    currency: str
    country: str
    skus: frozenset[str]
    categories: frozenset[str]
    attributes: dict[str, str]
    is_gift: bool


def fitting(candidates: Iterable[Candidate], *, facts: OrderFacts, today: dt.date) -> list[tuple[Candidate, list[str]]]:
    """Return the inserts that fit, best first, each with the codes of the conditions it met.

    Sorted by priority, then by the older insert (their ids grow with time). Stock is not taken here: who takes it
    passes over what has run out, with ``may_join``.
    """
    found = []
    for one in sorted(candidates, key=lambda one: (-one.priority, one.id)):
        if not _is_in_season(one, today) or one.stock == 0:
            continue
        met = _met(one.conditions, facts)
        if met is not None:
            found.append((one, met))
    return found


def may_join(chosen: list[Candidate], one: Candidate) -> bool:
    """Say whether an insert may go along with those chosen before it."""
    if len(chosen) >= MOST_INSERTS:
        return False
    return not chosen or not (one.alone or any(other.alone for other in chosen))


def _is_in_season(one: Candidate, today: dt.date) -> bool:
    return (one.first_day is None or one.first_day <= today) and (one.last_day is None or today <= one.last_day)


def _met(wanted: Conditions, facts: OrderFacts) -> list[str] | None:
    """The codes of the conditions that hold; None as soon as one does not."""
    number, value = facts.number, wanted.value_from
    checks: list[tuple[str, bool, bool]] = [
        ("order_from", wanted.order_from is not None, number is not None and number >= (wanted.order_from or 0)),
        ("order_until", wanted.order_until is not None, number is not None and number <= (wanted.order_until or 0)),
        ("value", value is not None, value is not None and facts.total >= value),
        ("currency", wanted.currency is not None, facts.currency == wanted.currency),
        ("skus", bool(wanted.skus), bool(facts.skus.intersection(wanted.skus))),
        ("categories", bool(wanted.categories), bool(facts.categories.intersection(wanted.categories))),
        ("countries", bool(wanted.countries), facts.country in wanted.countries),
        ("attribute", bool(wanted.attribute), _attribute_holds(wanted, facts.attributes)),
        ("gifts", wanted.gifts is not None, facts.is_gift == wanted.gifts),
    ]
    asked = [(code, holds) for code, is_asked, holds in checks if is_asked]
    return [code for code, _ in asked] if all(holds for _, holds in asked) else None


def _attribute_holds(wanted: Conditions, attributes: dict[str, str]) -> bool:
    """Without values, any value will do but none and those that say no."""
    value = attributes.get(wanted.attribute)
    if value is None:
        return False
    if wanted.attribute_values:
        return value.casefold() in {one.casefold() for one in wanted.attribute_values}
    return value.casefold() not in ("", "no", "nein", "false", "0")
