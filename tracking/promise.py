"""When a parcel will arrive: dates in, a window of days out. Pure.

    somebody named a day? ──yes──▶ that day (the parcel's before the order's)
             no ▼
    handed over? ──yes──▶ hand-over + transit
             no ▼
    order date, or the next business day after cut-off ▶ + processing ▶ + transit

Dates are the merchant's local dates; transit counts business days of both countries.
"""

import datetime as dt
from dataclasses import dataclass

from tracking.business_days import add_business_days, next_business_day
from tracking.enums import ShipmentStatus
from tracking.models import PromiseSource

# An order placed later than this leaves a day later.
CUT_OFF = dt.time(14, 0)
PROCESSING_DAYS = 1
DACH = frozenset({"DE", "AT", "CH", "LI"})
# Countries whose parcels cross no customs border and usually go by road from the DACH countries.
NEAR = DACH | frozenset({"BE", "CZ", "DK", "FR", "HU", "IT", "LU", "NL", "PL", "SI", "SK"})

# While one of these stands, a day would only mislead: something must be solved first, or it is nearly over.
SILENT_STATUSES = frozenset(
    {
        ShipmentStatus.EXCEPTION,
        ShipmentStatus.ATTEMPT_FAILED,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.AVAILABLE_FOR_PICKUP,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a promise, and who named them. ``earliest`` ≤ ``likely`` ≤ ``latest``."""

    source: PromiseSource
    earliest: dt.date
    likely: dt.date
    latest: dt.date


@dataclass(frozen=True, slots=True)
class TransitTime:
    """Business days on the road."""

    earliest: int
    likely: int
    latest: int


def named_window(first: dt.date | None, last: dt.date | None) -> Window | None:
    """Return the window somebody named, None where nobody did. One day alone is the whole window."""
    latest = last or first
    if latest is None:
        return None
    return Window(PromiseSource.SHOP, min(first or latest, latest), latest, latest)


def estimated_window(
    *,
    ordered_at: dt.datetime,
    shipped_at: dt.datetime | None,
    origin: str,
    destination: str,
    time_zone: dt.tzinfo,
) -> Window:
    """Return when a parcel will probably arrive: from its hand-over, else from the order."""
    countries = (origin, destination)
    handed_over = (
        shipped_at.astimezone(time_zone).date()
        if shipped_at
        else leaves_on(ordered_at=ordered_at, origin=origin, time_zone=time_zone)
    )
    transit = transit_time(origin, destination)
    return Window(
        PromiseSource.ESTIMATE,
        add_business_days(handed_over, transit.earliest, countries),
        add_business_days(handed_over, transit.likely, countries),
        add_business_days(handed_over, transit.latest, countries),
    )


def leaves_on(*, ordered_at: dt.datetime, origin: str, time_zone: dt.tzinfo) -> dt.date:
    """Return the day an order is handed to the carrier: after cut-off a business day later, then packing."""
    local = ordered_at.astimezone(time_zone)
    day = next_business_day(local.date(), (origin,))
    if day == local.date() and local.time() >= CUT_OFF:
        day = add_business_days(day, 1, (origin,))
    return add_business_days(day, PROCESSING_DAYS, (origin,))


def transit_time(origin: str, destination: str) -> TransitTime:
    """Return the usual time on the road. Learned figures per carrier and region will take its place."""
    if origin == destination:
        return TransitTime(1, 2, 3)
    customs = "CH" in (origin, destination) or "LI" in (origin, destination)
    if {origin, destination} <= NEAR:
        return TransitTime(3, 4, 7) if customs else TransitTime(2, 3, 5)
    return TransitTime(5, 8, 15)


def is_shown(status: str) -> bool:
    """Say whether a day may be named while a parcel has this status."""
    return status not in SILENT_STATUSES
