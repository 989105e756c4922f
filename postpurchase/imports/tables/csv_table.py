"""CSV as shops and spreadsheets write it: any of four delimiters, any of four encodings, line ends inside quotes."""

import codecs
import csv
import re
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from typing import BinaryIO

from postpurchase.imports.tables.cells import Cell, Row, Table, UnreadableFile
from postpurchase.lib.spreadsheets import unguarded

DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 1 << 20
_BEGINNING = 1 << 16
# Excel's own word for the delimiter, as a first line.
_SEPARATOR_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
_LONGEST_LINE = 4_000_000


def recognise(file: BinaryIO) -> Table:
    """Say how the text is encoded and what stands between its cells. Raises ``UnreadableFile``."""
    encoding = _encoding_of(file)
    file.seek(0)
    with _as_text(file, encoding) as text:
        beginning = text.read(_BEGINNING)
    if not beginning.strip():
        raise UnreadableFile("empty")
    return Table(format="csv", encoding=encoding, delimiter=_delimiter_of(beginning))


def records(file: BinaryIO, *, encoding: str, delimiter: str) -> Iterator[Row]:
    """Return every record with its number, the headings as number 1."""
    file.seek(0)
    with _as_text(file, encoding) as text:
        first = text.readline(16)
        lines = _lines(text, "" if _SEPARATOR_LINE.match(first) else first)
        # Strict, because a quotation mark that is never closed would swallow all rows after it.
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                too_long = "field larger" in str(error)
                raise UnreadableFile("cell_too_long" if too_long else "broken_quotes", row=number) from None
            except UnicodeDecodeError:
                raise UnreadableFile("encoding", row=number) from None
            yield number, _unguarded(cells)


def _lines(text: TextIOWrapper, first: str) -> Iterator[str]:
    """Lines of bounded length: a line that never ends must not be held whole before it is refused."""
    if first and not first.endswith(("\n", "\r")):
        first += text.readline(_LONGEST_LINE)
    if first:
        yield first
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise UnreadableFile("line_too_long")
        yield line


def _unguarded(cells: list[str]) -> list[Cell]:
    return [unguarded(cell) for cell in cells]


def _as_text(file: BinaryIO, encoding: str) -> "_Kept":
    return _Kept(file, encoding=encoding, newline="")


class _Kept(TextIOWrapper):
    """Text over a file that stays open when the text is done with."""

    def close(self) -> None:
        if not self.closed:
            self.detach()

    def __exit__(self, *_error: object) -> None:
        try:
            self.detach()
        except ValueError:
            return


def _encoding_of(file: BinaryIO) -> str:
    """By byte order mark, else UTF-16 by its many zero bytes, else UTF-8 if all of it is, else Windows-1252."""
    file.seek(0)
    start = file.read(4096)
    if start.startswith(codecs.BOM_UTF8):
        return _insist(file, "utf-8-sig")
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _insist(file, "utf-16")
    zeros_even, zeros_odd = start[0::2].count(0), start[1::2].count(0)
    if zeros_odd > len(start) // 4 and zeros_even <= len(start) // 20:
        return _insist(file, "utf-16-le")
    if zeros_even > len(start) // 4 and zeros_odd <= len(start) // 20:
        return _insist(file, "utf-16-be")
    for encoding in ("utf-8", "cp1252"):
        if _is_encoded_in(file, encoding):
            return encoding
    raise UnreadableFile("encoding")


def _insist(file: BinaryIO, encoding: str) -> str:
    if not _is_encoded_in(file, encoding):
        raise UnreadableFile("encoding")
    return encoding


def _is_encoded_in(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(beginning: str) -> str:
    """The delimiter that gives the headings most columns, counted as a CSV reader counts."""
    if named := _SEPARATOR_LINE.match(beginning):
        return named[1]

    def columns(delimiter: str) -> int:
        try:
            return len(next(csv.reader(StringIO(beginning.lstrip("\r\n"), newline=""), delimiter=delimiter), []))
        except csv.Error:
            return 0

    return max(DELIMITERS, key=columns)
