"""FedEx."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import fedex, fedex_34, weighted_from_right
from tracking.enums import Carrier, ShipmentStatus

# The two-letter event codes of the FedEx Track API.
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("OC", "IN"),
        ShipmentStatus.IN_TRANSIT: {
            "PU": "in_transit_accepted",
            "PX": "in_transit_accepted",
            "AR": "in_transit_arrived",
            "AF": "in_transit_arrived",
            "DP": "in_transit_departed",
            "LO": "in_transit_departed",
            "IT": "",
            "DY": "in_transit_delayed",
            "CD": "in_transit_customs_started",
            "CC": "in_transit_customs_cleared",
            "OX": "in_transit_forwarded",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("OD",),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: ("HP", "HL"),
        ShipmentStatus.DELIVERED: ("DL",),
        ShipmentStatus.EXCEPTION: {
            "DE": "exception_unknown_reason",
            "SE": "exception_unknown_reason",
            "CA": "exception_held",
            "RS": "exception_returning_to_sender",
        },
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.FEDEX,
    name="FedEx",
    page="https://www.fedex.com/fedextrack/?trknbr={number}&locale={locale}",
    words=("federalexpress", "fedexexpress", "fedexground", "fedexeurope"),
    numbers=(
        NumberPattern(re.compile(r"\d{12}"), fedex),
        NumberPattern(re.compile(r"[0-8]\d{33}"), fedex_34),
        NumberPattern(re.compile(r"\d{15}"), lambda number: weighted_from_right(number, (3, 1))),
    ),
    codes=CODES,
)
