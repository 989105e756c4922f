"""From the rows of one order to the body the API takes, and from those of a cancellation to what it takes back. Pure.

One mistake refuses the whole order, never only a line of it: half an order would be worse than none.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from orders.inputs import OrderInput
from postpurchase.imports.findings import CellReader, Finding, StagedRow
from postpurchase.imports.mapping import Mapped, Settings
from postpurchase.imports.tables.cells import Cell
from postpurchase.imports.values import (
    UnreadableCell,
    country_code,
    moment_of,
    number_of,
    text_of,
    whole_number_of,
    yes_or_no,
)
from postpurchase.lib.money import MINOR_UNITS, UNIT_PRICE_DECIMALS, amount_text, decimals_of, rounded
from postpurchase.lib.validation import Problem, Refused, read

T = TypeVar("T")
Origins = dict[str, tuple[int, str]]
"""Where in a body (JSON pointer) → the row and the field it came from."""

SOURCE = "import"
MOST_ROWS = 2_000
_LINE_FIELDS = {
    "sku": "sku",
    "name": "line_name",
    "quantity": "quantity",
    "unit_price": "unit_price",
    "total": "line_total",
    "product_url": "product_url",
    "image_url": "image_url",
}
ADDRESS_FIELDS = ("company", "street", "street2", "postal_code", "city", "region")
# Words of Shopify, WooCommerce, Shopware, Magento and JTL, and those of the API.
STATUSES = {
    **dict.fromkeys(("", "open", "pending", "processing", "on-hold", "wc-processing", "wc-on-hold", "wc-pending", "new",
                     "offen", "in bearbeitung", "in progress", "unfulfilled", "partial", "partially_shipped"), "open"),
    **dict.fromkeys(("cancelled", "canceled", "wc-cancelled", "storniert", "abgebrochen", "voided", "failed",
                     "wc-failed"), "cancelled"),
    **dict.fromkeys(("fulfilled", "shipped", "versendet", "versandt", "geliefert", "delivered"), "fulfilled"),
    **dict.fromkeys(("closed", "complete", "completed", "wc-completed", "done", "abgeschlossen", "erledigt",
                     "refunded", "wc-refunded"), "closed"),
}  # fmt: skip
PAYMENTS = {
    **dict.fromkeys(("", "paid", "bezahlt", "authorized", "completed", "complete"), "paid"),
    **dict.fromkeys(("pending", "open", "offen", "unpaid", "unbezahlt", "nicht bezahlt", "unconfirmed", "reminded",
                     "partially_paid", "paid_partially", "teilweise bezahlt"), "pending"),
    **dict.fromkeys(("refunded", "erstattet", "voided", "cancelled", "storniert"), "refunded"),
    **dict.fromkeys(("partially_refunded", "refunded_partially", "teilweise erstattet"), "partially_refunded"),
    **dict.fromkeys(("not_needed", "free", "kostenlos"), "not_needed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderReading:
    """The order, or why there is none; ``left_out`` says why rows were never meant to be one."""

    order: OrderInput | None = None
    findings: tuple[Finding, ...] = ()
    left_out: str = ""
    origins: Origins = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CancelledLine:
    """A line that takes articles back: a positive quantity and the money given back for it."""

    row: int
    sku: str
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Cancellation:
    """An invoice that takes articles of earlier orders back."""

    number: str
    customer: str
    placed_at: dt.datetime | None
    lines: tuple[CancelledLine, ...]
    findings: tuple[Finding, ...] = ()


def read_order(rows: Sequence[StagedRow], mapping: Mapped, settings: Settings) -> OrderReading:
    """Turn all rows of one order number into the order. Totals that have no column are computed from the lines."""
    if settings.left_out_prefix and _number(rows, mapping).startswith(settings.left_out_prefix):
        return OrderReading(left_out="adjustment")
    return _OrderReader(rows, mapping, settings).read()


def read_cancellation(rows: Sequence[StagedRow], mapping: Mapped, settings: Settings) -> Cancellation:
    """Turn all rows of one cancelling invoice into what it takes back."""
    cells = CellReader(mapping)
    lines = [line for row in rows if (line := _cancelled_line(cells, row, settings))]
    return Cancellation(
        number=_number(rows, mapping),
        customer=text_of(cells.first(rows, "customer_id")[1]),
        placed_at=_moment(cells, rows, settings),
        lines=tuple(lines),
        findings=tuple(cells.findings),
    )


def _number(rows: Sequence[StagedRow], mapping: Mapped) -> str:
    return text_of(CellReader(mapping).first(rows, "number")[1])


def _moment(cells: CellReader, rows: Sequence[StagedRow], settings: Settings) -> dt.datetime | None:
    row, cell = cells.first(rows, "placed_at")
    try:
        return moment_of(cell, settings.date_format, ZoneInfo(settings.time_zone))
    except UnreadableCell as error:
        cells.unreadable(row, "placed_at", error)
        return None


def _cancelled_line(cells: CellReader, row: StagedRow, settings: Settings) -> CancelledLine | None:
    try:
        quantity = whole_number_of(cells.cell(row, "quantity"), settings.decimal_mark)
        price = number_of(cells.cell(row, "unit_price"), settings.decimal_mark)
    except UnreadableCell as error:
        cells.unreadable(row, "quantity", error)
        return None
    if quantity >= 0 or price < 0:
        cells.note(row, "quantity", "takes_nothing_back")
        return None
    return CancelledLine(
        row=row.number,
        sku=text_of(cells.cell(row, "sku")),
        quantity=-quantity,
        amount=rounded(-quantity * price, settings.currency),
    )


class _OrderReader:
    """Reads one order; mistakes are collected, so that all of them can be mended at once."""

    def __init__(self, rows: Sequence[StagedRow], mapping: Mapped, settings: Settings) -> None:
        self.rows, self.mapping, self.settings = rows, mapping, settings
        self.cells = CellReader(mapping)
        self.currency = settings.currency
        self.origins: Origins = {}

    def read(self) -> OrderReading:
        for row in self.rows:
            if row.problem:
                self.cells.note(row, "", row.problem)
        number = self._text("number")
        if not number:
            self.cells.note(self.rows[0], "number", "no_number")
        if self._takes_everything_back():
            return OrderReading(left_out="no_positive_quantity")
        body = self._body(number)
        if self.cells.findings:
            return OrderReading(findings=tuple(self.cells.findings))
        try:
            return OrderReading(order=read(body, OrderInput), origins=self.origins)
        except Refused as refused:
            return OrderReading(findings=findings_of(refused.problems, self.origins))

    def _body(self, number: str) -> dict[str, Any]:
        self.currency = self._text("currency").upper() or self.settings.currency
        if self.currency not in MINOR_UNITS:
            self.cells.note(self.rows[0], "currency", "unknown_currency")
        lines = self._lines()
        amounts = {name: self._amount(name) for name in ("shipping_total", "discount_total", "tax_total")}
        discount = amounts["discount_total"]
        # Some exports write a discount with its sign.
        amounts["discount_total"] = abs(discount) if discount else discount
        body = {
            "external_id": self._text("external_id") or number,
            "number": number,
            "placed_at": _moment(self.cells, self.rows, self.settings),
            "currency": self.currency,
            "total": amount_text_exact(self._total(lines, amounts), self.currency),
            **{name: amount_text_exact(amount or Decimal(0), self.currency) for name, amount in amounts.items()},
            "status": self._word("status", STATUSES),
            "payment_status": self._word("payment_status", PAYMENTS),
            "language": self._text("language"),
            "store": self.settings.store,
            "customer": self._customer(),
            "shipping_address": self._address("shipping"),
            "billing_address": self._address("billing"),
            "lines": lines,
            "source": SOURCE,
            "backfill": self.settings.backfill,
        }
        self.origins["/external_id"] = self.rows[0].number, "number"
        return body

    def _takes_everything_back(self) -> bool:
        """A write-off of stock: an invoice on which nothing is bought."""
        if "quantity" not in self.mapping:
            return False
        for row in self.rows:
            try:
                if whole_number_of(self.cells.cell(row, "quantity"), self.settings.decimal_mark) > 0:
                    return False
            except UnreadableCell:
                return False
        return True

    def _lines(self) -> list[dict[str, Any]]:
        if not self.mapping.keys() & {"quantity", "sku", "line_name"}:
            return []
        lines: list[dict[str, Any]] = []
        for row in self.rows:
            line = self._line(row)
            if line is not None:
                at = f"/lines/{len(lines)}/"
                self.origins |= {at + name: (row.number, source) for name, source in _LINE_FIELDS.items()}
                lines.append(line)
        return lines

    def _line(self, row: StagedRow) -> dict[str, Any] | None:
        sku, name = text_of(self.cells.cell(row, "sku")), text_of(self.cells.cell(row, "line_name"))
        quantity = self._read(row, "quantity", whole_number_of) if "quantity" in self.mapping else 1
        price = self._optional_number(row, "unit_price")
        total = self._optional_number(row, "line_total")
        if quantity is None:
            return None
        if quantity <= 0:
            self.cells.note(row, "quantity", "not_positive")
            return None
        if price is None and total is not None:
            price = _price_of_one(total, quantity)
        if price is None:
            if not text_of(self.cells.cell(row, "unit_price")):
                self.cells.note(row, "unit_price", "no_price")
            return None
        if price < 0 or (total is not None and total < 0):
            self.cells.note(row, "unit_price", "negative_price")
            return None
        if decimals_of(price) > UNIT_PRICE_DECIMALS:
            self.cells.note(row, "unit_price", "too_many_decimals")
        if not sku and not name:
            self.cells.note(row, "sku", "no_article")
        return {
            "sku": sku,
            "name": name,
            "quantity": quantity,
            "unit_price": format(price, "f"),
            "total": amount_text(quantity * price, self.currency)
            if total is None
            else amount_text_exact(total, self.currency),
            "product_url": text_of(self.cells.cell(row, "product_url")),
            "image_url": text_of(self.cells.cell(row, "image_url")),
        }

    def _total(self, lines: Sequence[dict[str, Any]], amounts: dict[str, Decimal | None]) -> Decimal:
        given = self._amount("total")
        if given is not None:
            return given
        total = sum((Decimal(line["total"]) for line in lines), Decimal(0))
        total += (amounts["shipping_total"] or Decimal(0)) - (amounts["discount_total"] or Decimal(0))
        if total < 0:
            self.cells.note(self.rows[0], "discount_total", "negative_total")
        return total

    def _amount(self, name: str) -> Decimal | None:
        row, _ = self.cells.first(self.rows, name)
        self.origins[f"/{name}"] = row.number, name
        amount = self._optional_number(row, name)
        if amount is not None and amount < 0 and name != "discount_total":
            self.cells.note(row, name, "negative_price")
        return amount

    def _optional_number(self, row: StagedRow, name: str) -> Decimal | None:
        return self._read(row, name, number_of) if str(self.cells.cell(row, name)).strip() else None

    def _read(self, row: StagedRow, name: str, reader: Callable[[Cell, str], T]) -> T | None:
        try:
            return reader(self.cells.cell(row, name), self.settings.decimal_mark)
        except UnreadableCell as error:
            self.cells.unreadable(row, name, error)
            return None

    def _text(self, name: str, pointer: str = "") -> str:
        row, cell = self.cells.first(self.rows, name)
        self.origins[pointer or f"/{name}"] = row.number, name
        return text_of(cell)

    def _word(self, name: str, words: dict[str, str]) -> str:
        word = self._text(name).lower()
        if word not in words:
            self.cells.note(self.cells.first(self.rows, name)[0], name, "unknown_word")
        return words.get(word, "")

    def _customer(self) -> dict[str, Any] | None:
        person = {
            name: self._text(source, f"/customer/{name}")
            for name, source in (
                ("external_id", "customer_id"),
                ("email", "email"),
                ("phone", "phone"),
                ("first_name", "first_name"),
                ("last_name", "last_name"),
                ("company", "company"),
                ("vat_id", "vat_id"),
            )
        }
        if not any(person.values()):
            return None
        row, cell = self.cells.first(self.rows, "accepts_marketing")
        try:
            return {**person, "accepts_marketing": yes_or_no(cell)}
        except UnreadableCell as error:
            self.cells.unreadable(row, "accepts_marketing", error)
            return None

    def _address(self, kind: str) -> dict[str, str] | None:
        at = f"/{kind}_address"
        address = {name: self._text(f"{kind}_{name}", f"{at}/{name}") for name in ADDRESS_FIELDS}
        names = (self._text(f"{kind}_first_name"), self._text(f"{kind}_last_name"))
        address["name"] = self._text(f"{kind}_name", f"{at}/name") or " ".join(name for name in names if name)
        address["country"] = country_code(self._text(f"{kind}_country", f"{at}/country"))
        return address if any(address.values()) else None


def findings_of(problems: Iterable[Problem], origins: Origins) -> tuple[Finding, ...]:
    """Return a body's problems as mistakes of the rows and fields they came from."""
    found = []
    for problem in problems:
        row, name = origins.get(problem.pointer, (0, problem.pointer.rpartition("/")[2]))
        found.append(Finding(row, name, problem.code, problem.message))
    return tuple(found)


def amount_text_exact(amount: Decimal, currency: str) -> str:
    """Return an amount with the currency's decimals; one that has more keeps them, to be refused with a reason."""
    if decimals_of(amount) > MINOR_UNITS.get(currency, 2):
        return format(amount.normalize(), "f")
    return amount_text(amount, currency)


def _price_of_one(total: Decimal, quantity: int) -> Decimal:
    price = total / quantity
    return price if decimals_of(price) <= UNIT_PRICE_DECIMALS else round(price, UNIT_PRICE_DECIMALS)
