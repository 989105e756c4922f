"""Files and imports for tests."""

import io
import uuid
from typing import Any

import msgspec

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.imports.enums import WORKING, Kind
from postpurchase.imports.mapping import Settings, first_guess
from postpurchase.imports.models import ImportJob
from postpurchase.imports.selectors import samples_of
from postpurchase.imports.services.jobs import create_import, map_import, start_import
from postpurchase.imports.services.work import work_on
from postpurchase.imports.tables.cells import Cell, Table
from tests.conftest import NOW

SETTINGS = Settings(currency="GBP", time_zone="Europe/London")
LINES = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE  HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536366,22633,HAND WARMER,6,2011-07-01 08:28:00,1.85,,EIRE
C536379,85123A,WHITE HANGING HEART,-2,2010-12-02 09:41:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,3,2010-12-01 08:26:00,3.395,17850,United Kingdom
C536383,D,Discount,-1,2010-12-02 09:49:00,27.50,17850,United Kingdom
536589,21777,,-10,2010-12-01 16:50:00,0.0,,United Kingdom
A563185,B,Adjust bad debt,1,2011-08-12 14:50:00,11062.06,,Unspecified
536370,22728,ALARM CLOCK,24,2010-12-01 08:45:00,3.75,12583,France
536370,22727,ALARM CLOCK,many,2010-12-01 08:45:00,3.75,12583,France
536372,22632,FREE GIFT,1,2010-12-01 09:01:00,0.0,17850,Unspecified
"""


def workbook(*rows: list[Any]) -> bytes:
    """An XLSX file with these rows."""
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_import(
    merchant: Merchant, content: str | bytes, *, kind: Kind = Kind.ORDERS, name: str = "orders.csv"
) -> ImportJob:
    """An import whose columns nobody has named yet. Needs the merchant's scope."""
    data = content.encode() if isinstance(content, str) else content
    return create_import(merchant=merchant, kind=kind, file=io.BytesIO(data), file_name=name, user=None, now=NOW)


def mapped(job: ImportJob, *, dry_run: bool = False, **settings: Any) -> None:
    """Name the columns as they are guessed. Needs the merchant's scope."""
    table = Table(**job.table)
    mapping, guess = first_guess(job.kind, table.headings, samples_of(job=job, limit=20), SETTINGS)
    changed = msgspec.structs.replace(guess, **settings)
    map_import(job=job, mapping=mapping, settings=changed, now=NOW, dry_run=dry_run)


def finish(merchant_id: uuid.UUID, job_id: uuid.UUID) -> ImportJob:
    """Do every step that is left; returns the import as it is then."""
    while work_on(merchant_id=merchant_id, job_id=job_id):
        pass
    with merchant_scope(merchant_id):
        return ImportJob.objects.get(pk=job_id)


def run_import(
    merchant: Merchant, content: str | bytes, *, kind: Kind = Kind.ORDERS, dry_run_first: bool = False, **settings: Any
) -> ImportJob:
    """Import a file from beginning to end, by what its headings say."""
    with merchant_scope(merchant.id):
        job = make_import(merchant, content, kind=kind)
        mapped(job, dry_run=dry_run_first, **settings)
    job = finish(merchant.id, job.id)
    if dry_run_first:
        assert job.state not in WORKING
        with merchant_scope(merchant.id):
            start_import(job=job)
        job = finish(merchant.id, job.id)
    return job


def cells(*values: Cell) -> list[Cell]:
    return list(values)
