"""DHL: parcels in Germany, international mail of Deutsche Post, DHL Express."""

import re

from tracking.carriers.base import CarrierProfile, NumberPattern
from tracking.carriers.check_digits import modulo_7, s10, weighted_from_right
from tracking.carriers.dhl_codes import CODES
from tracking.enums import Carrier

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
    coarse=frozenset({"TRANSIT", "FAILURE"}),
    # DHL Paket: Monday to Saturday, as finanzen.net tells (times of delivery at DHL); no page of DHL was read for it.
    saturdays=frozenset({"DE"}),
)
