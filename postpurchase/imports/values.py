"""What a cell says: amounts, whole numbers, days and times, yes and no, countries. Pure.

A number or day that a workbook marks as such means the same whatever the settings are; text is read by the settings,
and strictly: a cell that could mean two things or nothing is refused rather than guessed.
"""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from babel import Locale

from postpurchase.imports.tables.cells import Cell
from postpurchase.lib.countries import COUNTRIES

_CURRENCY_MARK = re.compile(r"^(?:[A-Z]{3}|[€$£¥]|Fr\.|kr)\s*|\s*(?:[A-Z]{3}|[€$£¥]|Fr\.|kr)$")
# Thousands may be set apart by the other mark, an apostrophe (Switzerland) or a space.
_NUMBERS = {
    ".": re.compile(r"^[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:['’ ]\d{3})+|\d+)?(?:\.\d+)?$"),
    ",": re.compile(r"^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?:['’ ]\d{3})+|\d+)?(?:,\d+)?$"),
}
_TIME = (
    r"(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(?:Uhr)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}$")
_YEAR_LAST = re.compile(rf"^(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}$")
# Days since 1899-12-30, as spreadsheets count them (their 1900 was a leap year): 1954-10-03 to 2119-01-10.
_SERIAL = re.compile(r"^[2-7]\d{4}(?:\.\d+)?$")
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day has no time zone

YES = frozenset(("1", "true", "t", "yes", "y", "ja", "j", "wahr", "x", "on", "aktiv", "active", "subscribed"))
NO = frozenset(("", "0", "false", "f", "no", "n", "nein", "falsch", "off", "inaktiv", "inactive", "unsubscribed"))


class UnreadableCell(ValueError):
    """The cell does not say what its column should; ``code`` names the kind of thing it is not."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def text_of(cell: Cell) -> str:
    """Return a cell as one line of text."""
    return " ".join(str(cell).split())


def long_text_of(cell: Cell) -> str:
    """Return a cell as text that may have several lines."""
    return str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()


def number_of(cell: Cell, decimal_mark: str) -> Decimal:
    """Read a number; ``decimal_mark`` is "," or ".". Raises ``UnreadableCell``."""
    if isinstance(cell, int | float):
        return Decimal(str(cell))
    text = text_of(cell).replace("−", "-")
    text = _CURRENCY_MARK.sub("", text)
    if not any(character.isdigit() for character in text) or not _NUMBERS[decimal_mark].match(text):
        raise UnreadableCell("not_a_number")
    for mark in "'’ " + (".," if decimal_mark == "," else ",").replace(decimal_mark, ""):
        text = text.replace(mark, "")
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise UnreadableCell("not_a_number") from None


def whole_number_of(cell: Cell, decimal_mark: str) -> int:
    """Read a number without a fraction; ``2,0`` is 2. Raises ``UnreadableCell``."""
    number = number_of(cell, decimal_mark)
    if number != number.to_integral_value():
        raise UnreadableCell("not_a_whole_number")
    return int(number)


def moment_of(cell: Cell, date_format: str, time_zone: ZoneInfo) -> dt.datetime:
    """Read a day, with or without its time; ``date_format`` (dmy, mdy) decides what 03/04/2026 means.

    A time without an offset is local to ``time_zone``; a day alone is its midnight. Raises ``UnreadableCell``.
    """
    text = text_of(cell)
    if _SERIAL.match(text):
        days = _EPOCH + dt.timedelta(seconds=round(float(text) * 86_400))
        return days.replace(tzinfo=time_zone)
    try:
        if found := _YEAR_FIRST.match(text):
            year, month, day, *time = found.groups()
            return _moment(int(year), int(month), int(day), time, time_zone)
        if found := _YEAR_LAST.match(text):
            first, mark, second, year, *time = found.groups()
            # Dots stand in German and Swiss dates, which never begin with the month.
            month, day = (first, second) if date_format == "mdy" and mark != "." else (second, first)
            return _moment(_full_year(year), int(month), int(day), time, time_zone)
    except (ValueError, OverflowError):
        pass
    raise UnreadableCell("not_a_date")


def day_of(cell: Cell, date_format: str) -> dt.date:
    """Read a day. Raises ``UnreadableCell``."""
    return moment_of(cell, date_format, ZoneInfo("UTC")).date()


def yes_or_no(cell: Cell) -> bool:
    """Read a yes or no, in English or German. Raises ``UnreadableCell``."""
    word = text_of(cell).lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise UnreadableCell("neither_yes_nor_no")


def country_code(name: str) -> str:
    """Return the ISO 3166-1 alpha-2 code for an English or German name or a code, empty for what is neither."""
    if name.upper() in COUNTRIES:
        return name.upper()
    return _COUNTRY_CODES.get(name.lower(), "")


def list_of(cell: Cell) -> list[str]:
    """Return the parts of a cell that holds several things between ``|``, ``;`` or, where there are none, commas."""
    text = text_of(cell)
    mark = next((mark for mark in ("|", ";") if mark in text), ",")
    return list(dict.fromkeys(part.strip() for part in text.split(mark) if part.strip()))


def _full_year(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) >= 70 else 0)


def _moment(year: int, month: int, day: int, time: list[str | None], time_zone: ZoneInfo) -> dt.datetime:
    hour, minute, second, half, offset = time
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError(hours)
        hours = hours % 12 + (12 if half.lower().startswith("p") else 0)
    zone: dt.tzinfo = time_zone
    if offset in ("Z", "UTC", "GMT"):
        zone = dt.UTC
    elif offset:
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        zone = dt.timezone(dt.timedelta(minutes=-minutes if offset[0] == "-" else minutes))
    return dt.datetime(year, month, day, hours, int(minute or 0), int(second or 0), tzinfo=zone)


# Names that are not CLDR's: English ones of the Online Retail set, German ones that shops write.
_OTHER_NAMES = {
    "eire": "IE",
    "usa": "US",
    "channel islands": "JE",
    "rsa": "ZA",
    "czech republic": "CZ",
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "großbritannien": "GB",
    "tschechische republik": "CZ",
}
_COUNTRY_CODES: dict[str, str] = {
    name.lower(): code
    for language in ("de", "en")
    for code, name in Locale(language).territories.items()
    if code in COUNTRIES
} | _OTHER_NAMES
