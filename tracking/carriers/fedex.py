"""FedEx.

Source: the tracking status codes of the Track API (https://developer.fedex.com), reviewed one by one. A code may carry
the reason of an exception (DE-08); told apart are those that FedEx's mock tracking numbers and captured answers name
(https://github.com/karrioapi/karrio, modules/connectors/fedex/tests).
"""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import fedex, fedex_34, weighted_from_right
from tracking.enums import Carrier, ShipmentStatus

CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("OC", "IN", "AP", "EP", "PD"),
        ShipmentStatus.IN_TRANSIT: {
            "AA": "",
            "EA": "",
            "EO": "",
            "IT": "",
            "IX": "",
            "OW": "",
            "PM": "",
            "OF": "in_transit_accepted",
            "PU": "in_transit_accepted",
            "PX": "in_transit_accepted",
            "AF": "in_transit_arrived",
            "AR": "in_transit_arrived",
            "FD": "in_transit_arrived",
            "PL": "in_transit_arrived",
            "SF": "in_transit_arrived",
            "DP": "in_transit_departed",
            "LO": "in_transit_departed",
            "PF": "in_transit_departed",
            "DD": "in_transit_delayed",
            "DY": "in_transit_delayed",
            "CD": "in_transit_customs_started",
            "CP": "in_transit_customs_started",
            "CC": "in_transit_customs_cleared",
            "AC": "in_transit_forwarded",
            "AX": "in_transit_forwarded",
            "OX": "in_transit_forwarded",
            "TR": "in_transit_forwarded",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("OD", "ED", "AD"),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: ("HP", "HL"),
        ShipmentStatus.ATTEMPT_FAILED: {
            # Customer not available or business closed, with FedEx Express and with FedEx Ground.
            "DE-08": "attempt_failed_not_home",
            "DE-007": "attempt_failed_not_home",
        },
        ShipmentStatus.DELIVERED: ("DL",),
        ShipmentStatus.EXCEPTION: {
            "DE": "exception_unknown_reason",
            "DE-03": "exception_address_incorrect",
            "SE": "exception_unknown_reason",
            "CA": "exception_held",
            "RS": "exception_returning_to_sender",
        },
        # In time or early, wishes for the delivery, return labels, vehicles.
        None: ("AE", "AO", "CH", "DR", "DS", "LP", "RC", "RD", "RG", "RM", "RP", "RR", "SP"),
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
