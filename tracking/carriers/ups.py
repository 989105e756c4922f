"""UPS."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import ups
from tracking.enums import Carrier, ShipmentStatus

# The status types of the UPS Tracking API (M, P, I, O, D, X, RS), and type with code where the code says more.
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("M", "MV"),
        ShipmentStatus.IN_TRANSIT: {
            "P": "in_transit_accepted",
            "I": "",
            "X-SR": "in_transit_customs_cleared",
            "SR": "in_transit_customs_cleared",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("O",),
        ShipmentStatus.DELIVERED: ("D",),
        ShipmentStatus.EXCEPTION: {"X": "exception_unknown_reason", "RS": "exception_returning_to_sender"},
        None: ("NA", "W", "DO", "DD"),
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.UPS,
    name="UPS",
    page="https://www.ups.com/track?loc={locale}&tracknum={number}",
    words=("unitedparcelservice", "upsstandard", "upsexpress", "upsde"),
    numbers=(NumberPattern(re.compile(r"1Z[0-9A-Z]{15}\d"), ups),),
    codes=CODES,
)
