"""Rows as text, straight from PostgreSQL: one JSON object per row, and cells of a table for people."""

import json
from collections.abc import Iterator
from decimal import Decimal

from django.db import connection

from postpurchase.accounts.models import Merchant
from postpurchase.exports.tables import Table
from postpurchase.lib.spreadsheets import csv_line

CHUNK = 2_000


def json_rows(table: Table) -> Iterator[str]:
    """Yield the rows of the open scope's merchant, oldest first, each as the text of a JSON object.

    Moments are in UTC, numbers have all their digits, bytes are hexadecimal, all as PostgreSQL reads them again.
    Streams: memory does not grow with the table. Needs the merchant's scope for as long as it runs.
    """
    name = connection.ops.quote_name(table._meta.db_table)
    column = "id" if table is Merchant else "merchant_id"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT row_to_json(exported)::text FROM {name} AS exported"  # noqa: S608 - our own names
            f" WHERE {column} = nullif(current_setting('app.merchant', true), '')::uuid ORDER BY id"
        )
        while rows := cursor.fetchmany(CHUNK):
            for (text,) in rows:
                yield text


def csv_lines(table: Table) -> Iterator[str]:
    """Yield the lines of a CSV file: a heading, then the rows of ``json_rows``. Every cell is quoted.

    A text that a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers.
    """
    columns = [str(field.column) for field in table._meta.local_concrete_fields]
    yield csv_line(columns)
    for text in json_rows(table):
        row = json.loads(text, parse_float=Decimal)
        yield csv_line(row[column] for column in columns)
