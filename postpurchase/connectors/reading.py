"""Shops' bodies, read field by field: whatever is wrong becomes an ``Unreadable`` that names the field and why.

Shops are careless with types: amounts come as text, flags as 0 and 1, empty objects as ``[]``, no date as
``0000-00-00``. What is merely cosmetic (a control character, a name that is too long, an e-mail address that is none)
is tidied or left out, because an order without it is better than no order; what carries meaning is never guessed.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from orders.checks import LARGEST_AMOUNT, customer_problems, order_problems, product_problems, refund_problems
from orders.inputs import (
    Address,
    CustomerInput,
    EmailAddress,
    Language,
    OrderInput,
    ProductInput,
    RefundInput,
)
from postpurchase.connectors.base import Unreadable
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.moments import in_utc
from postpurchase.lib.money import MINOR_UNITS, amount_text, unit_price_text
from postpurchase.lib.validation import Problem, Refused, read
from tracking.carriers.registry import carrier_of_word
from tracking.enums import Carrier
from tracking.inputs import ShipmentInput

T = TypeVar("T")

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_TAG = re.compile(r"<[^<>]*>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# Of an article, in characters; and how much of the HTML is looked at for it.
LONGEST_DESCRIPTION, LONGEST_HTML = 10_000, 100_000
# How PHP shops write "no date".
_NO_DATES = ("0000-00-00", "1000-01-01", "0001-01-01", "-0001-11-30")


@dataclass(frozen=True, slots=True)
class Part:
    """An object within a body. ``where`` is the way to it, for what is said of wrong fields."""

    fields: Mapping[str, Any]
    where: str = ""

    def has(self, name: str) -> bool:
        """Say whether the field says anything."""
        return self.fields.get(name) not in (None, "", [], {})

    def part(self, name: str) -> "Part":
        """Return the object in a field, an empty one where there is none."""
        value = self.fields.get(name)
        if value in (None, "", []):
            return Part({}, self._way(name))
        if not isinstance(value, Mapping):
            raise self.wrong(name, "an object is expected")
        return Part(value, self._way(name))

    def parts(self, name: str) -> list["Part"]:
        """Return the objects in a list, none where there is no list."""
        value = self.fields.get(name)
        if value in (None, "", {}):
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "a list is expected")
        found = []
        for index, item in enumerate(value):
            if not isinstance(item, Mapping):
                raise self.wrong(f"{name}/{index}", "an object is expected")
            found.append(Part(item, self._way(f"{name}/{index}")))
        return found

    def text(self, *names: str, most: int = 200) -> str:
        """Return the first of the fields that says anything: one line, without control characters, not too long."""
        for name in names:
            value = self.fields.get(name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise self.wrong(name, "text is expected")
            plain = int(value) if isinstance(value, float) and value.is_integer() else value
            tidy = _CONTROL.sub(" ", str(plain)).strip()[:most].rstrip()
            if tidy:
                return tidy
        return ""

    def identifier(self, *names: str) -> str:
        """Return an id. Raises ``Unreadable`` where there is none, or one too long to be cut."""
        for name in names:
            found = self.text(name, most=1000)
            if len(found) > 200:
                raise self.wrong(name, "an id may have 200 characters")
            if found:
                return found
        raise self.wrong(names[0], "an id is missing")

    def number(self, *names: str) -> Decimal | None:
        """Return the first of the fields that holds a number, which may be below 0."""
        for name in names:
            value = self.fields.get(name)
            if value is None or value == "":
                continue
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise self.wrong(name, "a number is expected")
            written = format(Decimal(str(value)), "f") if isinstance(value, int | float) else value.strip()
            if not _NUMBER.fullmatch(written):
                raise self.wrong(name, "a number is expected")
            if abs(found := Decimal(written)) >= LARGEST_AMOUNT:
                raise self.wrong(name, "this number is too large")
            return found
        return None

    def amount(self, *names: str) -> Decimal:
        """Return a sum of money of at least 0. Raises ``Unreadable`` where there is none."""
        found = self.number(*names)
        if found is None:
            raise self.wrong(names[0], "an amount is missing")
        if found < 0:
            raise self.wrong(names[0], f"{found} is below 0")
        return found

    def flag(self, name: str) -> bool:
        """Return whether a field says yes: true, 1, "1", "true" or "yes"."""
        return str(self.fields.get(name)).strip().lower() in ("true", "1", "yes")

    def moment(self, *names: str, zone: str = "UTC") -> dt.datetime | None:
        """Return a moment in UTC, None where there is none.

        A time without offset is read in ``zone``; where the clock shows it twice (autumn), the first one is meant.
        """
        for name in names:
            value = self.fields.get(name)
            if value in (None, "", 0) or (isinstance(value, str) and value.strip().startswith(_NO_DATES)):
                continue
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise self.wrong(name, "a date is expected")
            try:
                return _moment(value, zone)
            except (ValueError, OverflowError, OSError):
                raise self.wrong(name, "a date is expected") from None
        return None

    def day(self, *names: str, zone: str = "UTC") -> dt.date | None:
        """Return the day of a moment, as the calendar in ``zone`` has it."""
        moment = self.moment(*names, zone=zone)
        try:
            return moment and moment.astimezone(ZoneInfo(zone)).date()
        except OverflowError:
            raise self.wrong(names[0], "a date is expected") from None

    def email(self, *names: str) -> str | None:
        """Return an e-mail address, None where there is none that could be written to."""
        return fitting(self.text(*names, most=300), EmailAddress) or None

    def country(self, *names: str) -> str:
        """Return an ISO 3166-1 alpha-2 code, empty where the shop uses something else."""
        code = self.text(*names).upper()
        return code if code in COUNTRIES else ""

    def language(self, *names: str) -> str:
        """Return a BCP 47 tag: ``de-DE`` for ``de_DE``, ``de`` for ``DE``; empty where there is none."""
        primary, _, rest = self.text(*names).replace("_", "-").partition("-")
        return fitting(f"{primary.lower()}-{rest}" if rest else primary.lower(), Language) or ""

    def currency(self, *names: str, default: str) -> str:
        """Return an ISO 4217 code, ``default`` where the shop says none."""
        code = (self.text(*names) or default).upper()
        if code not in MINOR_UNITS:
            raise self.wrong(names[0], f"{code[:10]} is no active currency (ISO 4217)")
        return code

    def address(self, *names: str) -> str:
        """Return an address of the web, empty where it is none."""
        return fitting(self.text(*names, most=2001), Address) or ""

    def wrong(self, name: str, why: str) -> Unreadable:
        """Return what is wrong with a field, to be raised."""
        return Unreadable(f"{self._way(name)}: {why}.")

    def _way(self, name: str) -> str:
        return f"{self.where}/{name}" if self.where else name


def whole(body: Any) -> Part:
    """Return a body to read from. Raises ``Unreadable`` where it is no object."""
    if not isinstance(body, Mapping):
        raise Unreadable("The body: an object is expected.")
    return Part(body)


def fitting(value: str, type_: Any) -> str | None:
    """Return the value if the type takes it."""
    try:
        return str(msgspec.convert(value, type_))
    except msgspec.ValidationError:
        return None


def money(amount: Decimal, currency: str) -> str:
    """Write a total for an input."""
    return amount_text(amount, currency)


def plain_text(html: str, most: int = LONGEST_DESCRIPTION) -> str:
    """Return what a piece of HTML says, in one line of at most ``most`` characters."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())[:most].rstrip()


def quantity_and_price(quantity: Decimal, total: Decimal, currency: str) -> dict[str, Any]:
    """Return ``quantity``, ``unit_price`` and ``total`` of a line from what the shop says of it.

    Half a kilogram is one piece for us; the shop's quantity then stands in the line's attributes.
    """
    if quantity == quantity.to_integral_value():
        pieces, attributes = int(quantity), {}
    else:
        pieces, attributes = 1, {"quantity": format(quantity.normalize(), "f")}
    unit_price = total / pieces if pieces else total
    return {
        "quantity": pieces,
        "unit_price": unit_price_text(unit_price, currency),
        "total": money(total, currency),
        "attributes": attributes,
    }


def carrier_in(words: str) -> str | None:
    """Return the carrier that a way of shipping names ("DHL Paket (2-3 Tage)"), None where it names none we know."""
    parts = re.split(r"[^\w.]+", words)
    for length in (len(parts), 3, 2, 1):
        for start in range(max(0, len(parts) - length + 1)):
            carrier = carrier_of_word(" ".join(parts[start : start + length]))
            if carrier != Carrier.OTHER:
                return carrier.value
    return None


def order_from(fields: Mapping[str, Any]) -> OrderInput:
    """Return the order that the fields describe. Raises ``Unreadable`` with all that an order may not be."""
    return checked(fields, OrderInput, order_problems, "order")


def customer_from(fields: Mapping[str, Any]) -> CustomerInput:
    """Return the customer. Raises ``Unreadable``."""
    return checked(fields, CustomerInput, customer_problems, "customer")


def product_from(fields: Mapping[str, Any]) -> ProductInput:
    """Return the article. Raises ``Unreadable``."""
    return checked(fields, ProductInput, product_problems, "product")


def refund_from(fields: Mapping[str, Any], currency: str) -> RefundInput:
    """Return the refund. Raises ``Unreadable``."""
    return checked(fields, RefundInput, lambda refund: refund_problems(refund, currency), "refund")


def shipment_from(fields: Mapping[str, Any]) -> ShipmentInput:
    """Return the parcel. Raises ``Unreadable``."""
    return checked(fields, ShipmentInput, lambda _shipment: [], "parcel")


def checked(fields: Mapping[str, Any], type_: type[T], problems_of: Callable[[T], Sequence[Problem]], what: str) -> T:
    """Return what the fields describe. Raises ``Unreadable`` with what the type or ``problems_of`` say is wrong."""
    try:
        found = read(dict(fields), type_)
    except Refused as refused:
        raise Unreadable(_told(what, refused.problems)) from None
    problems = problems_of(found)
    if problems:
        raise Unreadable(_told(what, problems))
    return found


def _told(what: str, problems: Sequence[Problem]) -> str:
    return "; ".join(f"{what}{problem.pointer}: {problem.message}" for problem in problems[:5])


def _moment(value: str | float, zone: str) -> dt.datetime:
    if isinstance(value, int | float):
        return dt.datetime.fromtimestamp(value, dt.UTC)
    moment = dt.datetime.fromisoformat(value.strip())
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
        # Near the ends of the calendar there is no such moment in UTC.
        moment.utcoffset()
    return in_utc(moment)
