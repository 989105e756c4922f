"""What a shopper can still change about a delivery, at the carrier, and while which statuses.

All of them offer it on their own tracking page or behind it; whether for this very parcel, only they know (a sender may
forbid it). Carriers that leave it to the sender's booking (GLS, FedEx, USPS) are not in the table.

Sources: DHL "Paketumleitung" (https://www.dhl.de, until 4 h on the day of delivery), Hermes "WunschZustellung" and DPD
"Paketnavigator" as https://www.paketda.de describes them (until the parcel is on the van; DPD also after an attempt),
UPS https://www.ups.com/at/de/help-center/sri/tracking/change-delivery.page (before the first attempt), Austrian Post
https://www.post.at/p/c/faq-online-services (single parcels, in the tracking), Swiss Post
https://www.post.ch/de/empfangen/empfang-steuern/meine-sendungen (before, and after a missed delivery).
"""

from dataclasses import dataclass

from tracking.carriers.registry import page_of
from tracking.enums import Carrier, ShipmentStatus

# Each has its words in texts/*.toml, under options.
DAY, PLACE, NEIGHBOUR, PICKUP, ADDRESS = "day", "place", "neighbour", "pickup", "address"
_ANNOUNCED = frozenset({ShipmentStatus.INFO_RECEIVED, ShipmentStatus.IN_TRANSIT})
_ON_THE_WAY = frozenset({ShipmentStatus.IN_TRANSIT})
_AFTER_AN_ATTEMPT_TOO = frozenset({ShipmentStatus.IN_TRANSIT, ShipmentStatus.ATTEMPT_FAILED})


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """``wishes`` a carrier takes in ``statuses``; ``page`` says where, empty for its tracking page."""

    wishes: tuple[str, ...]
    statuses: frozenset[ShipmentStatus]
    needs_account: bool
    page: str = ""


OPTIONS: dict[Carrier, DeliveryOptions] = {
    Carrier.DHL: DeliveryOptions((DAY, PLACE, NEIGHBOUR, PICKUP), _ANNOUNCED, needs_account=True),
    Carrier.HERMES: DeliveryOptions((DAY, PLACE, NEIGHBOUR, PICKUP), _ON_THE_WAY, needs_account=False),
    Carrier.DPD: DeliveryOptions((DAY, PLACE, NEIGHBOUR, PICKUP), _AFTER_AN_ATTEMPT_TOO, needs_account=False),
    Carrier.UPS: DeliveryOptions((DAY, NEIGHBOUR, PICKUP, ADDRESS), _ON_THE_WAY, needs_account=True),
    Carrier.AUSTRIAN_POST: DeliveryOptions((PLACE, PICKUP), _ON_THE_WAY, needs_account=True),
    Carrier.SWISS_POST: DeliveryOptions(
        (DAY, PLACE, NEIGHBOUR, PICKUP, ADDRESS),
        _AFTER_AN_ATTEMPT_TOO,
        needs_account=True,
        page="https://www.post.ch/de/empfangen/empfang-steuern/meine-sendungen",
    ),
}


def options_for(
    carrier: str, status: ShipmentStatus, number: str, *, language: str
) -> tuple[DeliveryOptions, str] | None:
    """Return what can still be changed about a parcel, and the address where; None where nothing can."""
    options = OPTIONS.get(Carrier(carrier))
    if options is None or status not in options.statuses or not number:
        return None
    return options, options.page or page_of(carrier, number, language=language)
