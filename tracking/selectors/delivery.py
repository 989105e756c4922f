"""What a merchant chose about handing parcels over, and what was learned of how long they take. Need the scope."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from postpurchase.accounts.models import Merchant
from tracking.models import DeliverySettings
from tracking.promise import Warehouse


@dataclass(frozen=True, slots=True)
class DeliveryChoices:
    """``sources``: who may name the day, first come first. ``carrier`` and ``service``: how orders usually go."""

    warehouse: Warehouse
    sources: tuple[str, ...]
    carrier: str
    service: str


def stored_settings(*, merchant: Merchant) -> DeliverySettings:
    """Return the merchant's row; one with the defaults, not stored, where nothing was chosen yet."""
    return DeliverySettings.objects.first() or DeliverySettings(merchant=merchant)


def delivery_choices(*, merchant: Merchant) -> DeliveryChoices:
    """Return what estimates start from."""
    row = stored_settings(merchant=merchant)
    return DeliveryChoices(
        warehouse=Warehouse(
            country=row.origin_country or merchant.country,
            time_zone=ZoneInfo(merchant.time_zone),
            postal_code=row.origin_postal_code,
            cut_off=row.cut_off,
            processing_days=row.processing_days,
            working_days=frozenset(row.working_days),
        ),
        sources=tuple(row.sources),
        carrier=row.carrier,
        service=row.service,
    )
