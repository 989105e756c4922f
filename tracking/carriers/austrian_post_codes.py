"""What Austrian Post's codes mean: an event's type and its reason (ZUS-ZP), as business customers are told.

Source: its list of events and reasons (https://secure.post.at/downloads/EventReasonList.xlsx) in two editions that
public programs keep: https://github.com/dade000/ERPNext_Parcel_Station, ``post_event_codes.py`` (2026: 366 pairs), and
https://github.com/v1nk0/laravel-postat, ``ReasonCode.php`` and ``EventTypeCode.php`` (with the types' names). Reviewed
one by one in German. Where the newer edition calls an obstacle to delivery (type ZUH) "Sendung in Zustellung", the
older one tells what hindered, and counts.

A type alone is what most of its reasons mean; a reason that means something else stands beside it. Deliveries (ZUS) and
obstacles (ZUH) are told by their reason only: a new one is unknown until somebody has looked.
"""

from tracking.carriers.base import Meaning, by_status
from tracking.enums import DeliveryLocation, ShipmentStatus


def _of(event: str, reasons: str, substatus: str = "") -> dict[str, str]:
    return dict.fromkeys((f"{event}-{reason}" for reason in reasons.split()), substatus)


BEFORE = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("AVI", "SIN-IMI", "PUP-AA", "BNT-1070", "BNT-2075"),
        # Money, notices, papers for the export, pick-ups at the sender: not where the parcel is.
        None: (
            *("NNI", "PKI", "PUH", "SIN-EX400A", "SIN-EX431", "SIN-EZ900ED", "SIN-EZ903ED", "SIN-EZ923ED", "SIN-FFC"),
            *_of("BNT", "5001301 5001302 5001303 5001304 5001318 5001401 5001920 5001926 5002354 5002355"),
            *("SIN-UFR", "CUS-EX400M"),
        ),
    }
)

ON_THE_WAY = by_status(
    {
        ShipmentStatus.IN_TRANSIT: {
            "BAU": "",
            "BEI": "",
            "DIC": "",
            "EXP": "",
            "LAA": "",
            "LAG": "",
            "PUG": "",
            "SIN-SIU": "",
            "TRA": "",
            "VER": "",
            "ZUH-TV": "",  # on a day agreed upon
            "ANA": "in_transit_accepted",
            "ANI": "in_transit_accepted",
            "BAU-HSU": "in_transit_accepted",
            "BEI-ZTE": "in_transit_accepted",
            "PUP-AE": "in_transit_accepted",
            "BEI-EI": "in_transit_arrived",
            "EXP-R23": "in_transit_arrived",
            "LAG-LE": "in_transit_arrived",
            **_of("PUG", "UH UL", "in_transit_arrived"),
            "EXP-XA": "in_transit_departed",
            "IMP": "in_transit_destination_country",
            "CUS": "in_transit_customs_started",
            "CUD-CFD": "in_transit_customs_started",  # the shopper clears it
            "CUS-CR": "in_transit_customs_cleared",
            "WLT": "in_transit_forwarded",
            **_of("ZUH", "NG NH", "in_transit_forwarded"),
            "CLA": "in_transit_delayed",
            "EXP-EXD": "in_transit_delayed",
            "IMP-EDA": "in_transit_delayed",
            "VEH": "in_transit_delayed",
            **_of("DAM", "MAV NV", "in_transit_delayed"),  # packed anew
            # Sent the wrong way, a holiday, papers, money, higher force.
            **_of("ZUH", "FL FLP FT GG HG IF NN NR OS OV OW OX", "in_transit_delayed"),
            **_of("BNT", "1074 1078 1082 1090 1567 1616 2045 2046 2051 2052 2057 2060 2061 2063 2064 2067 2068"),
            **_of("BNT", "5001030 5001305 5001306"),
            **_of("BNT", "1012 1075 1077 1083 2043 2062 2074 2076", "in_transit_accepted"),
            **_of("BNT", "1080 1081", "in_transit_arrived"),
            **_of("BNT", "1071 1073 1613", "in_transit_departed"),
            **_of("BNT", "1072 1084 2058", "in_transit_destination_country"),
            **_of("BNT", "1566 1610 2047", "in_transit_customs_started"),
            **_of("BNT", "1611 1612", "in_transit_customs_cleared"),
            "BNT-1079": "in_transit_delayed",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("AZT", "ONT", "PUG-ZO", "BNT-2042", "BNT-2053", "BNT-2054"),
    }
)

TROUBLE = by_status(
    {
        ShipmentStatus.ATTEMPT_FAILED: {
            "KAM": "",
            **_of("ZUH", "EV KG NZ OC SF SH TG"),
            **_of("ZUH", "BH BN FG FU HB", "attempt_failed_not_home"),  # closed and on holiday too
            "ZUH-ND": "attempt_failed_second",
            **_of("BNT", "2055 2065"),
            "BNT-2085": "attempt_failed_not_home",
        },
        ShipmentStatus.EXCEPTION: {
            "AVI-AVS": "exception_held",  # called off by the sender
            "CUD": "exception_customs",
            "SIN-EZ902ED": "exception_customs",
            **_of("LAG", "EL ELE", "exception_customs"),
            **_of("BNT", "1601 1602 1603 1604 1605 1606 1607 1609", "exception_customs"),
            **_of("DAM", "BF BFM BS", "exception_damaged"),
            "SIN-KAN": "exception_damaged",
            "TRA-TD": "exception_damaged",
            **_of("ZUH", "AC AH AM AN AV AW AX XAV", "exception_refused"),
            **_of("BNT", "1621 5001053", "exception_refused"),
            "SIN-FFCNA": "exception_refused",
            **_of("ZUH", "BC EU FA XEU XFA", "exception_address_incorrect"),
            **_of("BNT", "1622 1623", "exception_address_incorrect"),
            "ZUH-XNB": "exception_held",  # the shopper does not answer
            "BNT-1624": "exception_held",
            "RTS": "exception_returning_to_sender",
            **_of("BNT", "1076 1323 1327 1618 2012 2013 2014 2018 2040 2086", "exception_returning_to_sender"),
            **_of("BNT", "2402 2403 2404 2409 2416 5001051 5001052 5001054", "exception_returning_to_sender"),
            **_of("BNT", "5001307 5001308 5001309 5001310 5001311 5001321", "exception_returning_to_sender"),
            **_of("BNT", "5001910 5001930 5001980", "exception_returning_to_sender"),
            "RTS-RN": "exception_not_picked_up",
            **_of("BNT", "2015 2028", "exception_not_picked_up"),
            "ZUS-ZR": "exception_returned",  # what was delivered is the return
        },
    }
)

ARRIVED = by_status(
    {
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {
            "DKT-DO": "",
            "HIA": "",
            **_of("ZUH", "HS NB OB OH"),
            **_of("BNT", "2007 2039 5001317"),
            "BEI-EAW": "available_for_pickup_locker",
            "PUG-UPB": "available_for_pickup_locker",
            **_of("BNT", "2034 2069", "available_for_pickup_locker"),
        },
        ShipmentStatus.DELIVERED: {
            **_of("ZUS", "HH SA SV SZD VU ZA ZB ZE ZK ZM ZS ZU ZV"),
            **_of("ZUS", "ZP ZW ZY", "delivered_to_recipient"),  # their household and family too
            "ZUS-ZN": "delivered_to_neighbour",
            "ZUS-BK": "delivered_to_letterbox",
            **_of("BNT", "2008 2009 2010 2011 2017 2022 2024 2059 2066"),
            "BNT-2056": "delivered_to_letterbox",
            "BNT-2029": "delivered_picked_up",
        },
    }
) | dict.fromkeys(
    ("ZUS-ZAW", "ZUS-ZPB", "BNT-2036", "BNT-2070", "BNT-2071"),
    Meaning(ShipmentStatus.DELIVERED, "delivered_picked_up", DeliveryLocation.LOCKER),
)

CODES = BEFORE | ON_THE_WAY | TROUBLE | ARRIVED
