"""Hermes Germany (myhermes.de).

Source: the event codes Hermes publishes with its Tracking API (https://de-api-int.hermesworld.com), as a list of nine
digits ("3x3": event, reason, place) with the four digits ("2x2") that older interfaces carry, reviewed one by one in
German. Codes that only say "it is back in the depot" keep the parcel in transit; what failed was said by the driver.
"""

import re
from collections.abc import Iterator

from tracking.carriers.base import CarrierProfile, Meaning, NumberPattern, by_status
from tracking.enums import Carrier, DeliveryLocation, ShipmentStatus

SHORT = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("0000", "0600", "0700", "0800", "0900"),
        ShipmentStatus.IN_TRANSIT: {
            "1000": "",
            "1610": "",
            "3300": "",
            "4025": "in_transit_forwarded",
            "4100": "",
            "4500": "",
            "6080": "",
            "6089": "",
            "6090": "",
            "9040": "",
            "9041": "",
            "1910": "in_transit_accepted",
            "2400": "in_transit_accepted",
            "1510": "in_transit_arrived",
            "1900": "in_transit_arrived",
            "1901": "in_transit_arrived",
            "2000": "in_transit_arrived",
            "2100": "in_transit_arrived",
            "2300": "in_transit_arrived",
            "4015": "in_transit_arrived",
            "4031": "in_transit_arrived",
            "4032": "in_transit_arrived",
            "4033": "in_transit_arrived",
            "4050": "in_transit_arrived",
            "4051": "in_transit_arrived",
            "4052": "in_transit_arrived",
            "4053": "in_transit_arrived",
            "4070": "in_transit_arrived",  # it did not leave the depot after all
            "4081": "in_transit_arrived",
            "4082": "in_transit_arrived",
            "4083": "in_transit_arrived",
            "4084": "in_transit_arrived",
            "4085": "in_transit_arrived",
            "4086": "in_transit_arrived",
            "4087": "in_transit_arrived",
            "3010": "in_transit_departed",
            "1710": "in_transit_customs_started",
            "1730": "in_transit_customs_started",
            "1720": "in_transit_customs_cleared",
            "1810": "in_transit_forwarded",
            "1820": "in_transit_forwarded",
            "3430": "in_transit_forwarded",
            "6088": "in_transit_forwarded",
            "3750": "in_transit_delayed",  # the tour was broken off
            "3780": "in_transit_delayed",
            "4024": "in_transit_delayed",
            "4080": "in_transit_delayed",
            "6086": "in_transit_delayed",
            "6087": "in_transit_delayed",
            "4072": "in_transit_problem_resolved",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("3000",),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {"3410": "available_for_pickup_parcel_shop"},
        ShipmentStatus.ATTEMPT_FAILED: {
            "3715": "",  # no cash
            "3731": "attempt_failed_not_home",
            "3732": "attempt_failed_second",
            "3733": "attempt_failed_not_home",
            "3751": "",  # no or a wrong TAN
            "3752": "attempt_failed_second",
            "3753": "",
            "3782": "",  # identity not proved
            "3783": "",
            "3784": "",
            "3785": "",
            "3786": "",
            "3787": "",
        },
        ShipmentStatus.DELIVERED: {
            "3500": "",
            "3510": "",
            "3520": "",
            "3511": "delivered_to_letterbox",
        },
        ShipmentStatus.EXCEPTION: {
            "3720": "exception_address_incorrect",
            "4020": "exception_address_incorrect",
            "3710": "exception_refused",
            "4010": "exception_refused",
            "1751": "exception_customs",
            "3740": "exception_damaged",
            "4040": "exception_damaged",
            "6085": "exception_damaged",
            "4630": "exception_lost",  # not found in the parcel shop a second time
            "3795": "exception_held",
            "4095": "exception_held",
            "9340": "exception_held",  # called off by the sender
            "9341": "exception_held",
            "1520": "exception_returning_to_sender",
            "3734": "exception_returning_to_sender",  # the fourth attempt
            "3754": "exception_returning_to_sender",
            "4034": "exception_returning_to_sender",
            "4054": "exception_returning_to_sender",
            "4060": "exception_returning_to_sender",
            "4061": "exception_returning_to_sender",
            "4062": "exception_returning_to_sender",
            "6081": "exception_returning_to_sender",
            "6082": "exception_returning_to_sender",
            "6083": "exception_returning_to_sender",
            "6084": "exception_returning_to_sender",
            "6092": "exception_returning_to_sender",
            "6094": "exception_returning_to_sender",
            "6096": "exception_returning_to_sender",
            "6098": "exception_returning_to_sender",
            "6099": "exception_returning_to_sender",
            "4035": "exception_not_picked_up",
            "6093": "exception_not_picked_up",
            "7500": "exception_returned",
        },
        # Wishes, corrections inside a parcel shop, pick-ups of returns: not where this parcel is.
        None: (
            *("3760", "3761", "4610", "4620", "4690", "9311", "9315", "9321", "9322", "9323", "9324", "9325"),
            *("9327", "9328", "9381", "9385", "9391", "9394", "9395", "9399"),
        ),
    }
) | {"3530": Meaning(ShipmentStatus.DELIVERED, "delivered_picked_up", DeliveryLocation.PARCEL_SHOP)}


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in text.split())


# The first six of nine digits and the four they stand for, in the reading of the driver or the parcel shop.
SHORT_OF = _pairs(
    """
    000000:0000 000001:0600 000002:0700 000003:0800 000004:0900 010000:1000 030000:1510 030015:1510 031040:9040
    031041:9041 033001:1710 033002:1720 033003:1730 033005:1810 033006:1820 033051:1751 035001:1610 037001:1900
    037002:1901 037003:1900 037004:1900 045000:2000 045001:2000 045002:2100 045005:2000 045020:2300 048001:4610
    048002:4620 048003:4630 048090:4690 050001:3000 050021:3010 050024:3300 050026:3010 050028:3010 050029:3010
    050090:4070 055001:3410 055002:3430 060000:4025 060001:3710 060002:3720 060003:3731 060004:3732 060005:3733
    060006:3734 060007:3780 060008:3740 060009:3750 060010:3715 060011:4081 060012:4035 060013:3782 060014:3783
    060015:3784 060016:3785 060017:3786 060018:3787 060024:4024 060032:3751 060033:3752 060034:3753 060035:3754
    060090:4072 060095:3795 065001:3760 065002:3761 080001:4100 080002:4100 080003:4100 080004:3780 080005:4100
    080006:4100 080007:4100 085001:4500 090000:3500 090001:3510 090002:3520 090003:3530 090005:3511 100000:6080
    100001:6081 100002:6082 100003:6083 100004:6084 100005:6085 100006:6086 100007:6087 100008:6088 100009:6089
    100010:6094 100011:6092 100015:6093 100018:6098 100024:6096 100090:4072 100099:6099 101001:6090 115001:1520
    125001:7500 310001:9311 310005:9315 320001:9321 320002:9322 320003:9323 320004:9324 320005:9325 320007:9327
    320008:9328 320020:9340 320021:9341 380001:9381 380005:9385 390001:9391 390004:9394 390005:9395 390020:9399
    """
)
# Where the place changes what is meant.
SHORT_AT = _pairs(
    """
    037003004:1910 045001008:2400 060001008:4010 060010009:4015 060011009:3782 060017008:3786 065001000:4060
    065002008:4062
    """
)
IN_THE_DEPOT = ("002", "003")
AT_THE_PARCEL_SHOP = ("005", "008")
BACK = re.compile(r"0600\d\d|06500\d")
IDENTITY = re.compile(r"06001[3-8]")


def keys(code: str) -> Iterator[str]:
    """Yield the four digits that four or nine digits stand for; of the nine, each three may stand alone (0-0-0)."""
    if re.fullmatch(r"\d{1,3}-\d{1,3}-\d{1,3}", code):
        code = "".join(part.zfill(3) for part in code.split("-"))
    if not re.fullmatch(r"\d{9}", code):
        yield code
        return
    what, place = code[:6], code[6:]
    short = SHORT_AT.get(code) or SHORT_OF.get(what, "")
    if short.startswith("37") and BACK.fullmatch(what) and place in IN_THE_DEPOT:
        short = f"40{short[2:]}"  # back from the tour
    elif IDENTITY.fullmatch(what) and place in AT_THE_PARCEL_SHOP and code not in SHORT_AT:
        short = f"40{short[2:]}"
    yield short


PROFILE = CarrierProfile(
    slug=Carrier.HERMES,
    name="Hermes",
    page="https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{number}",
    words=("myhermes", "hermesgermany", "hermesde", "hermeslogistik", "hermeslogistikgruppe"),
    # The older numbers of 14 and 16 digits cannot be told from other carriers' numbers.
    numbers=(NumberPattern(re.compile(r"H\d{19}")),),
    codes=SHORT,
    keys=keys,
    # Monday to Saturday, 8 to 20 o'clock (myhermes.de, private customers, service: "Wann kommt meine Sendung?", in a
    # stored copy of unknown age); paketda.de, too, says that Hermes comes on Saturdays as a rule.
    saturdays=frozenset({"DE"}),
)
