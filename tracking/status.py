"""From carrier news to one status: a pure fold over all news of a parcel, sorted by content.

Carriers repeat themselves, arrive late and out of order. The order of arrival therefore plays no part: the same set of
news always gives the same status, however often and in whatever order it came (``tests/tracking/test_status.py``).

    news ──sort──▶ pending ▶ info received ▶ in transit ⇄ out for delivery ⇄ attempt failed ⇄ exception
                                                   └──────────▶ waiting for pick-up ──▶ delivered ▶ returned
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracking.enums import STATUS_OF_SUBSTATUS, DeliveryLocation, ShipmentStatus

# News of the same second: the later stage counts as the later news.
STAGE = {status: position for position, status in enumerate(ShipmentStatus)}
BEFORE_THE_WAY = (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED)
# The only news that may follow a delivery, and after which scans on the way are scans on the way back.
RETURN_NEWS = ("exception_returning_to_sender", "exception_returned", "exception_not_picked_up")
# Only in these does a parcel lie somewhere, delivered or waiting.
AT_A_PLACE = (ShipmentStatus.DELIVERED, ShipmentStatus.AVAILABLE_FOR_PICKUP)
# A clock that is this far ahead is wrong; such news is kept, shown to nobody and moves nothing.
CLOCK_TOLERANCE = dt.timedelta(hours=24)

# Of these, silence says that nobody will hear any more; a problem stays one until somebody solves it.
EXPIRES = (
    ShipmentStatus.PENDING,
    ShipmentStatus.INFO_RECEIVED,
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.ATTEMPT_FAILED,
    ShipmentStatus.AVAILABLE_FOR_PICKUP,
)

LOCATION_OF_SUBSTATUS = {
    "delivered_to_recipient": DeliveryLocation.HOUSEHOLD,
    "delivered_to_neighbour": DeliveryLocation.NEIGHBOUR,
    "delivered_to_letterbox": DeliveryLocation.LETTERBOX,
    "delivered_to_parcel_locker": DeliveryLocation.LOCKER,
    "delivered_to_parcel_shop": DeliveryLocation.PARCEL_SHOP,
    "delivered_to_safe_place": DeliveryLocation.SAFE_PLACE,
    "available_for_pickup_parcel_shop": DeliveryLocation.PARCEL_SHOP,
    "available_for_pickup_locker": DeliveryLocation.LOCKER,
}
SUBSTATUS_OF_LOCATION = {
    (STATUS_OF_SUBSTATUS[substatus], location): substatus for substatus, location in LOCATION_OF_SUBSTATUS.items()
}


@dataclass(frozen=True, slots=True)
class News:
    """What the fold needs of a checkpoint. ``identity`` breaks ties, so that sorting is total."""

    occurred_at: dt.datetime
    status: ShipmentStatus | None
    substatus: str
    identity: bytes
    recorded_at: dt.datetime
    delivery_location: str = ""
    delivery_location_text: str = ""
    signed_by: str = ""
    proof_url: str = ""


@dataclass(frozen=True, slots=True)
class ParcelState:
    """Where a parcel stands. ``status_at`` is when it entered its present status and substatus."""

    status: ShipmentStatus = ShipmentStatus.PENDING
    substatus: str = ""
    status_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    delivery_location: str = ""
    delivery_location_text: str = ""
    signed_by: str = ""
    proof_url: str = ""


def state_of(news: Iterable[News]) -> ParcelState:
    """Return where a parcel stands after all this news, in whatever order it is given."""
    state = ParcelState()
    for item in sorted((item for item in news if is_plausible(item)), key=_by_content):
        state = _after(state, item)
    return state


def after_silence(
    state: ParcelState,
    *,
    news: Iterable[News],
    known_since: dt.datetime,
    patience: dt.timedelta,
    now: dt.datetime,
) -> ParcelState:
    """Return ``state``, or expired where nothing was heard for ``patience``; a later scan opens the parcel again.

    Silence begins with the newest plausible news, at the earliest when the parcel became known.
    """
    heard = max((item.occurred_at for item in news if is_plausible(item)), default=known_since)
    silent_from = max(heard, known_since)
    if state.status not in EXPIRES or now - silent_from < patience:
        return state
    return ParcelState(status=ShipmentStatus.EXPIRED, status_at=silent_from + patience)


def is_plausible(item: News) -> bool:
    """Say whether news may count: its time is not far ahead of the moment it was heard."""
    return item.occurred_at <= item.recorded_at + CLOCK_TOLERANCE


def _by_content(item: News) -> tuple[dt.datetime, int, str, bytes]:
    return item.occurred_at, STAGE[item.status] if item.status else -1, item.substatus, item.identity


def _after(state: ParcelState, item: News) -> ParcelState:
    if item.status is None or state.substatus == "exception_returned":
        return state
    if state.delivered_at is not None and item.substatus not in RETURN_NEWS:
        return _more_about_place(state, item)
    if item.status in BEFORE_THE_WAY and STAGE[item.status] < STAGE[state.status]:
        return state  # announced late: the parcel is long on its way
    if _is_scan_on_the_way_back(state, item):
        return state
    if item.status == state.status and item.substatus in (state.substatus, ""):
        return _more_about_place(state, item)  # nothing new, or less exact than what is known
    moved = ParcelState(
        status=item.status,
        substatus=item.substatus,
        status_at=item.occurred_at,
        delivered_at=item.occurred_at if item.status == ShipmentStatus.DELIVERED else state.delivered_at,
    )
    return _more_about_place(moved, item)


def _is_scan_on_the_way_back(state: ParcelState, item: News) -> bool:
    """While a parcel returns, its scans on the road must not read as being on the way to the shopper again."""
    return (
        state.substatus in RETURN_NEWS
        and item.status == ShipmentStatus.IN_TRANSIT
        and item.substatus != "in_transit_problem_resolved"
    )


def _more_about_place(state: ParcelState, item: News) -> ParcelState:
    """Where it lies is told once; further news of the same status only fills in what the first left open."""
    if item.status != state.status or item.status not in AT_A_PLACE:
        return state
    return replace(
        state,
        substatus=state.substatus or item.substatus,
        delivery_location=state.delivery_location or item.delivery_location,
        delivery_location_text=state.delivery_location_text or item.delivery_location_text,
        signed_by=state.signed_by or item.signed_by,
        proof_url=state.proof_url or item.proof_url,
    )
