"""USPS's Tracking API v3: ``GET /tracking/v3/tracking/{number}?expand=DETAIL`` (OAuth 2, client credentials).

Source: https://developers.usps.com (Package Tracking and Notification 3.2.6), https://github.com/USPS/api-examples, and
an answer as captured in https://github.com/karrioapi/karrio, modules/connectors/usps/tests. ``GMTTimestamp`` is exact;
``eventTimestamp`` is local to the place of the event, also where a ``Z`` stands behind it.
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
    inside,
    insist_on_success,
    json_object,
    moment,
    number_of,
    objects,
    text,
    words_beside,
    zone_of,
)
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput

DELIVERED = "01"
# The days USPS names, the most exact first.
DAYS = (
    "predictedDeliveryDate",
    "expectedDeliveryTimeStamp",
    "predictedDeliveryTimeStamp",
    "guaranteedDeliveryTimeStamp",
)


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what USPS knows of the parcel in its answer. Raises ``CarrierTrouble``.

    ``zone`` reads local times that come without their moment in GMT.
    """
    insist_on_success(status, headers, _words(body))
    tree = json_object(body)
    number = number_of(tree.get("trackingNumber"))
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, _words(body) or "a parcel without number")
    events = [_checkpoint(number, event, zone) for event in objects(tree.get("trackingEvents"))]
    days = (moment(tree.get(name), None, zone) for name in DAYS)
    expected = next((day.date() for day in days if day), None)
    return [
        Heard(
            tracking_number=number,
            checkpoints=in_order(events),
            promised_from=expected,
            promised_to=expected,
            also=_with_zip_code(number, text(tree.get("destinationZIP"), 10) or ""),
        )
    ]


def _words(body: bytes) -> str:
    return text(inside(words_beside(body), "error").get("message"), 500) or ""


def _with_zip_code(number: str, zip_code: str) -> tuple[str, ...]:
    """Return the number as it stands in the barcode: behind 420 and the destination's ZIP code."""
    return (f"420{zip_code}{number}",) if number.startswith("9") and zip_code.isdigit() and len(zip_code) == 5 else ()


def _checkpoint(number: str, event: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    where = country(event.get("eventCountry"))
    if where is None and not text(event.get("eventCountry"), 100) and text(event.get("eventState"), 10):
        where = "US"  # at home, USPS names no country
    occurred_at = _moment(event, zone_of(where) or zone)
    code = text(event.get("eventCode"), 20)
    if occurred_at is None or code is None:
        return None
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.USPS.value,
        occurred_at=occurred_at,
        code=code,
        message=text(event.get("eventType"), 1000),
        city=text(event.get("eventCity"), 200),
        country=where,
        signed_by=text(event.get("name"), 200) if code == DELIVERED else None,
    )


def _moment(event: dict[str, Any], zone: dt.tzinfo) -> dt.datetime | None:
    exact = moment(event.get("GMTTimestamp"), None, dt.UTC)
    local = moment(event.get("eventTimestamp"), None, dt.UTC)
    return exact or (local.replace(tzinfo=zone) if local else None)
