"""GLS."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import weighted_from_right
from tracking.enums import Carrier, ShipmentStatus

# The parcel statuses of GLS's Track & Trace API and the event codes of its answers (INTIAL is their spelling).
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("PREADVICE", "INTIAL-PREADVICE", "INITIAL-PREADVICE", "PLANNEDPICKUP"),
        ShipmentStatus.IN_TRANSIT: {
            "INTIAL-NORMAL": "in_transit_accepted",
            "INITIAL-NORMAL": "in_transit_accepted",
            "INPICKUP": "in_transit_accepted",
            "INTRANSIT": "",
            "INWAREHOUSE": "in_transit_arrived",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("INDELIVERY",),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {"DELIVEREDPS": "available_for_pickup_parcel_shop"},
        ShipmentStatus.ATTEMPT_FAILED: ("NOTDELIVERED",),
        ShipmentStatus.DELIVERED: ("DELIVERED",),
        ShipmentStatus.EXCEPTION: {"CANCELED": "exception_held"},
        None: ("NOTPICKEDUP",),
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.GLS,
    name="GLS",
    page="https://gls-group.com/DE/{language}/paketverfolgung?match={number}",
    words=("glsgermany", "glsde", "glsgroup", "generallogisticssystems"),
    # Unit numbers with their check digit: weights 3 and 1 from the right, one added to the sum.
    numbers=(NumberPattern(re.compile(r"\d{12}"), lambda number: weighted_from_right(number, (3, 1), offset=1)),),
    codes=CODES,
)
