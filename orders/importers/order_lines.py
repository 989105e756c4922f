"""Orders from a table of order lines, one row per line, as spreadsheets and many shops export them.

The default column names are those of the Online Retail set (UCI, https://doi.org/10.24432/C5BW33). Rows of one invoice
need not stand together. What cannot be an order is left out, each with its reason.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale

from orders.inputs import AddressInput, CustomerOfOrderInput, LineInput, OrderInput
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.money import UNIT_PRICE_DECIMALS, amount_text, decimals_of, rounded

DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%d")

# Names the data set uses that are not CLDR's.
OTHER_NAMES = {"eire": "IE", "usa": "US", "channel islands": "JE", "rsa": "ZA", "czech republic": "CZ"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what. An empty name means: there is none."""

    invoice: str = "InvoiceNo"
    sku: str = "StockCode"
    name: str = "Description"
    quantity: str = "Quantity"
    placed_at: str = "InvoiceDate"
    unit_price: str = "UnitPrice"
    customer: str = "CustomerID"
    country: str = "Country"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the table does not say. ``cancelled_prefix`` begins the numbers of invoices that take others back."""

    currency: str
    time_zone: ZoneInfo
    columns: Columns = Columns()
    cancelled_prefix: str = "C"
    backfill: bool = True
    source: str = "import"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row or a whole invoice (``row`` None) that became nothing; ``row`` counts from 1 below the heading."""

    invoice: str
    row: int | None
    reason: str


@dataclass(slots=True)
class Reading:
    """The orders, in the order in which their invoices first appear, and what was left out."""

    orders: list[OrderInput] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    cells: Mapping[str, str]
    quantity: int
    unit_price: Decimal


def read_order_lines(rows: Iterable[Mapping[str, str]], settings: Settings, limit: int | None = None) -> Reading:
    """Turn rows into orders. ``limit`` stops after so many invoices that have a positive quantity."""
    reading = Reading()
    invoices: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
    for number, cells in enumerate(rows, start=1):
        invoice = cells.get(settings.columns.invoice, "").strip()
        if invoice:
            invoices.setdefault(invoice, []).append((number, cells))
        else:
            reading.left_out.append(LeftOut("", number, "no invoice number"))
    taken = 0
    for invoice, lines in invoices.items():
        if limit is not None and taken >= limit:
            break
        taken += any((_quantity(cells, settings) or 0) > 0 for _, cells in lines)
        _read_invoice(invoice, lines, settings, reading)
    return reading


def _read_invoice(
    invoice: str, rows: list[tuple[int, Mapping[str, str]]], settings: Settings, reading: Reading
) -> None:
    if settings.cancelled_prefix and invoice.startswith(settings.cancelled_prefix):
        reading.left_out.append(LeftOut(invoice, None, "cancellation"))
        return
    if all((_quantity(cells, settings) or 0) <= 0 for _, cells in rows):
        reading.left_out.append(LeftOut(invoice, None, "no positive quantity"))
        return
    lines = []
    for number, cells in rows:
        line = _read_line(number, cells, settings)
        if isinstance(line, str):
            reading.left_out.append(LeftOut(invoice, number, line))
        else:
            lines.append(line)
    if not lines:
        reading.left_out.append(LeftOut(invoice, None, "no line left"))
        return
    placed_at = _moment(lines[0].cells.get(settings.columns.placed_at, ""), settings.time_zone)
    if placed_at is None:
        reading.left_out.append(LeftOut(invoice, None, "unreadable date"))
        return
    reading.orders.append(_order(invoice, placed_at, lines, settings))


def _read_line(number: int, cells: Mapping[str, str], settings: Settings) -> _Line | str:
    """Return the line, or why it is left out."""
    quantity = _quantity(cells, settings)
    if quantity is None:
        return "unreadable quantity"
    if quantity <= 0:
        return "quantity not positive"
    try:
        price = Decimal(cells.get(settings.columns.unit_price, "").strip())
    except InvalidOperation:
        return "unreadable price"
    if not price.is_finite():
        return "unreadable price"
    if price < 0:
        return "negative price"
    if decimals_of(price) > UNIT_PRICE_DECIMALS:
        return "price with more than four decimals"
    if not _text(cells, settings.columns.sku) and not _text(cells, settings.columns.name):
        return "neither article number nor name"
    return _Line(number, cells, quantity, price)


def _order(invoice: str, placed_at: dt.datetime, lines: list[_Line], settings: Settings) -> OrderInput:
    columns, first = settings.columns, lines[0].cells
    totals = [rounded(line.quantity * line.unit_price, settings.currency) for line in lines]
    customer = _text(first, columns.customer)
    country = country_code(_text(first, columns.country))
    return OrderInput(
        external_id=invoice,
        placed_at=placed_at,
        currency=settings.currency,
        total=amount_text(sum(totals, Decimal(0)), settings.currency),
        customer=CustomerOfOrderInput(external_id=customer) if customer else None,
        shipping_address=AddressInput(country=country) if country else None,
        lines=[
            LineInput(
                sku=_text(line.cells, columns.sku),
                name=_text(line.cells, columns.name),
                quantity=line.quantity,
                unit_price=format(line.unit_price, "f"),
                total=amount_text(total, settings.currency),
            )
            for line, total in zip(lines, totals, strict=True)
        ],
        source=settings.source,
        backfill=settings.backfill,
    )


def country_code(name: str) -> str:
    """Return the ISO 3166-1 alpha-2 code for an English name or a code, empty for what is neither."""
    if name.upper() in COUNTRIES:
        return name.upper()
    return OTHER_NAMES.get(name.lower()) or _CODES.get(name.lower(), "")


def _quantity(cells: Mapping[str, str], settings: Settings) -> int | None:
    try:
        return int(cells.get(settings.columns.quantity, "").strip())
    except ValueError:
        return None


def _moment(text: str, time_zone: ZoneInfo) -> dt.datetime | None:
    for format_ in DATE_FORMATS:
        try:
            return dt.datetime.strptime(text.strip(), format_).replace(tzinfo=time_zone)
        except ValueError:
            continue
    return None


def _text(cells: Mapping[str, str], column: str) -> str:
    return " ".join((cells.get(column) or "").split()) if column else ""


_CODES = {name.lower(): code for code, name in Locale("en").territories.items() if code in COUNTRIES}
