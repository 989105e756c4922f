"""GLS's Track And Trace: ``GET /tracking/simple/trackids/{numbers}``; one entry per number that was asked for.

Source: https://dev-portal.gls-group.net (Track And Trace V1). Times carry their offset.
"""

import datetime as dt
from typing import Any

from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Heard,
    Trouble,
    country,
    in_order,
    insist_on_success,
    json_object,
    moment,
    number_of,
    objects,
    text,
)
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what GLS knows of each parcel. Raises ``CarrierTrouble`` where it knows none of them."""
    insist_on_success(status, headers)
    parcels = objects(json_object(body).get("parcels"))
    heard = [_heard(parcel, zone) for parcel in parcels if not parcel.get("errorCode")]
    if heard:
        return heard
    errors = [text(parcel.get("errorMessage"), 500) or "" for parcel in parcels]
    codes = [text(parcel.get("errorCode"), 40) or "" for parcel in parcels]
    if parcels and all("404" in code for code in codes):
        raise CarrierTrouble(Trouble.NOT_FOUND, errors[0])
    raise CarrierTrouble(Trouble.NONSENSE, errors[0] if errors else "no parcel in the answer")


def _heard(parcel: dict[str, Any], zone: dt.tzinfo) -> Heard:
    number = number_of(parcel.get("requested") or parcel.get("unitno"))
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a parcel without number")
    events = [_checkpoint(number, event, zone) for event in objects(parcel.get("events"))]
    return Heard(
        tracking_number=number,
        checkpoints=in_order(events),
    )


def _checkpoint(number: str, event: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    where = country(event.get("country"))
    occurred_at = moment(event.get("eventDateTime"), where, zone)
    code = text(event.get("code"), 100)
    if occurred_at is None or code is None:
        return None
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.GLS.value,
        occurred_at=occurred_at,
        code=code,
        message=text(event.get("description"), 1000),
        city=text(event.get("city"), 200),
        country=where,
    )
