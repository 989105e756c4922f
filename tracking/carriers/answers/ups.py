"""UPS's Tracking API: ``GET /api/track/v1/details/{number}`` (OAuth 2, client credentials).

Source: https://developer.ups.com (Tracking). ``date`` and ``time`` are local to the place of the activity; newer
answers carry ``gmtDate``, ``gmtTime`` beside them. ``deliveryTime`` is local to the destination.
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
    number_of,
    objects,
    text,
    zone_of,
)
from tracking.enums import Carrier
from tracking.inputs import CheckpointInput
from tracking.times import Times

# What the codes of UPS's errors mean for us; all others are nonsense until somebody has looked.
TROUBLES = {
    "250002": Trouble.REFUSED,
    "250003": Trouble.REFUSED,
    "TV1002": Trouble.NOT_FOUND,
    "TW0001": Trouble.NOT_FOUND,
    "151018": Trouble.NOT_FOUND,
}


# The kinds of ``deliveryTime`` that are windows: estimated, confirmed, imported.
WINDOWS = ("EDW", "CDW", "IDW")


def read(status: int, headers: Headers, body: bytes, *, zone: dt.tzinfo) -> list[Heard]:
    """Return what UPS knows of each package in its answer. Raises ``CarrierTrouble``.

    ``zone`` reads the times of places whose country has several zones.
    """
    if status in (408, 429) or status >= 500:
        insist_on_success(status, headers)
    tree = json_object(body)
    for error in objects(inside(tree, "response").get("errors")):
        raise _trouble(error)
    insist_on_success(status, headers)
    shipments = objects(inside(tree, "trackResponse").get("shipment"))
    packages = [(shipment, package) for shipment in shipments for package in objects(shipment.get("package"))]
    if packages:
        return [_heard(shipment, package, zone) for shipment, package in packages]
    for warning in (warning for shipment in shipments for warning in objects(shipment.get("warnings"))):
        raise _trouble(warning)
    raise CarrierTrouble(Trouble.NOT_FOUND, "no package in the answer")


def _trouble(error: dict[str, Any]) -> CarrierTrouble:
    code = text(error.get("code"), 40) or ""
    return CarrierTrouble(TROUBLES.get(code, Trouble.NONSENSE), text(error.get("message"), 500) or code)


def _heard(shipment: dict[str, Any], package: dict[str, Any], zone: dt.tzinfo) -> Heard:
    # The documentation's example says "string" where a package's own number stands.
    own = number_of(package.get("trackingNumber"))
    number = own if own.startswith("1Z") else number_of(shipment.get("inquiryNumber")) or own
    if not number:
        raise CarrierTrouble(Trouble.NONSENSE, "a package without number")
    received_by = text(inside(package, "deliveryInformation").get("receivedBy"), 200)
    days = [
        _day(item.get("date")) for item in objects(package.get("deliveryDate")) if item.get("type") in ("SDD", "RDD")
    ]
    events = [_checkpoint(number, activity, received_by, zone) for activity in objects(package.get("activity"))]
    promised = next((day for day in days if day), None)
    return Heard(
        tracking_number=number,
        checkpoints=in_order(events),
        promised_from=promised,
        promised_to=promised,
        times=_hours(package, promised) if promised else None,
    )


def _hours(package: dict[str, Any], day: dt.date) -> Times | None:
    told = inside(package, "deliveryTime")
    if told.get("type") not in WINDOWS:
        return None
    addresses = (item for item in objects(package.get("packageAddress")) if item.get("type") == "DESTINATION")
    address = inside(next(addresses, {}), "address")
    begins, ends = (f"{day.isoformat()}T{text(told.get(name), 10) or ''}" for name in ("startTime", "endTime"))
    return hours(begins, ends, country(address.get("countryCode") or address.get("country")))


def _checkpoint(
    number: str, activity: dict[str, Any], received_by: str | None, zone: dt.tzinfo
) -> CheckpointInput | None:
    address = inside(activity, "location", "address")
    where = country(address.get("countryCode") or address.get("country"))
    status = inside(activity, "status")
    occurred_at = _moment(activity, zone_of(where) or zone)
    kind = text(status.get("type"), 10)
    parts = [part for part in (kind, text(status.get("code"), 40), text(status.get("statusCode"), 10)) if part]
    if occurred_at is None or not parts:
        return None
    return CheckpointInput(
        tracking_number=number,
        carrier=Carrier.UPS.value,
        occurred_at=occurred_at,
        code="-".join(parts),
        message=text(status.get("description"), 1000),
        city=text(address.get("city"), 200),
        country=where,
        signed_by=received_by if kind == "D" else None,
    )


def _moment(activity: dict[str, Any], zone: dt.tzinfo) -> dt.datetime | None:
    for date, time, at in (("gmtDate", "gmtTime", dt.UTC), ("date", "time", zone)):
        digits = f"{text(activity.get(date), 20) or ''} {(text(activity.get(time), 20) or '').replace(':', '')}"
        try:
            return dt.datetime.strptime(digits, "%Y%m%d %H%M%S").replace(tzinfo=at)
        except ValueError:
            continue
    return None


def _day(value: Any) -> dt.date | None:
    try:
        return dt.datetime.strptime(value, "%Y%m%d").date() if isinstance(value, str) else None  # noqa: DTZ007
    except ValueError:
        return None
