"""Taking a person out of the rows that were imported. That there was a row, and what became of it, stays."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from orders.models import Customer, Order
from postpurchase.imports.enums import Kind
from postpurchase.imports.models import ImportEntry, ImportRow
from postpurchase.lib.personal_data import ErasedPerson

# By the columns that name the customer, as the mapping says; and all rows of orders and customers known by a number.
_ROWS = """
SELECT r.id FROM imports_importrow r JOIN imports_importjob j ON j.merchant_id = r.merchant_id AND j.id = r.job_id
 WHERE btrim(r.cells->>(j.mapping->>'customer_id')::int) = ANY(%s)
    OR lower(btrim(r.cells->>(j.mapping->>'email')::int)) = ANY(%s)
UNION
SELECT r.id FROM imports_importentry e JOIN imports_importrow r
    ON r.merchant_id = e.merchant_id AND r.job_id = e.job_id AND r.number = ANY(e.row_numbers)
 WHERE e.id = ANY(%s::uuid[])
"""
_ENTRIES = """
SELECT e.id FROM imports_importentry e JOIN imports_importrow r
    ON r.merchant_id = e.merchant_id AND r.job_id = e.job_id AND r.number = ANY(e.row_numbers)
 WHERE r.id = ANY(%s::uuid[])
"""


def rows_about(customer_ids: Collection[uuid.UUID]) -> QuerySet[ImportRow]:
    """Return the staged rows about these customers or their orders. Needs the merchant's scope."""
    customers = Customer.objects.filter(pk__in=customer_ids)
    names = [name for name in customers.values_list("external_id", flat=True) if name]
    emails = [email for email in customers.values_list("email", flat=True) if email]
    return _rows(names, emails, _entries_named(customer_ids, names))


def entries_about(customer_ids: Collection[uuid.UUID]) -> QuerySet[ImportEntry]:
    """Return what became of these customers' rows. Needs the merchant's scope."""
    return _entries_of(rows_about(customer_ids))


def erase_imported_rows(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty the rows that told of a person. Needs the merchant's scope."""
    emails = [word.lower() for word in person.words if "@" in word]
    names = list(person.external_ids)
    found = rows_about(person.customer_ids) | _rows(names, emails, _entries_named(person.customer_ids, names))
    rows = ImportRow.objects.filter(Q(pk__in=found.values("pk")) | _naming(person.words))
    entries = _entries_of(rows)
    emptied = ImportEntry.objects.filter(pk__in=list(entries.values_list("pk", flat=True))).update(key="")
    return emptied + ImportRow.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(cells=[])


def _entries_named(customer_ids: Collection[uuid.UUID], names: Collection[str]) -> list[uuid.UUID]:
    numbers = Order.objects.filter(customer_id__in=customer_ids).values("number")
    entries = ImportEntry.objects.filter(
        Q(job__kind=Kind.ORDERS, key__in=numbers) | Q(job__kind=Kind.CUSTOMERS, key__in=names)
    ).exclude(key="")
    return list(entries.values_list("pk", flat=True))


def _rows(names: Collection[str], emails: Collection[str], entry_ids: Collection[uuid.UUID]) -> QuerySet[ImportRow]:
    ids = [str(entry_id) for entry_id in entry_ids]
    return ImportRow.objects.filter(pk__in=RawSQL(_ROWS, [list(names), list(emails), ids]))  # noqa: S611 - no input


def _entries_of(rows: QuerySet[ImportRow]) -> QuerySet[ImportEntry]:
    ids = [str(row_id) for row_id in rows.values_list("pk", flat=True)]
    return ImportEntry.objects.filter(pk__in=RawSQL(_ENTRIES, [ids]))  # noqa: S611 - no input


def _naming(words: Iterable[str]) -> Q:
    """Rows in which a word stands anywhere: columns nobody mapped."""
    conditions = [Q(cells__icontains=word) for word in words]
    return reduce(or_, conditions) if conditions else Q(pk__in=[])
