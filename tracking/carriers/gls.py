"""GLS.

Source: Track And Trace V1 (https://dev-portal.gls-group.net): the parcel's statuses, and the event codes of its
examples. GLS answers the whole list of event codes per account (``/tracking/events/codes``); it is not public.
"""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import weighted_from_right
from tracking.enums import Carrier, ShipmentStatus

# INTIAL is their spelling.
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: (
            "PREADVICE",
            "INTIAL-PREADVICE",
            "INITIAL-PREADVICE",
            "PLANNEDPICKUP",
            "INPICKUP",  # on its way to be fetched
        ),
        ShipmentStatus.IN_TRANSIT: {
            "INTIAL-NORMAL": "in_transit_accepted",
            "INITIAL-NORMAL": "in_transit_accepted",
            "INTRANSIT": "",
            "INWAREHOUSE": "in_transit_arrived",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("INDELIVERY",),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {
            "DELIVEREDPS": "available_for_pickup_parcel_shop",
            "DELIVD-PARCELSHOP": "available_for_pickup_parcel_shop",
        },
        ShipmentStatus.ATTEMPT_FAILED: ("NOTDELIVERED",),
        ShipmentStatus.DELIVERED: ("DELIVERED", "DELIVD"),
        ShipmentStatus.EXCEPTION: {"CANCELED": "exception_held"},
        None: ("NOTPICKEDUP", "FINAL"),
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
