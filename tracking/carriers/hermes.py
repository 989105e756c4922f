"""Hermes Germany (myhermes.de)."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.enums import Carrier, ShipmentStatus

# The four-digit event codes. Codes that only say "it is back in the depot" keep the parcel in transit.
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("0000", "0900"),
        ShipmentStatus.IN_TRANSIT: {
            "9040": "",
            "1610": "",
            "1900": "in_transit_arrived",
            "2000": "in_transit_arrived",
            "3010": "in_transit_departed",
            "3430": "in_transit_forwarded",
            "4080": "in_transit_delayed",
            "6088": "in_transit_forwarded",
            "4100": "",
            "4072": "in_transit_problem_resolved",
            "4082": "in_transit_arrived",
            "3783": "in_transit_arrived",
            "3785": "in_transit_arrived",
            "3787": "in_transit_arrived",
            "4052": "in_transit_arrived",
        },
        ShipmentStatus.ATTEMPT_FAILED: {"3732": "attempt_failed_second", "3715": ""},
        ShipmentStatus.DELIVERED: ("3510",),
        ShipmentStatus.EXCEPTION: {
            "4020": "exception_address_incorrect",
            "3740": "exception_damaged",
            "3754": "exception_returning_to_sender",
            "4060": "exception_returning_to_sender",
            "6081": "exception_returning_to_sender",
            "6084": "exception_returning_to_sender",
            "6093": "exception_not_picked_up",
        },
        # Corrections inside a parcel shop and pick-ups from the sender.
        None: ("4620", "4690", "3761"),
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.HERMES,
    name="Hermes",
    page="https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}",
    words=("myhermes", "hermesgermany", "hermesde", "hermeslogistik", "hermeslogistikgruppe"),
    # The older numbers of 14 and 16 digits cannot be told from other carriers' numbers.
    numbers=(NumberPattern(re.compile(r"H\d{19}")),),
    codes=CODES,
    # Monday to Saturday, 8 to 20 o'clock (myhermes.de, questions about delivery).
    saturdays=frozenset({"DE"}),
)
