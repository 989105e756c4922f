"""FedEx's Track API v1: ``POST /track/v1/trackingnumbers`` (OAuth 2, client credentials), up to 30 numbers.

Source: https://developer.fedex.com (Track API: schema, error codes, mock tracking numbers) and answers as captured in
https://github.com/karrioapi/karrio, modules/connectors/fedex/tests. Numbers that FedEx does not know are entries with
an error among the others. Times carry the offset of the place; a few are a day or a time without one.
"""

import datetime as dt
from collections.abc import Mapping
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

# What the codes of FedEx's errors mean for us; all others are nonsense until somebody has looked. NOT.FOUND.ERROR is
# about the address that was called, never about a number.
TROUBLES = {
    "TRACKING.TRACKINGNUMBER.NOTFOUND": Trouble.NOT_FOUND,
    "TRACKING.DATA.NOTFOUND": Trouble.NOT_FOUND,
    "NOT.AUTHORIZED.ERROR": Trouble.REFUSED,
    "FORBIDDEN.ERROR": Trouble.REFUSED,
    "INTERNAL.SERVER.ERROR": Trouble.AWAY,
    "SERVICE.UNAVAILABLE.ERROR": Trouble.AWAY,
}
Place = tuple[str, str]
Named = tuple[dt.date | None, dt.date | None, Times | None]


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what FedEx knows of each number. Raises ``CarrierTrouble`` where it knows none of them.

    ``zone`` reads times without offset at places that told none otherwise, whose country has several zones.
    """
    if status in (401, 403, 408, 429) or status >= 500:
        insist_on_success(status, headers, _words(body))
    tree = json_object(body)
    for error in objects(tree.get("errors")):
        raise _trouble(error)
    insist_on_success(status, headers)
    answers = objects(inside(tree, "output").get("completeTrackResults"))
    heard = [_heard(answer, shipments, zone) for answer in answers if (shipments := _shipments(answer))]
    if heard:
        return heard
    errors = [inside(result, "error") for answer in answers for result in objects(answer.get("trackResults"))]
    troubles = [_trouble(error) for error in errors if error]
    if troubles:
        raise min(troubles, key=lambda trouble: trouble.trouble is not Trouble.NOT_FOUND)
    raise CarrierTrouble(Trouble.NOT_FOUND, "no parcel in the answer")


def _words(body: bytes) -> str:
    errors = objects(words_beside(body).get("errors"))
    return text(errors[0].get("message"), 500) or "" if errors else ""


def _trouble(error: dict[str, Any]) -> CarrierTrouble:
    code = text(error.get("code"), 60) or ""
    return CarrierTrouble(TROUBLES.get(code, Trouble.NONSENSE), text(error.get("message"), 500) or code)


def _shipments(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what is known under a number. An error beside scans is about something else than the number."""
    results = objects(answer.get("trackResults"))
    return [result for result in results if objects(result.get("scanEvents")) or not inside(result, "error")]


def _heard(answer: dict[str, Any], shipments: list[dict[str, Any]], zone: dt.tzinfo) -> Heard:
    """Return the newest shipment under a number: FedEx gives numbers out again, and answers with all it still knows."""
    own = inside(shipments[0], "trackingNumberInfo").get("trackingNumber")
    number = number_of(answer.get("trackingNumber") or own)
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a parcel without number")
    told = [(_checkpoints(number, shipment, zone), shipment) for shipment in shipments]
    beginning = dt.datetime.min.replace(tzinfo=dt.UTC)
    news, shipment = max(told, key=lambda one: one[0][-1].occurred_at if one[0] else beginning)
    first, last, times = _expected(shipment, zone)
    return Heard(tracking_number=number, checkpoints=news, promised_from=first, promised_to=last, times=times)


def _checkpoints(number: str, shipment: dict[str, Any], zone: dt.tzinfo) -> tuple[CheckpointInput, ...]:
    events = objects(shipment.get("scanEvents"))
    zones = _zones(events, zone)
    details = inside(shipment, "deliveryDetails")
    signed_by = text(details.get("signedByName"), 200) or text(details.get("receivedByName"), 200)
    told = [_checkpoint(number, event, signed_by, zones, zone) for event in events]
    return in_order(told)


def _checkpoint(
    number: str, event: dict[str, Any], signed_by: str | None, zones: Mapping[Place, dt.tzinfo], zone: dt.tzinfo
) -> CheckpointInput | None:
    address = inside(event, "scanLocation")
    where = country(address.get("countryCode"))
    occurred_at = moment(event.get("date"), where, zones.get(_place(address), zone))
    scan = text(event.get("eventType"), 10) or text(event.get("derivedStatusCode"), 10)
    reason = text(event.get("exceptionCode"), 10)
    if occurred_at is None or scan is None:
        return None
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.FEDEX.value,
        occurred_at=occurred_at,
        code=f"{scan}-{reason}" if reason else scan,
        message=text(event.get("exceptionDescription"), 1000) or text(event.get("eventDescription"), 1000),
        city=text(address.get("city"), 200),
        country=where,
        signed_by=signed_by if scan == "DL" else None,
    )


def _zones(events: list[dict[str, Any]], zone: dt.tzinfo) -> dict[Place, dt.tzinfo]:
    """Return the offset at each place, as its other scans tell it: picked up there on a day, left there at a time."""
    zones: dict[Place, dt.tzinfo] = {}
    for event in events:
        told = moment(event.get("date"), None, zone)
        if told and told.tzinfo and told.tzinfo is not zone:
            zones[_place(inside(event, "scanLocation"))] = told.tzinfo
    return zones


def _place(address: dict[str, Any]) -> Place:
    return text(address.get("city"), 200) or "", text(address.get("stateOrProvinceCode"), 10) or ""


def _expected(shipment: dict[str, Any], zone: dt.tzinfo) -> Named:
    """Return the days and hours FedEx names: an appointment, else its estimate, else what its service promises."""
    dates = {text(item.get("type"), 40): item.get("dateTime") for item in objects(shipment.get("dateAndTimes"))}
    estimate, standard = (
        inside(shipment, name, "window") for name in ("estimatedDeliveryTimeWindow", "standardTransitTimeWindow")
    )
    destination = country(inside(shipment, "recipientInformation", "address").get("countryCode"))
    for begins, ends in (
        (None, dates.get("APPOINTMENT_DELIVERY")),
        (estimate.get("begins"), estimate.get("ends")),
        (None, dates.get("ESTIMATED_DELIVERY")),
        (standard.get("begins"), standard.get("ends")),
        (None, dates.get("COMMITMENT")),
    ):
        first, last = (moment(value, None, zone) for value in (begins, ends))
        if first or last:
            days = [found.date() for found in (first, last) if found]
            return days[0], days[-1], hours(begins, ends, destination)
    return None, None, None
