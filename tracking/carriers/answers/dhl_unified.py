"""DHL's Shipment Tracking – Unified: ``GET /track/shipments?trackingNumber=…`` with the header ``DHL-API-Key``.

Source: https://developer.dhl.com/api-reference/shipment-tracking. Times of events are local to the place of the event,
those of ``estimatedDeliveryTimeFrame`` to the destination; ``estimatedTimeOfDelivery`` is one moment: it names the day.
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
    secure_address,
    text,
    words_beside,
)
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what DHL knows of each shipment in its answer. Raises ``CarrierTrouble``.

    ``zone`` reads times without offset at places whose country has several zones.
    """
    insist_on_success(status, headers, text(words_beside(body).get("detail"), 500) or "")
    tree = json_object(body)
    if isinstance(tree.get("status"), int) and "shipments" not in tree:
        # An error document that came with a success.
        insist_on_success(tree["status"], headers, text(tree.get("detail"), 500) or "")
    shipments = objects(tree.get("shipments"))
    if not shipments:
        raise CarrierTrouble(Trouble.NOT_FOUND, text(tree.get("detail"), 500) or "no shipment in the answer")
    return [_heard(shipment, zone) for shipment in shipments]


def _heard(shipment: dict[str, Any], zone: dt.tzinfo) -> Heard:
    number = number_of(shipment.get("id"))
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a shipment without id")
    frame = inside(shipment, "estimatedDeliveryTimeFrame")
    begins, ends = frame.get("estimatedFrom"), frame.get("estimatedThrough")
    first = moment(begins, None, zone)
    last = moment(ends or shipment.get("estimatedTimeOfDelivery"), None, zone)
    destination = country(inside(shipment, "destination", "address").get("countryCode"))
    proof = inside(shipment, "details", "proofOfDelivery")
    proved = {
        "signed_by": text(inside(proof, "signed").get("name"), 200),
        "proof_url": secure_address(proof.get("documentUrl")) or secure_address(proof.get("signatureUrl")),
    }
    events = [_checkpoint(number, event, proved, zone) for event in objects(shipment.get("events"))]
    return Heard(
        tracking_number=number,
        checkpoints=in_order(events),
        promised_from=first.date() if first else None,
        promised_to=last.date() if last else None,
        also=_pieces(shipment),
        times=hours(begins, ends, destination),
    )


def _pieces(shipment: dict[str, Any]) -> tuple[str, ...]:
    pieces = inside(shipment, "details").get("pieceIds")
    told = [number_of(piece) for piece in pieces] if isinstance(pieces, list) else []
    return tuple(number for number in told if number)


def _checkpoint(number: str, event: dict[str, Any], proved: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    address = inside(event, "location", "address")
    where = country(address.get("countryCode"))
    occurred_at = moment(event.get("timestamp"), where, zone)
    code = text(event.get("statusCode"), 100)
    if occurred_at is None or code is None:
        return None
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.DHL.value,
        occurred_at=occurred_at,
        code=code,
        message=text(event.get("description") or event.get("status"), 1000),
        city=text(address.get("addressLocality"), 200),
        country=where,
        **(proved if code.lower() == "delivered" else {}),
    )
