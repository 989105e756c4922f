"""Texts in files that spreadsheets open.

A spreadsheet takes a cell that begins with one of a few characters for a formula and runs it. An apostrophe in front
makes it text (OWASP ASVS 5.0, 1.2.10). The way back is unambiguous: what was written here is read here as it was.
"""

import csv
import json
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


def csv_line(cells: Iterable[object]) -> str:
    """Return one line of a CSV file: every cell in quotation marks, ended as RFC 4180 says.

    Texts are guarded, numbers stay numbers; lists and dictionaries are written as JSON, None as an empty cell.
    """
    line = StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([_written(cell) for cell in cells])
    return line.getvalue()


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)
    return str(value)
