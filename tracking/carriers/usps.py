"""USPS (United States Postal Service).

Source: the scan events of Publication 97 and of Publication 199, appendix G (https://about.usps.com/publications); of
those, the ones whose number is used for one thing only. TL and T1 are of an answer of the Tracking API as captured in
https://github.com/karrioapi/karrio, modules/connectors/usps/tests.
"""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import s10, weighted_from_right
from tracking.enums import Carrier, ShipmentStatus

CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("GX", "MA", "TM", "83", "89"),
        ShipmentStatus.IN_TRANSIT: {
            "NT": "",
            "PC": "",
            "TL": "",
            "03": "in_transit_accepted",
            "AD": "in_transit_accepted",
            "OA": "in_transit_accepted",
            "UA": "in_transit_accepted",
            "06": "in_transit_forwarded",
            "07": "in_transit_arrived",
            "10": "in_transit_arrived",
            "A1": "in_transit_arrived",
            "EF": "in_transit_departed",
            "L1": "in_transit_departed",
            "SF": "in_transit_departed",
            "T1": "in_transit_departed",
            "08": "in_transit_delayed",  # sent the wrong way
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("OF", "59"),
        ShipmentStatus.ATTEMPT_FAILED: {
            "02": "attempt_failed_not_home",
            "51": "attempt_failed_no_access",
            "53": "attempt_failed_no_access",
            "54": "",
            "55": "",
            "56": "attempt_failed_not_home",
        },
        ShipmentStatus.AVAILABLE_FOR_PICKUP: ("14",),
        ShipmentStatus.DELIVERED: ("01",),
        ShipmentStatus.EXCEPTION: {
            "04": "exception_refused",
            "05": "exception_address_incorrect",
            "21": "exception_address_incorrect",
            "22": "exception_address_incorrect",
            "25": "exception_address_incorrect",
            "26": "exception_address_incorrect",
            "23": "exception_recipient_moved",
            "24": "exception_recipient_moved",
            "27": "exception_not_picked_up",
            "28": "exception_unknown_reason",
            "09": "exception_returning_to_sender",
            "29": "exception_returning_to_sender",
        },
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.USPS,
    name="USPS",
    page="https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    words=("unitedstatespostalservice", "uspostalservice", "uspost"),
    numbers=(
        NumberPattern(re.compile(r"9[1-5]\d{20}"), lambda number: weighted_from_right(number, (3, 1))),
        # The same behind the destination's ZIP code.
        NumberPattern(
            re.compile(r"420(\d{5}|\d{9})9[1-5]\d{20}"), lambda number: weighted_from_right(number[-22:], (3, 1))
        ),
        NumberPattern(re.compile(r"[A-Z]{2}\d{9}US"), s10),
    ),
    codes=CODES,
    # Mail and parcels together on six days a week: Postal Service Reform Act of 2022 (the Package Coalition's notice
    # of a year later). That the sixth is the Saturday is general knowledge; no page of USPS was read for it.
    saturdays=frozenset({"US"}),
)
