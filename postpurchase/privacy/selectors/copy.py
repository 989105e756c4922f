"""A customer's copy of everything that is known of them (Art. 15 and 20 GDPR), complete and for machines.

    {"format": "postpurchase.customer", "version": 1, "exported_at": …, "merchant": …,
     "sections": {"customer": [{…}], "orders": [{…}, …], …}}

Sections and their columns follow from the tables (``privacy/registry.py``), so that a new one is in the copy from its
first day. Only the columns that ``personal_data.py`` calls hidden, digests and secrets, are left out.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import models

from orders.models import Customer
from orders.selectors import ids_of_customer
from postpurchase.accounts.models import Merchant, MerchantModel
from postpurchase.lib.personal_data import Table
from postpurchase.lib.spreadsheets import csv_line
from postpurchase.privacy.registry import RowsOfPerson, tables

FORMAT, VERSION = "postpurchase.customer", 1
CHUNK = 2_000

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CustomerCopy:
    """Everything known of one customer. Values are plain: text, numbers, moments, lists and dictionaries."""

    exported_at: dt.datetime
    merchant: str
    sections: dict[str, list[Row]]


def copy_of_customer(*, customer: Customer, merchant: Merchant, now: dt.datetime) -> CustomerCopy:
    """Collect a customer's copy; sections without rows are there and empty. Needs the merchant's scope."""
    person = RowsOfPerson(ids_of_customer(customer_id=customer.id))
    sections = {
        table.section: list(_rows(model, table, person.of(model, table)))
        for model, table in tables().items()
        if table.section
    }
    return CustomerCopy(exported_at=now, merchant=merchant.name, sections=sections)


def copied_columns(model: type[MerchantModel], table: Table) -> list[str]:
    """Return the columns of a section, in the order of the table."""
    return [
        field.attname
        for field in model._meta.local_concrete_fields
        if field.name != "merchant" and field.name not in table.hidden_columns
    ]


def as_json(copy: CustomerCopy) -> bytes:
    """Return the copy as one JSON document."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": copy.exported_at,
        "merchant": copy.merchant,
        "sections": copy.sections,
    }
    return msgspec.json.encode(document)


def as_zip(copy: CustomerCopy) -> bytes:
    """Return the copy as an archive: the JSON document, and every section that has rows as a table for people."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("customer.json", msgspec.json.format(as_json(copy), indent=2))
        for section, rows in copy.sections.items():
            if rows:
                archive.writestr(f"{section}.csv", "\ufeff" + "".join(_csv(rows)))
    return target.getvalue()


def _rows(model: type[MerchantModel], table: Table, rows: models.QuerySet[MerchantModel]) -> Iterator[Row]:
    columns = copied_columns(model, table)
    for values in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        yield {name: _plain(value) for name, value in zip(columns, values, strict=True)}


def _plain(value: Any) -> Any:
    """Bytes are texts that came from a shop; a byte that is none stands as a question mark."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else value


def _csv(rows: list[Row]) -> Iterator[str]:
    yield csv_line(rows[0])
    for row in rows:
        yield csv_line(msgspec.to_builtins(value) for value in row.values())
