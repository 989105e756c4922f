"""UPS.

Source: the Tracking API's activity types and status codes (https://developer.ups.com/api/reference/tracking). A code is
the type of an activity (M, P, I, O, D, X …), with its two signs and its three-digit status where UPS gives them:
X-SR, X-SR-014. The type is the class and so the floor: only D is delivered, and an exception (X) stays trouble, a wait,
or a way that changed.
"""

import re
from collections.abc import Iterator

from tracking.carriers.base import CarrierProfile, Meaning, NumberPattern, by_status
from tracking.carriers.check_digits import ups
from tracking.enums import Carrier, ShipmentStatus

TYPES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("M",),
        ShipmentStatus.IN_TRANSIT: {"P": "in_transit_accepted", "I": ""},
        ShipmentStatus.OUT_FOR_DELIVERY: ("O",),
        ShipmentStatus.DELIVERED: ("D",),
        ShipmentStatus.EXCEPTION: {
            "X": "exception_unknown_reason",
            "RS": "exception_returning_to_sender",
            "MV": "exception_held",  # the sender called it off
        },
        None: ("NA", "W", "DO", "DD", "U"),
    }
)

STATUSES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("003", "044", "045", "065", "077", "079", "080", "131", "135", "157", "166"),
        ShipmentStatus.IN_TRANSIT: {
            **dict.fromkeys(("005", "010", "016", "019", "025", "039", "047", "070", "071", "075", "087"), ""),
            **dict.fromkeys(("138", "158", "159", "164", "165"), ""),
            **dict.fromkeys(("038", "160", "167", "168", "169"), "in_transit_accepted"),
            **dict.fromkeys(("012", "092", "123", "126"), "in_transit_customs_started"),
            **dict.fromkeys(("014", "084", "134"), "in_transit_customs_cleared"),
            # A new address, an access point, a post office or a partner that delivers.
            **dict.fromkeys(("028", "057", "073", "074", "137", "143"), "in_transit_forwarded"),
            **dict.fromkeys(("032", "046", "048", "049", "055", "086", "090", "132"), "in_transit_delayed"),
        },
        ShipmentStatus.OUT_FOR_DELIVERY: {
            **dict.fromkeys(("006", "021", "037", "072", "089", "091", "146", "162"), ""),
            "078": "out_for_delivery_live",
        },
        ShipmentStatus.ATTEMPT_FAILED: {
            **dict.fromkeys(("022", "060", "061", "062", "066", "145"), ""),
            "023": "attempt_failed_second",
            "024": "attempt_failed_final",
        },
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {
            "017": "",
            "040": "",
            "144": "available_for_pickup_parcel_shop",
            "161": "available_for_pickup_parcel_shop",
        },
        ShipmentStatus.DELIVERED: ("011", "026"),
        ShipmentStatus.EXCEPTION: {
            **dict.fromkeys(("013", "029", "030", "069", "076", "149"), "exception_unknown_reason"),
            "050": "exception_address_incorrect",
            "064": "exception_refused",
            **dict.fromkeys(("058", "124", "125", "141"), "exception_customs"),
            **dict.fromkeys(("059", "081"), "exception_damaged"),
            "068": "exception_lost",
            **dict.fromkeys(("007", "083", "085", "139", "147"), "exception_held"),
            **dict.fromkeys(("051", "052", "053"), "exception_weather"),
            **dict.fromkeys(("035", "036", "118"), "exception_returning_to_sender"),
            **dict.fromkeys(("034", "067"), "exception_returned"),
        },
    }
)
TROUBLE = (ShipmentStatus.EXCEPTION, ShipmentStatus.ATTEMPT_FAILED, ShipmentStatus.AVAILABLE_FOR_PICKUP)


def _fits(kind: str, meaning: Meaning) -> bool:
    """Say whether a status may say more than the type it stands beside."""
    if kind == "X":
        return meaning.status in TROUBLE or (meaning.status == ShipmentStatus.IN_TRANSIT and meaning.substatus != "")
    if kind == "I":
        return meaning.status not in (ShipmentStatus.DELIVERED, ShipmentStatus.INFO_RECEIVED)
    return meaning.status in (ShipmentStatus.DELIVERED, *TROUBLE) or meaning.substatus == "in_transit_forwarded"


CODES = (
    TYPES
    | {f"{kind}-{code}": meaning for kind in "DIX" for code, meaning in STATUSES.items() if _fits(kind, meaning)}
    | by_status({ShipmentStatus.IN_TRANSIT: {"X-SR": "in_transit_customs_cleared", "SR": "in_transit_customs_cleared"}})
)


def keys(code: str) -> Iterator[str]:
    """Yield type and signs, type and status, the type."""
    parts = code.split("-")
    yield "-".join(parts[:2])
    if len(parts) == 3:
        yield f"{parts[0]}-{parts[2]}"
    yield parts[0]


PROFILE = CarrierProfile(
    slug=Carrier.UPS,
    name="UPS",
    page="https://www.ups.com/track?loc={locale}&tracknum={number}",
    words=("unitedparcelservice", "upsstandard", "upsexpress", "upsde"),
    numbers=(NumberPattern(re.compile(r"1Z[0-9A-Z]{15}\d"), ups),),
    codes=CODES,
    keys=keys,
)
