"""Österreichische Post.

Sources: its list of events and reasons (``austrian_post_codes.py``), and the states its public tracking page carries
(https://www.post.at/sv/sendungssuche).
"""

import re

from tracking.carriers.austrian_post_codes import CODES
from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import s10
from tracking.enums import Carrier, ShipmentStatus

STATES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("PENDING-INFORMATION",),
        ShipmentStatus.IN_TRANSIT: ("INDISTRIBUTION",),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: ("READYFORPICKUP",),
        ShipmentStatus.DELIVERED: ("DELIVERED",),
    }
)

PROFILE = CarrierProfile(
    slug=Carrier.AUSTRIAN_POST,
    name="Österreichische Post",
    page="https://www.post.at/sv/sendungsdetails?snr={number}",
    words=("osterreichischepost", "oesterreichischepost", "österreichischepost", "postat", "austrianpost", "postag"),
    numbers=(NumberPattern(re.compile(r"[A-Z]{2}\d{9}AT"), s10),),
    codes=CODES | STATES,
)
