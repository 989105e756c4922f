"""Reading one piece of carrier news: is it usable, what does it mean in our words, and is it the same as another."""

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from tracking.carriers.base import Meaning, plain_code
from tracking.carriers.free_text import classify
from tracking.carriers.registry import meaning_of, more_exact
from tracking.enums import STATUS_OF_SUBSTATUS, DeliveryLocation, ShipmentStatus, UnderstoodBy
from tracking.inputs import CheckpointInput, Problem
from tracking.status import AT_A_PLACE, LOCATION_OF_SUBSTATUS, SUBSTATUS_OF_LOCATION
from tracking.times import times_problems

Meanings = Mapping[tuple[str, str], Meaning]
"""What a merchant says about codes, by carrier and plain code."""
NO_MEANINGS: Meanings = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """News in our words, and how we know.

    ``status`` None: nobody knows what the code means (``by`` is empty), or it says nothing about where the parcel is.
    """

    status: ShipmentStatus | None
    substatus: str = ""
    delivery_location: DeliveryLocation | None = None
    by: UnderstoodBy | None = None


def problems_of(item: CheckpointInput) -> list[Problem]:
    """Return why news cannot be used; empty where it can."""
    problems = []
    if not item.tracking_number.strip():
        problems.append(Problem("/tracking_number", "required", "Name the tracking number."))
    if item.status is None and not item.substatus and not _says_something(item):
        problems.append(Problem("/status", "required", "Give a status, the carrier's code or its message."))
    if item.substatus and item.substatus not in STATUS_OF_SUBSTATUS:
        problems.append(Problem("/substatus", "unknown", "There is no such substatus."))
    elif item.substatus and item.status and STATUS_OF_SUBSTATUS[item.substatus] != item.status:
        problems.append(Problem("/substatus", "mismatch", "This substatus belongs to another status."))
    return problems + times_problems(item.window_from, item.window_to)


def read(item: CheckpointInput, *, carrier: str, meanings: Meanings = NO_MEANINGS) -> Reading:
    """Return what news means. What the sender says in our words wins; the carrier's code fills in the rest.

    ``meanings`` count for codes that no table of ours knows; what is left is read from the carrier's sentence.
    """
    told = item.status or STATUS_OF_SUBSTATUS.get(item.substatus or "")
    meaning, by = _meaning(item, carrier, meanings)
    return _reading(item, told, meaning, UnderstoodBy.TOLD if told else by)


def _says_something(item: CheckpointInput) -> bool:
    return bool((item.code or "").strip() or (item.message or "").strip())


def asks_for_meaning(item: CheckpointInput, *, carrier: str) -> tuple[str, str] | None:
    """Return carrier and plain code of news whose code no table knows and whose sender says no more; None for other."""
    if item.status or item.substatus or not (item.code or "").strip() or meaning_of(carrier, item.code or ""):
        return None
    return carrier, plain_code(item.code or "")


def _meaning(item: CheckpointInput, carrier: str, meanings: Meanings) -> tuple[Meaning | None, UnderstoodBy | None]:
    if meaning := meaning_of(carrier, item.code or ""):
        return more_exact(carrier, item.code or "", item.message or "", meaning), UnderstoodBy.CODE
    if meanings and (meaning := meanings.get((carrier, plain_code(item.code or "")))):
        return meaning, UnderstoodBy.MERCHANT
    if not (item.status or item.substatus) and (meaning := classify(item.message or "")):
        return meaning, UnderstoodBy.WORDS
    return None, None


def _reading(
    item: CheckpointInput, told: ShipmentStatus | None, meaning: Meaning | None, by: UnderstoodBy | None
) -> Reading:
    status = told or (meaning.status if meaning else None)
    if status is None:
        return Reading(None, by=by)
    same_status = meaning is not None and meaning.status == status
    substatus = item.substatus or (meaning.substatus if meaning and same_status else "")
    if status == ShipmentStatus.EXCEPTION:
        return Reading(status, substatus or "exception_unknown_reason", by=by)
    if status not in AT_A_PLACE:
        return Reading(status, substatus, by=by)
    location = item.delivery_location or (meaning.delivery_location if meaning and same_status else None)
    location = location or LOCATION_OF_SUBSTATUS.get(substatus)
    if location and not substatus:
        substatus = SUBSTATUS_OF_LOCATION.get((status, location), "")
    return Reading(status, substatus, location, by)


def identity_of(item: CheckpointInput) -> bytes:
    """Return the digest by which the same news of one parcel counts once, whoever sends it and however often.

    Made of the moment (in UTC), the code or else status and substatus, the message, and the city as people spell it.
    """
    reading = _reading(item, item.status or STATUS_OF_SUBSTATUS.get(item.substatus or ""), None, None)
    parts = (
        item.occurred_at.astimezone(dt.UTC).isoformat(),
        (item.code or "").strip() or f"{reading.status or ''}/{reading.substatus}",
        (item.message or "").strip(),
        _plain_place(item.city or ""),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def _plain_place(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
