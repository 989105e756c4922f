"""Reading one piece of carrier news: is it usable, what does it mean in our words, and is it the same as another."""

import datetime as dt
import hashlib
import unicodedata
from dataclasses import dataclass

from tracking.carriers.registry import meaning_of
from tracking.enums import STATUS_OF_SUBSTATUS, Carrier, DeliveryLocation, ShipmentStatus
from tracking.inputs import CheckpointInput, Problem
from tracking.status import AT_A_PLACE, LOCATION_OF_SUBSTATUS, SUBSTATUS_OF_LOCATION


@dataclass(frozen=True, slots=True)
class Reading:
    """News in our words. ``status`` None: the code is in no table, or says nothing about where the parcel is."""

    status: ShipmentStatus | None
    substatus: str = ""
    delivery_location: DeliveryLocation | None = None


def problems_of(item: CheckpointInput) -> list[Problem]:
    """Return why news cannot be used; empty where it can."""
    problems = []
    if not item.tracking_number.strip():
        problems.append(Problem("/tracking_number", "required", "Name the tracking number."))
    if item.status is None and not item.substatus and not (item.code or "").strip():
        problems.append(Problem("/status", "required", "Give a status or the carrier's code."))
    if item.substatus and item.substatus not in STATUS_OF_SUBSTATUS:
        problems.append(Problem("/substatus", "unknown", "There is no such substatus."))
    elif item.substatus and item.status and STATUS_OF_SUBSTATUS[item.substatus] != item.status:
        problems.append(Problem("/substatus", "mismatch", "This substatus belongs to another status."))
    return problems


def read(item: CheckpointInput, *, carrier: str) -> Reading:
    """Return what news means. What the sender says in our words wins; the carrier's code fills in the rest."""
    meaning = meaning_of(carrier, item.code or "")
    status = item.status or STATUS_OF_SUBSTATUS.get(item.substatus or "")
    if status is None:
        status = meaning.status if meaning else None
    if status is None:
        return Reading(None)
    same_status = meaning is not None and meaning.status == status
    substatus = item.substatus or (meaning.substatus if meaning and same_status else "")
    if status == ShipmentStatus.EXCEPTION:
        return Reading(status, substatus or "exception_unknown_reason")
    if status not in AT_A_PLACE:
        return Reading(status, substatus)
    location = item.delivery_location or (meaning.delivery_location if meaning and same_status else None)
    location = location or LOCATION_OF_SUBSTATUS.get(substatus)
    if location and not substatus:
        substatus = SUBSTATUS_OF_LOCATION.get((status, location), "")
    return Reading(status, substatus, location)


def identity_of(item: CheckpointInput) -> bytes:
    """Return the digest by which the same news of one parcel counts once, whoever sends it and however often.

    Made of the moment (in UTC), the code or else status and substatus, the message, and the city as people spell it.
    """
    reading = read(item, carrier=Carrier.OTHER)
    parts = (
        item.occurred_at.astimezone(dt.UTC).isoformat(),
        (item.code or "").strip() or f"{reading.status or ''}/{reading.substatus}",
        (item.message or "").strip(),
        _plain_place(item.city or ""),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def _plain_place(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
