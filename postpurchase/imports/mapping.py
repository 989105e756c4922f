"""What a merchant says about a file: which column holds what, and what the cells mean. Pure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from postpurchase.imports.fields import comparable, fields_of, guessed
from postpurchase.imports.tables.cells import Cell
from postpurchase.lib.validation import Problem

_COMMA, _POINT = re.compile(r"\d,\d{1,2}\D*$"), re.compile(r"\d\.\d{1,2}\D*$")
_MONTH_FIRST = re.compile(r"^(\d{1,2})/(\d{1,2})/\d{2,4}\b")
_AMOUNTS = ("unit_price", "line_total", "total", "price", "shipping_total", "discount_total", "tax_total")


class Settings(Struct, frozen=True, kw_only=True):
    """What the table itself does not say.

    ``cancelled_prefix`` begins the numbers of invoices that take others back, ``left_out_prefix`` those of invoices
    that are none (adjustments); empty: there are none. ``limit`` stops after so many orders, for a first look.
    """

    currency: str
    time_zone: str
    store: str = "default"
    date_format: Literal["dmy", "mdy"] = "dmy"
    decimal_mark: Literal[",", "."] = "."
    backfill: bool = True
    cancelled_prefix: str = ""
    left_out_prefix: str = ""
    limit: int | None = None


Mapped = Mapping[str, int]
"""The name of a field → the position of its column."""


def first_guess(
    kind: str, headings: Sequence[str], samples: Sequence[Sequence[Cell]], settings: Settings
) -> tuple[dict[str, int], Settings]:
    """Return which column may hold what, and how its numbers and days seem to be written."""
    mapping = guessed(kind, headings)
    amounts = [text for name in _AMOUNTS for text in _samples_of(mapping.get(name), samples)]
    days = [found for text in _samples_of(mapping.get("placed_at"), samples) if (found := _MONTH_FIRST.match(text))]
    commas = sum(bool(_COMMA.search(text)) for text in amounts)
    points = sum(bool(_POINT.search(text)) for text in amounts)
    return mapping, Settings(
        currency=settings.currency,
        time_zone=settings.time_zone,
        store=settings.store,
        date_format="mdy" if any(int(found[2]) > 12 for found in days) else "dmy",
        decimal_mark="," if commas > points else ".",
        backfill=settings.backfill,
    )


def mapping_problems(kind: str, mapping: Mapped, width: int) -> list[Problem]:
    """Return what a mapping lacks. ``pointer`` is the field's name."""
    fields = fields_of(kind)
    problems = [
        Problem(name, "required", "Choose the column that holds this.")
        for name, field in fields.items()
        if field.required and name not in mapping
    ]
    problems += [
        Problem(name, "unknown_column", "There is no such column.")
        for name, position in mapping.items()
        if name not in fields or not 0 <= position < width
    ]
    if kind == "orders" and mapping.keys() & {"unit_price", "line_total"} and "quantity" not in mapping:
        problems.append(Problem("quantity", "required", "A price needs a quantity."))
    if kind == "orders" and "total" not in mapping and not mapping.keys() & {"unit_price", "line_total"}:
        problems.append(Problem("total", "required", "Choose the total, or quantity and price of the lines."))
    return problems


def fingerprint(headings: Sequence[str]) -> bytes:
    """Return by what a file with the same headings is recognised, whatever their case and punctuation."""
    return hashlib.sha256("\x1f".join(comparable(heading) for heading in headings).encode()).digest()


def _samples_of(position: int | None, samples: Sequence[Sequence[Cell]]) -> list[str]:
    if position is None:
        return []
    return [cell for row in samples if position < len(row) and isinstance(cell := row[position], str)]
