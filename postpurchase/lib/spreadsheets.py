"""Texts in files that spreadsheets open.

A spreadsheet takes a cell that begins with one of a few characters for a formula and runs it. An apostrophe in front
makes it text (OWASP ASVS 5.0, 1.2.10). The way back is unambiguous: what was written here is read here as it was.
"""

import csv
import re
from collections.abc import Iterable
from io import StringIO

# The full-width forms too: East Asian versions of spreadsheets read them like the plain ones.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\x00＝＋－＠]")
_GUARDED = re.compile("'+[=+\\-@\t\r\n\x00＝＋－＠]")


def guarded(text: str) -> str:
    """Return the text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """Return the text that ``guarded`` was given; any other cell as it is."""
    return cell[1:] if _GUARDED.match(cell) else cell


def csv_line(cells: Iterable[str]) -> str:
    """Return one line of a CSV file: every cell guarded and in quotation marks, ended as RFC 4180 says."""
    line = StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return line.getvalue()
