"""A file is recognised by its content, and then read row by row.

    table = recognise(file)
    for number, cells in rows_of(file, table): ...

``number`` is the row a spreadsheet shows: the headings are row 1. Nothing is held but the row at hand (of a workbook:
also its shared texts), so memory does not grow with the file.
"""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from postpurchase.imports.tables import csv_table, xlsx_table
from postpurchase.imports.tables.cells import Cell, Row, Table, UnreadableFile
from postpurchase.imports.tables.compressed import opened

SAMPLES = 20
MOST_COLUMNS = 500
MOST_ROWS = 1_000_000
LONGEST_HEADING = 200
LARGEST_FILE = 100_000_000


def recognise(file: BinaryIO, *, delimiter: str = "") -> Table:
    """Say what kind of table the file is, with its headings. Raises ``UnreadableFile``.

    ``delimiter`` is what stands between cells where the caller knows it.
    """
    file.seek(0)
    if file.read(4) == xlsx_table.MAGIC:
        table = Table(format="xlsx")
        xlsx_table.check(file)
    else:
        with opened(file) as plain:
            table = csv_table.recognise(plain)
        table.delimiter = delimiter or table.delimiter
    rows = _records(file, table)
    first = next(rows, None)
    if first is None:
        raise UnreadableFile("empty")
    headings = headings_of(first[1])
    table.headings = headings
    # Read on a little, so that what is wrong from the start is said at once.
    for _row in islice(rows, SAMPLES):
        pass
    return table


def rows_of(file: BinaryIO, table: Table) -> Iterator[Row]:
    """Return the rows below the headings; empty ones are left out but counted. Raises ``UnreadableFile``."""
    records = _records(file, table)
    next(records, None)
    for count, (number, cells) in enumerate(records, start=1):
        if count > MOST_ROWS:
            raise UnreadableFile("too_many_rows", row=number)
        yield number, cells


def headings_of(cells: list[Cell]) -> list[str]:
    """Return names by which columns can be told apart: an empty heading gets a number, a repeated one too."""
    headings: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(str(cell).replace("\x00", "").split())[:LONGEST_HEADING] or f"#{position}"
        unique, repeated = name, 2
        while unique in headings:
            unique, repeated = f"{name} ({repeated})", repeated + 1
        headings.append(unique)
    return headings


def fitted(cells: list[Cell], width: int) -> list[Cell]:
    """Return a row as wide as the headings: missing cells are empty, empty cells beyond are cut off."""
    row = cells + [""] * (width - len(cells))
    return row if any(cell != "" for cell in row[width:]) else row[:width]


def _records(file: BinaryIO, table: Table) -> "Iterator[Row]":
    """All rows that are not empty, the headings first."""
    with opened(file) as plain:
        source = (
            xlsx_table.records(plain)
            if table.format == "xlsx"
            else csv_table.records(plain, encoding=table.encoding, delimiter=table.delimiter)
        )
        for number, cells in source:
            if len(cells) > MOST_COLUMNS and any(cell != "" for cell in cells[MOST_COLUMNS:]):
                raise UnreadableFile("too_many_columns", row=number)
            if any(cell != "" for cell in cells):
                yield number, cells
