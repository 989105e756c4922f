"""The first sheet of an XLSX workbook, row by row, with the values its formulas had when it was saved.

A workbook is a ZIP of XML written by somebody else, so its size is looked at before anything is unpacked, and parts
that declare a document type (the way in for entities) are refused. openpyxl's read-only mode streams the sheet.
"""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from postpurchase.imports.tables.cells import LONGEST_CELL, Cell, Row, UnreadableFile
from postpurchase.lib.spreadsheets import unguarded

MAGIC = b"PK\x03\x04"
MOST_PARTS = 1_000
LARGEST_UNPACKED = 100_000_000
# Texts that cells share are held in memory together.
LARGEST_SHARED_TEXTS = 30_000_000
LARGEST_RATIO = 100
_SHARED_TEXTS = "xl/sharedStrings.xml"
_BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    NotImplementedError,
)


def check(file: BinaryIO) -> None:
    """Raise ``UnreadableFile`` for what is no workbook or would become too large."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UnreadableFile("too_large_unpacked")
            for part in parts:
                if part.file_size > LARGEST_RATIO * max(part.compress_size, 1_000):
                    raise UnreadableFile("too_large_unpacked")
                if part.filename == _SHARED_TEXTS and part.file_size > LARGEST_SHARED_TEXTS:
                    raise UnreadableFile("too_large_unpacked")
                if _has_document_type(archive, part):
                    raise UnreadableFile("document_type")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        raise UnreadableFile("not_a_table") from None


def records(file: BinaryIO) -> Iterator[Row]:
    """Return every row of the first sheet with its number, the headings first."""
    # A quarter of every start of every process, for the few that read a workbook: it loads numpy where that is there.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    check(file)
    file.seek(0)
    workbook: Any = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about drawings and styles that nobody asked for
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = workbook.worksheets[0] if workbook.worksheets else None
        if sheet is None:
            raise UnreadableFile("not_a_table")
        sheet.reset_dimensions()  # what a sheet says about its own size is often wrong
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_cell(value, number) for value in cells]
    except UnreadableFile:
        raise
    except (*_BROKEN, InvalidFileException):
        raise UnreadableFile("not_a_table") from None
    finally:
        if workbook is not None:
            workbook.close()


def _has_document_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as content:
        start = content.read(4096)
    # The same letters in UTF-16 have zero bytes between them.
    return b"<!DOCTYPE" in start.replace(b"\x00", b"") or b"<!ENTITY" in start.replace(b"\x00", b"")


def _cell(value: Any, row: int) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.15g}")
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    text = unguarded(str(value))
    if len(text) > LONGEST_CELL:
        raise UnreadableFile("cell_too_long", row=row)
    return text
