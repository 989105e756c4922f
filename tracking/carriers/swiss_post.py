"""Die Post / La Poste / La Posta (Switzerland).

Sources: the statuses and the event numbers (last part of ``PARCEL.*.1.1003``) that its public tracking page carries
(https://service.post.ch), as community integrations have collected them and confirmed them by the page's own wording
(one number means the same for parcels and letters); the numbers are those of the reports of DataTransfer
(https://handbuch.post.ch/de/datatransfer/anhang-3). A scan that was revoked (…4000.CANPDS) is none of them.
"""

import re
from collections.abc import Iterator

from tracking.carriers.base import CarrierProfile, NumberPattern, by_status, from_exact_to_general
from tracking.carriers.check_digits import s10
from tracking.enums import Carrier, ShipmentStatus

CODES = by_status(
    {
        ShipmentStatus.INFO_RECEIVED: ("REPORTED", "REGISTERED", "600", "620", "854", "859"),
        ShipmentStatus.IN_TRANSIT: {
            "TO-BE-DELIVERED": "",
            "813": "",
            "815": "",
            "820": "",
            "847": "",
            "904": "",
            "906": "",
            "908": "",
            "909": "",
            "913": "",
            "915": "",
            "918": "",
            "920": "",
            "921": "",
            "1002": "",
            "1201": "",
            "1202": "",
            "1204": "",
            "1213": "",
            "1218": "",
            "4020": "",
            "100": "in_transit_accepted",
            "200": "in_transit_accepted",
            "500": "in_transit_accepted",
            "501": "in_transit_accepted",
            "502": "in_transit_accepted",
            "912": "in_transit_accepted",
            "1001": "in_transit_arrived",
            "1100": "in_transit_arrived",
            "818": "in_transit_destination_country",
            "CUSTOMS": "in_transit_customs_started",
            "803": "in_transit_customs_started",
            "819": "in_transit_customs_started",
            "842": "in_transit_customs_started",
            "902": "in_transit_customs_started",
            "919": "in_transit_customs_started",
            "804": "in_transit_customs_cleared",
            "805": "in_transit_customs_cleared",
        },
        ShipmentStatus.OUT_FOR_DELIVERY: ("IN-DELIVERY", "1003"),
        ShipmentStatus.ATTEMPT_FAILED: ("MISSED-DELIVERY", "NOT-DELIVERED", "924", "934"),
        ShipmentStatus.AVAILABLE_FOR_PICKUP: {"910": "", "926": "", "2102": "available_for_pickup_locker"},
        ShipmentStatus.DELIVERED: {
            "DELIVERED": "",
            "938": "",
            "3800": "delivered_to_letterbox",
            "4000": "",
            "4001": "",
            "4600": "",
        },
        ShipmentStatus.EXCEPTION: {
            "923": "exception_address_incorrect",  # nobody of this name
            "RETURNED": "exception_returned",
            "3600": "exception_returning_to_sender",
        },
    }
)


def keys(code: str) -> Iterator[str]:
    """Yield the event number of PARCEL-*-1-1003; other codes as they are."""
    last = code.rpartition("-")[2]
    yield from (last,) if last.isdigit() else from_exact_to_general(code)


PROFILE = CarrierProfile(
    slug=Carrier.SWISS_POST,
    name="Die Post",
    page="https://service.post.ch/ekp-web/ui/entry/search/{number}?lang={language}",
    words=("schweizerischepost", "schweizerpost", "diepost", "laposte", "postch", "swisspost", "lapostech"),
    numbers=(
        NumberPattern(re.compile(r"99\d{16}")),
        NumberPattern(re.compile(r"[A-Z]{2}\d{9}CH"), s10),
    ),
    codes=CODES,
    keys=keys,
)
