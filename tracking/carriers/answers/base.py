"""The shape of a reader: status, headers and body in; news out, or a problem that says what to do next."""

import datetime as dt
import enum
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.core import get_global

from tracking.inputs import CheckpointInput, SecureAddress, plain_number
from tracking.times import Times, times_told

Headers = Mapping[str, str]
"""Names in small letters."""

UNKNOWN_ZONE = dt.timezone(dt.timedelta(0), "unknown")
LONGEST_WAIT = 6 * 3600


class Trouble(enum.StrEnum):
    """Why a carrier said nothing of a parcel, and so what to do about it."""

    NOT_FOUND = "not_found"  # it does not know the number, perhaps not yet: ask again later
    REFUSED = "refused"  # our key or our right to ask: a person must look
    TOO_FAST = "too_fast"  # wait as long as it says
    AWAY = "away"  # an outage: ask again later
    NONSENSE = "nonsense"  # an answer that is none


class CarrierTrouble(Exception):
    """No news, for the reason ``trouble``. ``retry_after`` is the carrier's wish in seconds; ``detail`` its words."""

    def __init__(self, trouble: Trouble, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(f"{trouble}: {detail}" if detail else trouble.value)
        self.trouble, self.detail, self.retry_after = trouble, detail[:500], retry_after


@dataclass(frozen=True, slots=True)
class Heard:
    """What a carrier knows of one parcel: its news, oldest first, the days and the hours it names for the delivery.

    ``tracking_number`` is empty where the answer names none: it is about the one number that was asked. ``also`` are
    other numbers under which the same news is known: a shipment's pieces.
    """

    tracking_number: str
    checkpoints: tuple[CheckpointInput, ...]
    promised_from: dt.date | None = None
    promised_to: dt.date | None = None
    also: tuple[str, ...] = ()
    times: Times | None = None


def insist_on_success(status: int, headers: Headers, detail: str = "") -> None:
    """Raise ``CarrierTrouble`` for an HTTP status that carries no news."""
    if 200 <= status < 300:
        return
    wait = retry_after(headers)
    if status == 404:
        raise CarrierTrouble(Trouble.NOT_FOUND, detail)
    if status in (401, 403):
        raise CarrierTrouble(Trouble.REFUSED, detail)
    if status == 429:
        raise CarrierTrouble(Trouble.TOO_FAST, detail, retry_after=wait)
    if status >= 500 or status == 408:
        raise CarrierTrouble(Trouble.AWAY, detail, retry_after=wait)
    raise CarrierTrouble(Trouble.NONSENSE, detail or f"HTTP {status}")


def retry_after(headers: Headers) -> int | None:
    """Return the wish of a ``Retry-After`` header in seconds, at most six hours; None without one we can read."""
    text = headers.get("retry-after", "").strip()
    return min(int(text), LONGEST_WAIT) if text.isascii() and text.isdigit() and len(text) < 10 else None


def json_object(body: bytes) -> dict[str, Any]:
    """Return the object of a JSON body. Raises ``CarrierTrouble`` for anything else."""
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        raise CarrierTrouble(Trouble.NONSENSE, "not JSON") from None
    if not isinstance(tree, dict):
        raise CarrierTrouble(Trouble.NONSENSE, "not an object")
    return tree


def words_beside(body: bytes) -> dict[str, Any]:
    """Return the object of a body that comes with an error, an empty one where it is no JSON."""
    try:
        return json_object(body)
    except CarrierTrouble:
        return {}


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, whatever else stands in it; nothing for what is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def inside(value: Any, *names: str) -> dict[str, Any]:
    """Return the object at a path of names, an empty one where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def text(value: Any, most: int) -> str | None:
    """Return a text (or number) without surrounding spaces, cut to ``most``; None for an empty or other value."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    cleaned = "".join(sign if sign.isprintable() else " " for sign in str(value)).strip()
    return cleaned[:most] or None


def number_of(value: Any) -> str:
    """Return a tracking number as it is kept, empty for what is none."""
    return plain_number(text(value, 100) or "")


def in_order(found: Iterable[CheckpointInput | None]) -> tuple[CheckpointInput, ...]:
    """Return the news that could be read, oldest first."""
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.occurred_at))


def secure_address(value: Any) -> str | None:
    """Return an https address as ``CheckpointInput`` takes it, None for anything else."""
    try:
        return msgspec.convert(text(value, 2001), SecureAddress)
    except msgspec.ValidationError:
        return None


def country(value: Any) -> str | None:
    """Return the ISO 3166-1 alpha-2 code for one of two or of three letters, None for anything else."""
    code = (text(value, 4) or "").upper()
    if not (code.isascii() and code.isalpha()):
        return None
    if len(code) == 3:
        # CLDR's list; what was divided into several countries is none of them.
        now_called = get_global("territory_aliases").get(code, [])
        code = now_called[0] if len(now_called) == 1 else ""
    return code if len(code) == 2 else None


def moment(value: Any, at: str | None, fallback: dt.tzinfo) -> dt.datetime | None:
    """Return a moment of ISO 8601; one without offset is the local time of the country ``at`` where it has one zone."""
    try:
        found = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None or not 2000 <= found.year < 2200:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone_of(at) or fallback)


def hours(begins: Any, ends: Any, at: str | None) -> Times | None:
    """Return the hours between two moments of ISO 8601, None where they say no more than a day does.

    Without offset they are the local time of the country ``at``; None where it has several zones, for an hour off would
    mislead.
    """
    first, last = moment(begins, at, UNKNOWN_ZONE), moment(ends, at, UNKNOWN_ZONE)
    if first is None or last is None or UNKNOWN_ZONE in (first.tzinfo, last.tzinfo):
        return None
    return times_told(first, last)


def zone_of(code: str | None) -> dt.tzinfo | None:
    """Return the time zone of a country that has one, or one that nearly all of it keeps (CLDR); None for others."""
    if code == "DE":
        return ZoneInfo("Europe/Berlin")  # Büsingen keeps the same time under a name of its own
    zones = get_global("territory_zones").get(code or "", [])
    return ZoneInfo(zones[0]) if len(zones) == 1 else None
