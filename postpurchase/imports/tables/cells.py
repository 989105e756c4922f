"""What the readers of tables have in common."""

from dataclasses import dataclass, field
from typing import Literal

Cell = str | int | float
"""Text; or a number, where a workbook says that the cell is one. Days and times are text as in ISO 8601."""

Row = tuple[int, list[Cell]]

# As many characters as Python's CSV reader takes; ten times what the longest field of the product takes.
LONGEST_CELL = 131_072


@dataclass(slots=True)
class Table:
    """How a file is to be read, and its headings. ``encoding`` and ``delimiter`` are empty for workbooks."""

    format: Literal["csv", "xlsx"]
    encoding: str = ""
    delimiter: str = ""
    headings: list[str] = field(default_factory=list)


class UnreadableFile(ValueError):
    """The file cannot be read as a table; ``code`` says why, ``row`` where, if that is known."""

    def __init__(self, code: str, *, row: int | None = None) -> None:
        self.code, self.row = code, row
        super().__init__(code if row is None else f"{code} (row {row})")
