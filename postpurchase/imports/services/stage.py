"""From the file to its rows in the database, a few thousand at a time.

Every batch is a transaction of its own: a worker that dies takes nothing along but the batch at hand, and the next one
reads on behind the last row that is there.
"""

import json
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.db import connection

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.imports.models import ImportJob, ImportPart, ImportRow
from postpurchase.imports.services.claims import Claim, finish_step, renew
from postpurchase.imports.tables.cells import Row, Table
from postpurchase.imports.tables.reading import fitted, rows_of
from postpurchase.lib.ids import uuid7

BATCH = 2_000
PART_SIZE = 512 * 1024


def store_file(*, merchant: Merchant, job: ImportJob, file: BinaryIO) -> None:
    """Keep the file in pieces, so that any worker can read it. Needs the merchant's scope."""
    file.seek(0)
    number = 0
    while content := file.read(PART_SIZE):
        ImportPart.objects.create(merchant=merchant, job=job, number=number, content=content)
        number += 1


@contextmanager
def stored_file(*, merchant_id: uuid.UUID, job_id: uuid.UUID) -> Iterator[BinaryIO]:
    """Give the file back as a temporary one, piece by piece from the database."""
    with tempfile.TemporaryFile() as file:
        with merchant_scope(merchant_id):
            numbers = list(ImportPart.objects.filter(job_id=job_id).order_by("number").values_list("number", flat=True))
        for number in numbers:
            with merchant_scope(merchant_id):
                file.write(ImportPart.objects.get(job_id=job_id, number=number).content)
        yield cast(BinaryIO, file)


def stage_rows(*, claim: Claim, table: Table, file: BinaryIO, after_row: int) -> None:
    """Read the file and store its rows behind ``after_row``. Raises ``UnreadableFile``, ``ClaimLost``."""
    batch: list[Row] = []
    for number, cells in rows_of(file, table):
        if number <= after_row:
            continue
        batch.append((number, cells))
        if len(batch) == BATCH:
            _store(claim, table, batch)
            batch = []
    _store(claim, table, batch)
    with merchant_scope(claim.merchant_id):
        ImportPart.objects.filter(job_id=claim.job_id).delete()
        finish_step(claim, rows_complete=True)


def last_row(*, job_id: uuid.UUID) -> int:
    """Return the number of the last row that is stored, 0 for none. Needs the merchant's scope."""
    rows = ImportRow.objects.filter(job_id=job_id).order_by("-number")
    return rows.values_list("number", flat=True).first() or 0


def _store(claim: Claim, table: Table, batch: list[Row]) -> None:
    if batch:
        with merchant_scope(claim.merchant_id):
            store_rows(merchant_id=claim.merchant_id, job_id=claim.job_id, table=table, rows=batch)
            renew(claim, rows=len(batch))


def store_rows(*, merchant_id: uuid.UUID, job_id: uuid.UUID, table: Table, rows: Sequence[Row]) -> None:
    """Store rows as they stand in the file. Needs the merchant's scope."""
    ids, numbers, texts, problems = [], [], [], []
    for number, cells in rows:
        row = fitted(cells, len(table.headings))
        problem = "more_cells_than_headings" if len(row) > len(table.headings) else ""
        if any(isinstance(cell, str) and "\x00" in cell for cell in row):
            # PostgreSQL cannot hold the character; the row stays, to be shown with the reason.
            row = [cell.replace("\x00", "\ufffd") if isinstance(cell, str) else cell for cell in row]
            problem = "nul"
        ids.append(str(uuid7()))
        numbers.append(number)
        texts.append(json.dumps(row, ensure_ascii=False))
        problems.append(problem)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO imports_importrow (id, merchant_id, job_id, number, cells, problem)"
            " SELECT id, %s, %s, number, cells::jsonb, problem"
            " FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[]) AS given (id, number, cells, problem)",
            [str(merchant_id), str(job_id), ids, numbers, texts, problems],
        )
