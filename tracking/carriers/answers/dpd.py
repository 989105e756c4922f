"""DPD Germany's Cloud Service: ``GET /api/v1/getOrderStatus/{number}/{postal code}``, about one parcel.

Sources: https://cloud.dpd.com/services/v1/DPDCloudService.asmx (``getOrderStatus`` and its WSDL: the fields, and that
dates are plain strings), https://github.com/very-code-com/dpd-de-php (``docs/DPD-NOTES.md`` and the error codes: what
the REST answer is wrapped in, and DPD's errors, which come with HTTP 200).

DPD documents neither the form of a date nor what ``StatusID`` may say. So a date is read where it can mean one moment
only, ISO 8601 or as Germans write it ("09.09.2025, 11:19", as the Parcel Life Cycle behind this service has it); any
other is trouble, never a guess. A status that no table knows is told by the name of its milestone, but not at the last
one: a parcel waiting in a shop stands there too.
"""

import datetime as dt
import re
from typing import Any

from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Heard,
    Trouble,
    country,
    in_order,
    inside,
    insist_on_success,
    json_object,
    moment,
    objects,
    text,
)
from tracking.carriers.registry import meaning_of
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput

LAST = "Delivered"
# What stands in StatusInfoContainer. LastStatusInfo is one of them, or what stands at none (a failed attempt).
MILESTONES = ("Start", "OnTheRoad", "DeliveryDepot", "CarLoad", LAST)
CALL_LIMIT = "CLOUD_API_USERCALLLIMIT"
REST_AFTER_CALL_LIMIT = 600  # "Bitte 10 min warten"
# All else DPD can have against a question is the number in it.
TROUBLES = {
    "CLOUD_API_PARTNERCREDENTIALS": Trouble.REFUSED,
    "CLOUD_API_USERCREDENTIALS": Trouble.REFUSED,
    "CLOUD_API_NOLOGIN": Trouble.REFUSED,
    "CLOUD_API_NOUSERACCESS": Trouble.REFUSED,
    CALL_LIMIT: Trouble.TOO_FAST,
}
GERMAN = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})(?:,? (\d\d:\d\d(?::\d\d)?)(?: Uhr)?)?")


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what DPD knows of the parcel; times are German. Raises ``CarrierTrouble``."""
    insist_on_success(status, headers)
    tree = json_object(body)
    for error in objects(tree.get("ErrorDataList")):
        raise _trouble(error)
    told = inside(tree, "OrderStatus") or tree  # DPD's older examples have the fields at the top
    if tree.get("Ack") is not True or not {"LastStatusInfo", "StatusInfoContainer"} & set(told):
        raise CarrierTrouble(Trouble.NONSENSE, "no status in the answer")
    day = _day(text(inside(told, "OrderInformation").get("EstimatedDeliveryTime"), 100))
    return [Heard("", in_order(_checkpoints(told, zone)), promised_from=day, promised_to=day)]


def _trouble(error: dict[str, Any]) -> CarrierTrouble:
    code = text(error.get("ErrorCode"), 60) or ""
    words = text(error.get("ErrorMsgLong"), 500) or text(error.get("ErrorMsgShort"), 500) or code
    wait = REST_AFTER_CALL_LIMIT if code == CALL_LIMIT else None
    return CarrierTrouble(TROUBLES.get(code, Trouble.NOT_FOUND), words, retry_after=wait)


def _checkpoints(told: dict[str, Any], zone: dt.tzinfo) -> list[CheckpointInput | None]:
    infos = [(name, inside(told, "StatusInfoContainer", name)) for name in MILESTONES]
    newest = inside(told, "LastStatusInfo")
    if not any(newest.get(name) == info.get(name) for _, info in infos for name in ("StatusID", "StatusDate")):
        infos.append(("", newest))
    return [_checkpoint(name, info, zone) for name, info in infos if info.get("StatusReached") is True]


def _checkpoint(milestone: str, info: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    date = text(info.get("StatusDate"), 100)
    if date is None:
        return None
    occurred_at = _moment(date, zone)
    if occurred_at is None:
        raise CarrierTrouble(Trouble.NONSENSE, f"a date in a form nobody knows: {date}")
    status_id = text(info.get("StatusID"), 100)
    code = milestone
    if status_id and (milestone in ("", LAST) or meaning_of(Carrier.DPD, status_id)):
        code = status_id
    if not code:
        return None
    depot = inside(info, "DepotData", "Address")
    return CheckpointInput(
        tracking_number="",
        carrier=Carrier.DPD.value,
        occurred_at=occurred_at,
        code=code,
        message=text(info.get("Description"), 1000) or text(info.get("Headline"), 1000),
        city=text(depot.get("City"), 200),
        country=country(depot.get("Country")),
    )


def _moment(value: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Return a moment that a text names with its time of day in the one way it can be read."""
    if (written := GERMAN.fullmatch(value)) and written[4]:
        value = f"{written[3]}-{written[2]}-{written[1]}T{written[4]}"
    return moment(value, "DE", zone) if ":" in value else None


def _day(value: str | None) -> dt.date | None:
    """Return the day a text begins with, None where it names none or could mean two."""
    if written := GERMAN.match(value or ""):
        value = f"{written[3]}-{written[2]}-{written[1]}"
    found = moment(value, None, dt.UTC)
    return found.date() if found else None
