"""Whether a promise is at risk: fewer delivery days are left than the parcel still needs.

days left    business days up to and including the last promised day; today counts until two in the afternoon:
             what is not in the van by then does not come today
days needed  0  in the van
             1  in the country it goes to, scanned today or on the business day before, or after a failed attempt
             2  in that country, but not scanned for longer; or at home and not with the carrier yet
             3  still in another country, or held by customs
             the usual time on the road and a day for handing over, where it is abroad and not with the carrier yet
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tracking.business_days import Where, business_days_between, is_business_day
from tracking.enums import ShipmentStatus
from tracking.transit import usual_time

TOO_LATE_FOR_TODAY = dt.time(14)
IN_CUSTOMS = "in_transit_customs_started"
BEFORE_THE_WAY = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED)


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of a parcel on its way. ``country`` is that of the newest scan, empty where it named none."""

    status: str
    substatus: str
    country: str
    scanned_on: dt.date | None
    origin: str
    destination: str


def is_at_risk(*, parcel: Whereabouts, latest: dt.date, local_now: dt.datetime, places: Iterable[Where]) -> bool:
    """Say whether the promised day ``latest`` will probably be missed; False once it has passed (it is missed then).

    ``local_now`` and all days are the merchant's; ``places`` are those whose holidays count.
    """
    places = tuple(places)
    today = local_now.date()
    if today > latest:
        return False
    return _days_left(local_now, latest, places) < _days_needed(parcel, today, places)


def _days_left(local_now: dt.datetime, latest: dt.date, places: tuple[Where, ...]) -> int:
    today = local_now.date()
    today_counts = local_now.time() < TOO_LATE_FOR_TODAY and is_business_day(today, places)
    return business_days_between(today, latest, places) + today_counts


def _days_needed(parcel: Whereabouts, today: dt.date, places: tuple[Where, ...]) -> int:
    if parcel.status == ShipmentStatus.OUT_FOR_DELIVERY:
        return 0
    if parcel.status == ShipmentStatus.ATTEMPT_FAILED:
        return 1
    abroad = parcel.origin != parcel.destination
    if parcel.status in BEFORE_THE_WAY:
        return usual_time(parcel.origin, parcel.destination).earliest + 1 if abroad else 2
    if parcel.substatus == IN_CUSTOMS or (abroad and parcel.country != parcel.destination):
        return 3
    seen_lately = parcel.scanned_on is not None and business_days_between(parcel.scanned_on, today, places) <= 1
    return 1 if seen_lately else 2
