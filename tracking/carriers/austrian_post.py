"""Österreichische Post.

Source: the states its public tracking page carries (https://www.post.at/sv/sendungssuche). Its list of events and
reasons goes to business customers only; other news is read from its sentences (``tracking/carriers/free_text.py``) or
must name our statuses.
"""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status
from tracking.carriers.check_digits import s10
from tracking.enums import Carrier, ShipmentStatus

CODES = by_status(
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
    codes=CODES,
)
