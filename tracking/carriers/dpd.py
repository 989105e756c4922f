"""DPD."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import modulo_37_36
from tracking.enums import Carrier, ShipmentStatus

# The stages of DPD's parcel life cycle and the scan types of its depots.
CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("SHIPMENT", "ORDER-CREATED"),
        ShipmentStatus.IN_TRANSIT: {
            "ACCEPTED": "in_transit_accepted",
            "PICKUP-DRIVER": "in_transit_accepted",
            "AT-SENDING-DEPOT": "in_transit_arrived",
            "ON-THE-ROAD": "in_transit_departed",
            "AT-DELIVERY-DEPOT": "in_transit_arrived",
            "05": "in_transit_accepted",
            "10": "in_transit_arrived",
            "15": "in_transit_accepted",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("COURIER", "03"),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {"PICKUP-BY-CONSIGNEE": "available_for_pickup_parcel_shop"},
        ShipmentStatus.ATTEMPT_FAILED: ("NOT-DELIVERED", "14"),
        ShipmentStatus.DELIVERED: ("DELIVERED", "13"),
        None: ("18",),  # additional information
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.DPD,
    name="DPD",
    page="https://tracking.dpd.de/status/{locale}/parcel/{number}",
    words=("dpdgermany", "dpdde", "dpdat", "dpdch", "dpdclassic"),
    # Without their check character the 14 digits could be anybody's.
    numbers=(
        NumberPattern(re.compile(r"\d{14}[0-9A-Z]"), modulo_37_36),
        NumberPattern(re.compile(r"[0-9A-Z]{7}\d{20}[0-9A-Z]"), modulo_37_36),
    ),
    codes=CODES,
    # To people at home since 2015 (DPD's notice "Samstag bundesweit normaler Zustelltag", Verkehrsrundschau 7/2015).
    saturdays=frozenset({"DE"}),
)
