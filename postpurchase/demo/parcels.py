"""Believable histories of parcels: what a carrier reports from the label to the door.

    travel(carrier="hermes", scenario=Scenario.PARCEL_SHOP, destination=..., language="de") -> tuple[News, ...]

`News.after` counts from the moment the label was printed; who uses it chooses that moment. Everything is a pure
function: the same parcel always has the same history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from postpurchase.demo.carrier_words import WORDS


class Scenario(StrEnum):
    """What becomes of a parcel."""

    NORMAL = "normal"
    NEIGHBOUR = "neighbour"
    LETTERBOX = "letterbox"
    SAFE_PLACE = "safe_place"
    LOCKER = "locker"
    DELAYED = "delayed"
    PARCEL_SHOP = "parcel_shop"
    CUSTOMS = "customs"


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where a parcel goes. `neighbour` and `shop` are names that appear in the carrier's messages."""

    city: str
    country: str
    recipient: str
    neighbour: str = "Familie Lorenz"
    shop: str = "Kiosk am Brunnen"


@dataclass(frozen=True, kw_only=True)
class News:
    """One message of a carrier, in the API's words for checkpoints."""

    after: timedelta
    status: str
    substatus: str
    message: str
    city: str
    country: str
    delivery_location: str = ""
    delivery_location_text: str = ""
    signed_by: str = ""


# Where each carrier sorts what the demo shops hand over: the hub near the sender.
_HUBS = {
    "dhl": "Bremen",
    "hermes": "Friedewald",
    "dpd": "Duisburg",
    "gls": "Neuenstein",
    "swiss_post": "Bremen",
    "austrian_post": "Passau",
}

# (event, hours after the label, where): the way up to the depot of the destination.
_WAY = (("announced", 0.0, ""), ("accepted", 2.0, "hub"), ("departed", 8.0, "hub"), ("arrived", 13.5, "city"))
# To Austria a parcel rolls a day longer; customs cost another.
_WAY_ABROAD = (("announced", 0.0, ""), ("accepted", 2.0, "hub"), ("departed", 8.0, "hub"), ("arrived", 37.5, "city"))
_WAY_WITH_CUSTOMS = (
    ("announced", 0.0, ""),
    ("accepted", 2.0, "hub"),
    ("departed", 8.0, "hub"),
    ("customs_started", 20.0, "border"),
    ("customs_cleared", 51.0, "border"),
    ("arrived", 61.5, "city"),
)
_BORDER = {"CH": ("Basel", "CH"), "GB": ("Dover", "GB")}

# What follows the depot: (event, hours after the last entry of the way, where).
_ENDINGS: dict[Scenario, tuple[tuple[str, float, str], ...]] = {
    Scenario.NORMAL: (("out_for_delivery", 2.0, "city"), ("delivered", 5.5, "city")),
    Scenario.NEIGHBOUR: (("out_for_delivery", 2.0, "city"), ("delivered_neighbour", 6.0, "city")),
    Scenario.LETTERBOX: (("out_for_delivery", 2.0, "city"), ("delivered_letterbox", 4.5, "city")),
    Scenario.SAFE_PLACE: (("out_for_delivery", 2.0, "city"), ("delivered_safe_place", 5.0, "city")),
    Scenario.LOCKER: (
        ("out_for_delivery", 2.0, "city"),
        ("ready_locker", 4.0, "city"),
        ("picked_up", 9.0, "city"),
    ),
    Scenario.DELAYED: (
        ("delayed", 3.0, "city"),
        ("out_for_delivery", 50.0, "city"),
        ("delivered", 53.5, "city"),
    ),
    Scenario.PARCEL_SHOP: (
        ("out_for_delivery", 2.0, "city"),
        ("not_home", 5.0, "city"),
        ("ready_shop", 9.0, "city"),
        ("picked_up", 26.0, "city"),
    ),
    Scenario.CUSTOMS: (("out_for_delivery", 2.0, "city"), ("delivered", 5.0, "city")),
}

# event -> (status, substatus, delivery location)
_MEANING = {
    "announced": ("info_received", "", ""),
    "accepted": ("in_transit", "in_transit_accepted", ""),
    "departed": ("in_transit", "in_transit_departed", ""),
    "arrived": ("in_transit", "in_transit_arrived", ""),
    "customs_started": ("in_transit", "in_transit_customs_started", ""),
    "customs_cleared": ("in_transit", "in_transit_customs_cleared", ""),
    "delayed": ("in_transit", "in_transit_delayed", ""),
    "out_for_delivery": ("out_for_delivery", "", ""),
    "not_home": ("attempt_failed", "attempt_failed_not_home", ""),
    "ready_shop": ("available_for_pickup", "available_for_pickup_parcel_shop", ""),
    "ready_locker": ("available_for_pickup", "available_for_pickup_locker", ""),
    "delivered": ("delivered", "delivered_to_recipient", "household"),
    "delivered_neighbour": ("delivered", "delivered_to_neighbour", "neighbour"),
    "delivered_letterbox": ("delivered", "delivered_to_letterbox", "letterbox"),
    "delivered_safe_place": ("delivered", "delivered_to_safe_place", "safe_place"),
    "picked_up": ("delivered", "delivered_picked_up", ""),
}


def travel(*, carrier: str, scenario: Scenario, destination: Destination, language: str) -> tuple[News, ...]:
    """The whole history, oldest first. `language` is de or en (longer tags are cut)."""
    way = _WAY_WITH_CUSTOMS if destination.country in _BORDER else _WAY if destination.country == "DE" else _WAY_ABROAD
    depot = way[-1][1]
    events = way + tuple((event, depot + hours, where) for event, hours, where in _ENDINGS[scenario])
    words = WORDS[carrier]["de" if language.startswith("de") else "en"]
    return tuple(_news(carrier, event, hours, where, destination, words) for event, hours, where in events)


def _news(carrier: str, event: str, hours: float, where: str, destination: Destination, words: dict[str, str]) -> News:
    city, country = {
        "": ("", ""),
        "hub": (_HUBS[carrier], "DE"),
        "border": _BORDER.get(destination.country, ("", "")),
        "city": (destination.city, destination.country),
    }[where]
    status, substatus, location = _MEANING[event]
    return News(
        after=timedelta(hours=hours),
        status=status,
        substatus=substatus,
        message=words[event].format(
            city=city, neighbour=destination.neighbour, shop=destination.shop, recipient=destination.recipient
        ),
        city=city,
        country=country,
        delivery_location=location,
        delivery_location_text=destination.neighbour if location == "neighbour" else "",
        signed_by=destination.recipient if event == "delivered" and carrier in ("dpd", "gls") else "",
    )


def tracking_number(carrier: str, serial: int) -> str:
    """A number of the carrier's form with a right check digit where the form has one; `serial` below 10 million.

    They are meant to belong to nobody: each stands in the part of the range the carrier hands out last.
    """
    if carrier == "dhl":
        return _with_gs1_check(f"0034043499{serial:09d}")
    if carrier == "hermes":
        return f"H1099{serial:015d}"
    if carrier == "dpd":
        return f"0998{serial:010d}"
    if carrier == "gls":
        return _with_gs1_check(f"999{serial:08d}")
    if carrier == "swiss_post":
        return f"9960999{serial:011d}"
    if carrier == "austrian_post":
        return f"1099999{serial:015d}"
    raise ValueError(f"the demo has no parcels of {carrier!r}")


def _with_gs1_check(digits: str) -> str:
    """Append the check digit of GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if i % 2 == 0 else 1) for i, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)
