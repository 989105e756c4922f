"""Hermes Germany's Shipment Info API: ``GET /shipmentinfo?shipmentID=…``; one entry for each number asked for.

Source: the OpenAPI document of the Hermes Shipping Interface ("Shipment Info API", version 2025-12-08) as kept in
https://github.com/karrioapi/karrio, modules/connectors/hermes/vendor. Times carry their offset, countries have three
letters. A code is three numbers with hyphens between them (0-0-0) or their nine digits.
"""

import datetime as dt
from typing import Any

from tracking.carriers.answers.base import (
    CarrierTrouble,
    Headers,
    Heard,
    Trouble,
    country,
    hours,
    in_order,
    inside,
    insist_on_success,
    json_object,
    moment,
    number_of,
    objects,
    text,
    words_beside,
)
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput
from tracking.times import Times

NO_INFORMATION = "e001"
# Its result codes; all others are nonsense until somebody has looked.
TROUBLES = {
    NO_INFORMATION: Trouble.NOT_FOUND,
    "e900": Trouble.REFUSED,  # no right to ask
    "e902": Trouble.REFUSED,  # the token
    "e903": Trouble.REFUSED,
    "e999": Trouble.AWAY,
}


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what Hermes knows of each parcel. Raises ``CarrierTrouble`` where it knows none of them.

    ``zone`` reads times without offset at places whose country has several zones.
    """
    if status in (408, 429) or status >= 500:
        insist_on_success(status, headers)
    if not 200 <= status < 300:
        for result in objects(words_beside(body).get("listOfResultCodes")):
            raise _trouble(result)
        insist_on_success(status, headers)
    parcels = objects(json_object(body).get("shipmentinfo"))
    heard = [_heard(parcel, zone) for parcel in parcels if not inside(parcel, "result").get("code")]
    if heard:
        return heard
    for parcel in parcels:
        raise _trouble(inside(parcel, "result"))
    raise CarrierTrouble(Trouble.NOT_FOUND, "no parcel in the answer")


def _trouble(result: dict[str, Any]) -> CarrierTrouble:
    code = text(result.get("code"), 40) or ""
    return CarrierTrouble(TROUBLES.get(code, Trouble.NONSENSE), text(result.get("message"), 500) or code)


def _heard(parcel: dict[str, Any], zone: dt.tzinfo) -> Heard:
    number = number_of(parcel.get("shipmentID"))
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a parcel without number")
    forecast = inside(parcel, "deliveryForecast")
    expected = moment(forecast.get("date"), None, zone)
    abroad = number_of(parcel.get("internationalShipmentID"))
    events = [_checkpoint(number, event, zone) for event in objects(parcel.get("status"))]
    return Heard(
        tracking_number=number,
        checkpoints=in_order(events),
        promised_from=expected.date() if expected else None,
        promised_to=expected.date() if expected else None,
        also=(abroad,) if abroad else (),
        times=_hours(forecast, expected.date()) if expected else None,
    )


def _hours(forecast: dict[str, Any], day: dt.date) -> Times | None:
    """Return the time slot of a forecast that Hermes calls fixed; any other is as wide as the day."""
    slot = inside(forecast, "timeSlot")
    if forecast.get("fixed") is not True:
        return None
    begins, ends = (f"{day.isoformat()}T{text(slot.get(name), 10) or ''}" for name in ("from", "to"))
    return hours(begins, ends, "DE")


def _checkpoint(number: str, event: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    place = inside(event, "scanningUnit")
    where = country(place.get("countryCode"))
    occurred_at = moment(event.get("timestamp"), where, zone)
    code = text(event.get("code"), 100)
    if occurred_at is None or code is None:
        return None
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.HERMES.value,
        occurred_at=occurred_at,
        code=code,
        message=text(event.get("description"), 1000),
        city=text(place.get("city"), 200),
        country=where,
    )
