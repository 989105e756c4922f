"""What is wrong with rows, and where. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from postpurchase.imports.mapping import Mapped
from postpurchase.imports.tables.cells import Cell
from postpurchase.imports.values import UnreadableCell


class Finding(Struct, frozen=True, order=True):
    """One mistake: the row as a spreadsheet counts it (0: the whole entry), the field, a code and a sentence."""

    row: int
    field: str
    code: str
    message: str = ""


class StagedRow(Struct, frozen=True):
    """A row as it stands in the file."""

    number: int
    cells: list[Cell]
    problem: str = ""


class CellReader:
    """Reads cells of rows by the fields' names and collects what cannot be read."""

    def __init__(self, mapping: Mapped) -> None:
        self.mapping = mapping
        self.findings: list[Finding] = []

    def cell(self, row: StagedRow, name: str) -> Cell:
        """Return a cell as it stands; an unmapped field or a missing cell is empty."""
        position = self.mapping.get(name)
        return row.cells[position] if position is not None and position < len(row.cells) else ""

    def first(self, rows: Sequence[StagedRow], name: str) -> tuple[StagedRow, Cell]:
        """Return the first cell of several rows that is not empty, with its row: shops write an order's own values
        in its first row only, or in all of them."""
        for row in rows:
            if (cell := self.cell(row, name)) != "" and str(cell).strip():
                return row, cell
        return rows[0], ""

    def note(self, row: StagedRow | None, name: str, code: str, message: str = "") -> None:
        """Keep a mistake."""
        self.findings.append(Finding(row.number if row else 0, name, code, message))

    def unreadable(self, row: StagedRow, name: str, error: UnreadableCell) -> None:
        """Keep that a cell does not say what its column should."""
        self.note(row, name, error.code)
