"""Austrian Post's tracking for business customers: ``POST /api/v1/GetParcelDetail`` about one number.

Sources: https://docs.digitalgenius.com/docs/post-ag-track-trace (address, authentication) and
https://github.com/v1nk0/laravel-postat, ``src/Tracking.php`` and ``src/Entities`` (what is asked, and what is read of
the answer); the fields of an event are those of the Post's "Trackingdaten an Kunden". Times have no offset and are read
as local to the place. An event's ``TrackingState`` is how the parcel stood when the answer was made, not when it
happened, and plays no part.
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
from tracking.carriers.registry import meaning_of
from tracking.enums import Carrier, ShipmentStatus
from tracking.inputs import CheckpointInput


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what the Post knows of each parcel of a shipment. Raises ``CarrierTrouble``.

    ``zone`` reads times at places whose country has several zones.
    """
    insist_on_success(status, headers)
    tree = json_object(body)
    parcels = objects(tree.get("Parcels"))
    if not parcels:
        raise CarrierTrouble(Trouble.NOT_FOUND, "no parcel in the answer")
    expected = moment(tree.get("DeliveryDay"), "AT", zone)
    return [_heard(parcel, expected.date() if expected else None, zone) for parcel in parcels]


def _heard(parcel: dict[str, Any], expected: dt.date | None, zone: dt.tzinfo) -> Heard:
    number = number_of(parcel.get("IdentCode"))
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a parcel without number")
    others = (number_of(parcel.get(name)) for name in ("ReferenceIdentCode", "ReferencedParcelIdentCode"))
    events = [_checkpoint(number, event, zone) for event in objects(parcel.get("ParcelEvents"))]
    return Heard(
        tracking_number=number,
        checkpoints=in_order(events),
        promised_from=expected,
        promised_to=expected,
        also=tuple(other for other in others if other and other != number),
    )


def _checkpoint(number: str, event: dict[str, Any], zone: dt.tzinfo) -> CheckpointInput | None:
    where = country(event.get("EventCountry"))
    occurred_at = moment(event.get("EventTimestamp"), where or "AT", zone)
    parts = [text(event.get(name), 40) for name in ("ParcelEventTypeCode", "ParcelEventReasonCode")]
    if occurred_at is None or parts[0] is None:
        return None
    code = "-".join(part for part in parts if part)
    meaning = meaning_of(Carrier.AUSTRIAN_POST, code)
    is_delivered = meaning is not None and meaning.status == ShipmentStatus.DELIVERED
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.AUSTRIAN_POST.value,
        occurred_at=occurred_at,
        code=code,
        message=text(event.get("Remark"), 1000),
        city=text(event.get("EventLocation"), 200),
        country=where,
        signed_by=text(event.get("ConsigneeName"), 200) if is_delivered else None,
    )
