"""What speaks against a carrier's "nobody was at home", a row for each probable false attempt, for the carrier.

The carrier knows the parcel by its number; no name and no address go along, only the postal area.
"""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop

from postpurchase.accounts.models import Merchant
from tracking.carriers.registry import name_of
from tracking.enums import Carrier
from tracking.models import AlarmKind, ShipmentAlarm
from tracking.selectors.due import postal_area

HEADINGS = (
    gettext_noop("Carrier"),
    gettext_noop("Tracking number"),
    gettext_noop("Order"),
    gettext_noop("Attempt (local time)"),
    gettext_noop("Attempt (UTC)"),
    gettext_noop("Postal area"),
    gettext_noop("Disputed (local time)"),
    gettext_noop("Points"),
    gettext_noop("What speaks against it"),
)
MOST_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """The cells under all headings but the last, which are the codes of ``signs``."""

    cells: tuple[str, ...]
    signs: tuple[str, ...]


def evidence_rows(*, merchant: Merchant, carrier: str = "") -> list[EvidenceRow]:
    """Return the open probable false attempts, newest first, of one carrier or all. Needs the merchant's scope."""
    alarms = ShipmentAlarm.objects.filter(kind=AlarmKind.FALSE_ATTEMPT, ended_at=None, shipment__isnull=False)
    if carrier in Carrier.values:
        alarms = alarms.filter(shipment__carrier=carrier)
    rows = alarms.select_related("shipment", "order").order_by("-raised_at", "-id")[:MOST_ROWS]
    return [_row(alarm, ZoneInfo(merchant.time_zone)) for alarm in rows]


def _row(alarm: ShipmentAlarm, zone: ZoneInfo) -> EvidenceRow:
    parcel = alarm.shipment
    at = parse_datetime(str(alarm.detail.get("attempted_at") or ""))
    return EvidenceRow(
        cells=(
            name_of(parcel.carrier, parcel.carrier_word) if parcel else "",
            parcel.tracking_number if parcel else "",
            alarm.order.number,
            f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else "",
            f"{at:%Y-%m-%d %H:%M:%S}" if at else "",
            postal_area(alarm.order),
            f"{alarm.raised_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            str(alarm.detail.get("score", "")),
        ),
        signs=tuple(alarm.detail.get("signs", ())),
    )
