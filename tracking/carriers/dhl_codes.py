"""What DHL's codes mean.

Source: the combinations of event and reason ("ICE-RIC") that DHL publishes for DHL Parcel DE Tracking, as of July 2024,
and the five words of Shipment Tracking – Unified (https://developer.dhl.com). Reviewed one by one in German.

A key is the event, event and reason, or event, reason and DHL's class of the combination (``standard-event-code``):
the same scan is sorting in one class and loading the delivery van in another. The class is the floor, and data services
(DD, GT) change nothing. No failed attempt (ZN) and no exception (BV) is told as delivered, out for delivery or waiting;
one that only means handling or a new way is told as that. What DHL counts as delivered (ZU) although it did not reach
the shopper, because it was disposed of or handed to customs or another carrier, is not.
"""

from tracking.carriers.base import Meaning, by_status
from tracking.enums import DeliveryLocation, ShipmentStatus

BEFORE = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: (
            "PRE-TRANSIT",
            "PARCV",
            "PURCR",
            "NTPUP",  # the sender's pick-up failed; the parcel is where it was
        ),
        # Data services, wishes and money on the move: not the parcel.
        None: (
            "UNKNOWN",
            "ADVIS",
            "ADVIS-STBSD-DD",
            "ALERT",
            "DLVRD-CODAR",
            "DLVRD-CODRP",
            "PMTCR",
            "PMTCS",
            "PURCR-REJCT",
            "PURCR-SECPL",
            "STORN",
        ),
    }
)

ON_THE_WAY = by_status(
    {
        ShipmentStatus.IN_TRANSIT: {
            "TRANSIT": "",
            "ASMVT": "",
            "CHECK": "",
            "INFCL": "",  # stored: a wish, a holiday, a part that is missing
            "LDTHU": "",
            "PBNDT": "",
            "RELBL": "",
            "REPCK": "",
            "SECHK": "",
            "SRTED": "",
            "DMGDS-LDMGD": "",  # damage found, repacked and sent on: nothing a shopper must act on
            "PCKDU": "in_transit_accepted",
            "SHRCU": "in_transit_accepted",
            "LDTMV-SERPT": "in_transit_accepted",
            "SRTED-NRQRD-AE": "in_transit_accepted",
            "SRTED-NRQRD-ES": "in_transit_accepted",
            "LDTMV": "in_transit_departed",
            "LDTMV-SERPT-PO": "in_transit_departed",
            "MVDPT": "in_transit_departed",
            "MVARR": "in_transit_arrived",
            "ULFMV": "in_transit_arrived",
            "FWDCF": "in_transit_forwarded",
            "HNDDE": "in_transit_forwarded",
            "LDTMV-SERPT-ZF": "in_transit_forwarded",
            "OFWRD": "in_transit_forwarded",
            "ROUCR": "in_transit_forwarded",
            "TRBCR": "in_transit_forwarded",
            "DLVRD-HNDTC": "in_transit_forwarded",  # handed to another carrier, not to the shopper
            "DTNPC-NPRPF": "in_transit_delayed",
            "EXPHD-CAPEX": "in_transit_delayed",
            "EXPHD-EQUBF": "in_transit_delayed",
            "EXPHD-FRMJR": "in_transit_delayed",
            "EXPHD-STPRB": "in_transit_delayed",
            "LDEXC": "in_transit_delayed",
            "MSRTD": "in_transit_delayed",
            "MVDEX": "in_transit_delayed",
            "MVTEX": "in_transit_delayed",
            "NTADT": "in_transit_delayed",
            "HLDCP": "in_transit_customs_started",
            "HNDND": "in_transit_customs_started",
            "ICPRC": "in_transit_customs_started",
            "ITBAR": "in_transit_customs_started",
            "RSDCP": "in_transit_customs_cleared",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: (
            "SRTED-NRQRD-PO",
            "LDTMV-MVMTV-PO",
            "LDTMV-SECDA",
        ),
    }
)

TROUBLE = by_status(
    {
        ShipmentStatus.ATTEMPT_FAILED: {
            "NTDEL": "",
            "DLVRF-CROAT": "",
            "DLVRF-NEXCH": "",
            "DLVRF-TRPMT": "",
            "LDEXC-MSDLA-ZN": "",
            "MSRTD-NRQRD-ZN": "",
            "NTDEL-CNCNR": "attempt_failed_not_home",
            "NTDEL-NHOME": "attempt_failed_not_home",
            "NTDEL-CLOSD": "attempt_failed_no_access",
            "NTDEL-SECDA": "attempt_failed_second",
            "LDTMV-SECDA-ZN": "attempt_failed_second",
        },
        ShipmentStatus.EXCEPTION: {
            "FAILURE": "exception_unknown_reason",
            "ALERT-BDADD": "exception_address_incorrect",
            "EXPHD-BDADD": "exception_address_incorrect",
            "EXPHD-WRGRI": "exception_address_incorrect",
            "LDEXC-BDADD": "exception_address_incorrect",
            "NTDEL-BDADD": "exception_address_incorrect",
            "NTDEL-CPUNK": "exception_address_incorrect",
            "NTDEL-WRGPN": "exception_address_incorrect",
            "NTDEL-WRGRI": "exception_address_incorrect",
            "NTDEL-MOVED": "exception_recipient_moved",
            "DLVRF": "exception_refused",
            "NTDEL-RFUSD": "exception_refused",
            "DLVRD-CUSTM": "exception_customs",  # the shopper has to fetch it from customs
            "EXPHD-CLREF": "exception_customs",
            "EXPHD-PWMFD": "exception_customs",
            "HLDCU": "exception_customs",
            "DLVRF-DMGED": "exception_damaged",
            "DMGDS": "exception_damaged",
            "EXPHD-DMGED": "exception_damaged",
            "EXPHD-DMGPC": "exception_damaged",
            "EXPHD-DMPHD": "exception_damaged",
            "NTDEL-DMGED": "exception_damaged",
            "EXPHD-LOSTX": "exception_lost",
            "RCCLS-LOSTX": "exception_lost",
            "ADVIS-STBSD": "exception_held",
            "CANCL": "exception_held",
            "CNFSC": "exception_held",
            "EXPHD": "exception_held",
            "NTDEL-SHINF": "exception_held",
            "SECHK-INSPT": "exception_held",
            "EXPHD-RTTSP": "exception_returning_to_sender",
            "NTDEL-NAGTB": "exception_returning_to_sender",
            "NTDEL-RSEXW": "exception_returning_to_sender",
            "OFWRD-RTSCR": "exception_returning_to_sender",
            "OFWRD-RTSSA": "exception_returning_to_sender",
            "RETRN": "exception_returning_to_sender",
            "HLDCC-NTCCN": "exception_not_picked_up",
            "NTDEL-NTCCN": "exception_not_picked_up",
            "DTNPC": "exception_unknown_reason",
            "MSRTD-CRRCS": "exception_unknown_reason",  # left with the wrong company
            "NTDEL-UDLVR": "exception_unknown_reason",
            "PURCR-BDADD-BV": "exception_unknown_reason",
            "PURCR-OTHER-BV": "exception_unknown_reason",
            "RCCLS": "exception_unknown_reason",
            # Disposed of, whatever the class: it will not come any more.
            "DSPSD": "exception_unknown_reason",
            "DSPSD-BDADD": "exception_address_incorrect",
            "DSPSD-CLREF": "exception_customs",
            "DSPSD-DMGED": "exception_damaged",
            "DSPSD-DMGPC": "exception_damaged",
            "DSPSD-MOVED": "exception_recipient_moved",
            "DSPSD-NTCLM": "exception_not_picked_up",
            "DSPSD-NTORD": "exception_refused",
        },
    }
)

ARRIVED = by_status(
    {
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {
            "CNRFC": "available_for_pickup_parcel_shop",
            "CNRFC-PCKST": "available_for_pickup_locker",
            "HLDCC": "",
            "HLDCC-LDPCK": "available_for_pickup_locker",
            "HLDCC-SERPT": "available_for_pickup_parcel_shop",
        },
        ShipmentStatus.DELIVERED: {
            "DELIVERED": "",
            "DLVRD": "",
            "DLVRD-ACCDM": "",
            "DLVRD-CODRP-ZU": "",
            "DLVRD-FAMLY": "delivered_to_recipient",
            "DLVRD-SPOUS": "delivered_to_recipient",
            "DLVRD-NGHBR": "delivered_to_neighbour",
            "DLVRD-POBOX": "delivered_to_letterbox",
            "DLVRD-PKBOX": "delivered_to_safe_place",  # a box of the shopper's own
            "DLVRD-SECPL": "delivered_to_safe_place",
        },
    }
)

CODES = (
    BEFORE
    | ON_THE_WAY
    | TROUBLE
    | ARRIVED
    | {
        "DLVRD-ACCPK": Meaning(ShipmentStatus.DELIVERED, "delivered_picked_up", DeliveryLocation.LOCKER),
        "DLVRD-SERPT": Meaning(ShipmentStatus.DELIVERED, "delivered_picked_up", DeliveryLocation.PARCEL_SHOP),
        # A neighbour or a place of the shopper's choice: DHL does not say which.
        "DLVRD-WINPL": Meaning(ShipmentStatus.DELIVERED, "", DeliveryLocation.OTHER),
    }
)
