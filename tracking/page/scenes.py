"""Which of the page's situations a parcel is in. Each has a title and a next step in ``texts/*.toml``."""

import datetime as dt
from dataclasses import dataclass

from tracking.enums import DeliveryLocation, ShipmentStatus
from tracking.page.facts import ParcelFacts

S = ShipmentStatus

# Where the way's picture stands for a status; 0 is "ordered", without any parcel.
PACKED, ON_THE_WAY, OUT, THERE = 1, 2, 3, 4

_BY_SUBSTATUS = {
    "in_transit_customs_started": "customs",
    "in_transit_delayed": "delayed",
    "attempt_failed_not_home": "failed_not_home",
    "attempt_failed_second": "failed_not_home",
    "attempt_failed_no_access": "failed_no_access",
    "attempt_failed_final": "failed_final",
    "available_for_pickup_parcel_shop": "pickup_shop",
    "available_for_pickup_locker": "pickup_locker",
    "available_for_pickup_last_days": "pickup_last_days",
    "delivered_picked_up": "delivered_picked_up",
    "exception_address_incorrect": "problem_address",
    "exception_recipient_moved": "problem_moved",
    "exception_refused": "problem_refused",
    "exception_customs": "problem_customs",
    "exception_damaged": "problem_damaged",
    "exception_lost": "problem_lost",
    "exception_held": "problem_held",
    "exception_weather": "problem_weather",
    "exception_returning_to_sender": "problem_returning",
    "exception_returned": "problem_returned",
    "exception_not_picked_up": "problem_not_picked_up",
    "exception_unknown_reason": "problem_unknown",
}
_BY_STATUS = {
    S.PENDING: "packed",
    S.INFO_RECEIVED: "packed",
    S.IN_TRANSIT: "on_the_way",
    S.OUT_FOR_DELIVERY: "out",
    S.ATTEMPT_FAILED: "failed",
    S.AVAILABLE_FOR_PICKUP: "pickup",
    S.DELIVERED: "delivered",
    S.EXCEPTION: "problem_unknown",
    S.EXPIRED: "expired",
}
_DELIVERED_TO = {
    DeliveryLocation.NEIGHBOUR: "delivered_neighbour",
    DeliveryLocation.LETTERBOX: "delivered_letterbox",
    DeliveryLocation.LOCKER: "delivered_locker",
    DeliveryLocation.PARCEL_SHOP: "delivered_shop",
    DeliveryLocation.SAFE_PLACE: "delivered_safe_place",
}
_STOP = {
    S.PENDING: PACKED,
    S.INFO_RECEIVED: PACKED,
    S.IN_TRANSIT: ON_THE_WAY,
    S.OUT_FOR_DELIVERY: OUT,
    S.ATTEMPT_FAILED: OUT,
    S.AVAILABLE_FOR_PICKUP: THERE,
    S.DELIVERED: THERE,
}
TROUBLE = frozenset({S.EXCEPTION, S.ATTEMPT_FAILED, S.EXPIRED})
_GOING_BACK = frozenset(
    {"exception_refused", "exception_not_picked_up", "exception_returning_to_sender", "exception_returned"}
)
# What the shopper should see first when several parcels differ: something to do, something today, the rest.
_URGENCY = (
    S.EXCEPTION,
    S.ATTEMPT_FAILED,
    S.EXPIRED,
    S.AVAILABLE_FOR_PICKUP,
    S.OUT_FOR_DELIVERY,
    S.IN_TRANSIT,
    S.INFO_RECEIVED,
    S.PENDING,
    S.DELIVERED,
)
SCENES = frozenset(
    {*_BY_SUBSTATUS.values(), *_BY_STATUS.values(), *_DELIVERED_TO.values(), "out_today", "failed_not_home"}
)


@dataclass(frozen=True, slots=True)
class Scene:
    """``key`` names the texts, ``stop`` the place in the picture (0 to 4), ``warn`` draws it amber.

    ``goes_back``: it comes or came back to the shop, which no station of the way there says.
    """

    key: str
    stop: int
    warn: bool
    waits_in_shop: bool
    goes_back: bool


def scene_of(parcel: ParcelFacts, *, today: dt.date, time_zone: dt.tzinfo, is_late: bool) -> Scene:
    """Return the situation of a parcel on a day. ``is_late``: its promised days are over."""
    return Scene(
        key=_key(parcel, today, time_zone, is_late=is_late),
        stop=_stop(parcel),
        warn=is_late or _is_trouble(parcel),
        waits_in_shop=parcel.status == S.AVAILABLE_FOR_PICKUP
        or parcel.delivery_location in (DeliveryLocation.PARCEL_SHOP, DeliveryLocation.LOCKER),
        goes_back=parcel.substatus in _GOING_BACK,
    )


def urgency(parcel: ParcelFacts) -> int:
    """Return how far behind a parcel comes when the page decides what to say first (0 is first)."""
    return _URGENCY.index(parcel.status)


def _key(parcel: ParcelFacts, today: dt.date, time_zone: dt.tzinfo, *, is_late: bool) -> str:
    if parcel.substatus in _BY_SUBSTATUS:
        return _BY_SUBSTATUS[parcel.substatus]
    if parcel.status == S.DELIVERED and parcel.delivery_location:
        return _DELIVERED_TO.get(DeliveryLocation(parcel.delivery_location), "delivered")
    if parcel.status == S.OUT_FOR_DELIVERY and parcel.status_at:
        return "out_today" if parcel.status_at.astimezone(time_zone).date() == today else "out"
    if parcel.status == S.IN_TRANSIT and is_late:
        return "delayed"
    return _BY_STATUS[parcel.status]


def _stop(parcel: ParcelFacts) -> int:
    """With a problem the parcel stays where it got to before; a return is drawn on the road."""
    if parcel.status in _STOP:
        return _STOP[parcel.status]
    if parcel.substatus in ("exception_returning_to_sender", "exception_not_picked_up"):
        return ON_THE_WAY
    if parcel.substatus == "exception_returned":
        return PACKED
    reached = [_STOP[item.status] for item in parcel.news if item.status in _STOP and item.status != S.DELIVERED]
    return max(reached, default=ON_THE_WAY)


def _is_trouble(parcel: ParcelFacts) -> bool:
    return parcel.status in TROUBLE or parcel.substatus in (
        "in_transit_delayed",
        "available_for_pickup_last_days",
    )
