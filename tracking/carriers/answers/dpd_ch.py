"""DPD Switzerland's Shipment API: ``GET /api/v1/tracking/{parcelNumber}``, about one parcel.

Source: https://label-print-docs.dpd.ch/shipment-api/tracking and /troubleshooting/authentication-errors. The stages of
a parcel, reached or not; ``date`` is yyyy-MM-dd HH:mm:ss without offset and empty for what is still to come. The answer
does not repeat the number.
"""

import datetime as dt
from typing import Any

from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Heard,
    Trouble,
    in_order,
    insist_on_success,
    json_object,
    moment,
    objects,
    text,
    words_beside,
)
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what DPD knows of the parcel; times are Swiss. Raises ``CarrierTrouble``."""
    insist_on_success(status, headers, text(words_beside(body).get("message"), 500) or "")
    stages = objects(json_object(body).get("statusInfo"))
    if not stages:
        raise CarrierTrouble(Trouble.NOT_FOUND, "no stage in the answer")
    reached = (stage for stage in stages if stage.get("hasBeenReached") is True)
    return [Heard("", in_order(_checkpoint(stage, zone) for stage in reached))]


def _checkpoint(stage: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    occurred_at = moment(stage.get("date"), "CH", zone)
    code = text(stage.get("name"), 100)
    if occurred_at is None or code is None:
        return None
    return CheckpointInput(
        tracking_number="",
        carrier=Carrier.DPD.value,
        occurred_at=occurred_at,
        code=code,
        message=text(stage.get("description"), 1000) or text(stage.get("displayName"), 1000),
        city=text(stage.get("location"), 200),
    )
