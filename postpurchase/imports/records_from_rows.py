"""From one row to a product or a customer as the API takes it. Pure.

What the file has no column for stays as it is stored: a list of prices must not empty descriptions.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from orders.inputs import CustomerInput, ProductInput
from postpurchase.imports.findings import CellReader, Finding, StagedRow
from postpurchase.imports.mapping import Mapped, Settings
from postpurchase.imports.orders_from_rows import Origins, findings_of
from postpurchase.imports.values import (
    UnreadableCell,
    day_of,
    list_of,
    long_text_of,
    number_of,
    text_of,
    whole_number_of,
    yes_or_no,
)
from postpurchase.lib.validation import Refused, read

Body = TypeVar("Body", bound=Struct)
Stored = Mapping[str, Any]
"""The body of what is stored already, empty for something new."""


def product_key(row: StagedRow, mapping: Mapped) -> str:
    """Return the article number of a row."""
    return text_of(CellReader(mapping).cell(row, "sku"))


def customer_key(row: StagedRow, mapping: Mapped) -> str:
    """Return the customer number of a row."""
    return text_of(CellReader(mapping).cell(row, "customer_id"))


def read_product(
    row: StagedRow, mapping: Mapped, settings: Settings, stored: Stored
) -> tuple[ProductInput | None, tuple[Finding, ...]]:
    """Turn a row into the product, or into what is wrong with it."""
    cells = CellReader(mapping)
    mark = settings.decimal_mark
    readers: dict[str, Callable[[Any], Any]] = {
        "sku": text_of,
        "name": text_of,
        "description": long_text_of,
        "url": text_of,
        "image_url": lambda cell: list_of(cell)[0] if text_of(cell) else "",
        "price": lambda cell: format(number_of(cell, mark).normalize(), "f") if text_of(cell) else None,
        "currency": lambda cell: text_of(cell).upper(),
        "available": lambda cell: yes_or_no(cell) if text_of(cell) else True,
        "categories": list_of,
        "related": list_of,
        "spare_parts": list_of,
        "replenish_days": lambda cell: whole_number_of(cell, mark) if text_of(cell) else None,
    }
    values = _values(cells, row, readers)
    body = {**stored, **values}
    if body.get("price") is not None and not body.get("currency"):
        body["currency"] = settings.currency
    return _body(row, body, cells, ProductInput, {"sku": "sku"})


def read_customer(
    row: StagedRow, mapping: Mapped, settings: Settings, stored: Stored
) -> tuple[CustomerInput | None, tuple[Finding, ...]]:
    """Turn a row into the customer, or into what is wrong with it."""
    cells = CellReader(mapping)
    readers: dict[str, Callable[[Any], Any]] = {
        "customer_id": text_of,
        "email": lambda cell: text_of(cell) or None,
        "phone": lambda cell: text_of(cell) or None,
        "first_name": text_of,
        "last_name": text_of,
        "company": text_of,
        "vat_id": text_of,
        "language": text_of,
        "accepts_marketing": yes_or_no,
        "birth_date": lambda cell: day_of(cell, settings.date_format) if text_of(cell) else None,
    }
    values = _values(cells, row, readers)
    values["external_id"] = values.pop("customer_id", "")
    return _body(row, {**stored, **values}, cells, CustomerInput, {"external_id": "customer_id"})


def _values(cells: CellReader, row: StagedRow, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if row.problem:
        cells.note(row, "", row.problem)
    values: dict[str, Any] = {}
    for name in cells.mapping:
        try:
            values[name] = readers[name](cells.cell(row, name))
        except UnreadableCell as error:
            cells.unreadable(row, name, error)
    return values


def _body(
    row: StagedRow, body: dict[str, Any], cells: CellReader, type_: type[Body], renamed: Mapping[str, str]
) -> tuple[Body | None, tuple[Finding, ...]]:
    if cells.findings:
        return None, tuple(cells.findings)
    try:
        return read(body, type_), ()
    except Refused as refused:
        return None, findings_of(refused.problems, origins_of(row, body, renamed))


def origins_of(row: StagedRow, body: Mapping[str, Any], renamed: Mapping[str, str] | None = None) -> Origins:
    """Return that everything in a body came from one row."""
    return {f"/{name}": (row.number, (renamed or {}).get(name, name)) for name in body}
