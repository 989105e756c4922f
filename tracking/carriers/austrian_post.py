"""Österreichische Post. No table of codes yet: its news must name our statuses."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern
from tracking.carriers.check_digits import s10
from tracking.enums import Carrier

PROFILE = CarrierProfile(
    slug=Carrier.AUSTRIAN_POST,
    name="Österreichische Post",
    page="https://www.post.at/sv/sendungsdetails?snr={number}",
    words=("osterreichischepost", "oesterreichischepost", "österreichischepost", "postat", "austrianpost", "postag"),
    numbers=(NumberPattern(re.compile(r"[A-Z]{2}\d{9}AT"), s10),),
)
