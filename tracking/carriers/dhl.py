"""DHL: parcels in Germany, international mail of Deutsche Post, DHL Express."""

import re

from tracking.carriers.base import CarrierProfile, Meaning, NumberPattern, by_status
from tracking.carriers.check_digits import modulo_7, s10, weighted_from_right
from tracking.enums import Carrier, DeliveryLocation, ShipmentStatus

# Event and reason ("ICE-RIC") of DHL's status codes, an event alone where the reason adds nothing, and the words of
# the Shipment Tracking Unified API. Reviewed by hand against DHL's class of each code: the class is the floor.
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: (
            "PRE-TRANSIT",
            "PARCV",
            "PURCR",
            "NTPUP",  # the sender's pick-up failed; the parcel is where it was
        ),
        ShipmentStatus.IN_TRANSIT: {
            "TRANSIT": "",
            "ASMVT": "",
            "LDTHU": "",
            "SRTED": "",
            "PCKDU": "in_transit_accepted",
            "LDTMV": "in_transit_departed",
            "LDTMV-SERPT": "in_transit_accepted",
            "MVARR": "in_transit_arrived",
            "ULFMV": "in_transit_arrived",
            "EXPHD-CAPEX": "in_transit_delayed",
            "HLDCP": "in_transit_customs_started",
            "DMGDS": "",  # damage found, repacked and sent on: nothing a shopper must act on
        },
        ShipmentStatus.ATTEMPT_FAILED: {"DLVRF-CROAT": ""},
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {"CNRFC": "available_for_pickup_parcel_shop", "HLDCC": ""},
        ShipmentStatus.EXCEPTION: {
            "FAILURE": "exception_unknown_reason",
            "ALERT-BDADD": "exception_address_incorrect",
            "EXPHD-BDADD": "exception_address_incorrect",
            "EXPHD-CLREF": "exception_customs",
            "EXPHD": "exception_held",
            "DLVRF": "exception_refused",
            "ADVIS-STBSD": "exception_held",
            "CANCL": "exception_held",
        },
        ShipmentStatus.DELIVERED: {"DELIVERED": "", "DLVRD": "", "DLVRD-ACCDM": ""},
        # Data services: wishes and money on the move, not the parcel.
        None: ("UNKNOWN", "ADVIS", "DLVRD-CODAR", "DLVRD-CODRP"),
    }
) | {
    "DLVRD-ACCPK": Meaning(ShipmentStatus.DELIVERED, "delivered_picked_up", DeliveryLocation.LOCKER),
}

PROFILE = CarrierProfile(
    slug=Carrier.DHL,
    name="DHL",
    page="https://www.dhl.de/{language}/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}",
    words=("deutschepost", "deutschepostdhl", "dhlpaket", "dhlparcel", "dhlexpress", "dhlgermany", "dhlde"),
    numbers=(
        NumberPattern(re.compile(r"00340\d{15}"), lambda number: weighted_from_right(number, (3, 1))),
        NumberPattern(re.compile(r"\d{12}"), lambda number: weighted_from_right(number, (4, 9))),
        NumberPattern(re.compile(r"J[A-Z]{2,3}\d{9,10}")),
        NumberPattern(re.compile(r"JJD\d{18}|JD\d{18}")),
        NumberPattern(re.compile(r"\d{10,11}"), modulo_7),
        NumberPattern(re.compile(r"[A-Z]{2}\d{9}DE"), s10),
    ),
    codes=CODES,
    # DHL Paket: "Werktage" are Monday to Saturday (dhl.de, questions about delivery).
    saturdays=frozenset({"DE"}),
)
