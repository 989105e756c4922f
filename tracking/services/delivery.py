"""Choosing how estimates are made."""

import datetime as dt
from dataclasses import dataclass

from postpurchase.accounts.models import Merchant
from tracking.models import DeliverySettings, PromiseSource
from tracking.places import plain_postal_code

MOST_PROCESSING_DAYS = 60


@dataclass(frozen=True, slots=True)
class DeliveryInput:
    """The merchant's choice; the fields are those of ``DeliverySettings``."""

    cut_off: dt.time
    processing_days: int
    working_days: tuple[int, ...]
    origin_country: str
    origin_postal_code: str
    sources: tuple[str, ...]
    carrier: str
    service: str


class DeliveryRefused(ValueError):
    """A choice that no estimate can start from; ``field`` names the one."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def choose_delivery(*, merchant: Merchant, data: DeliveryInput, now: dt.datetime) -> DeliverySettings:
    """Store what estimates start from; it holds for what is promised from now on. Raises ``DeliveryRefused``."""
    if not data.working_days or not set(data.working_days) <= set(range(7)):
        raise DeliveryRefused("working_days", "Parcels must leave on some day of the week.")
    if not 0 <= data.processing_days <= MOST_PROCESSING_DAYS:
        raise DeliveryRefused("processing_days", f"0 to {MOST_PROCESSING_DAYS} days.")
    if sorted(data.sources) != sorted(PromiseSource.values):
        raise DeliveryRefused("sources", "Each source stands once.")
    country = data.origin_country or merchant.country
    if data.origin_postal_code and not plain_postal_code(country, data.origin_postal_code):
        raise DeliveryRefused("origin_postal_code", "This is no postal code of the country.")
    row, _ = DeliverySettings.objects.update_or_create(
        merchant=merchant,
        defaults={
            "cut_off": data.cut_off,
            "processing_days": data.processing_days,
            "working_days": sorted(set(data.working_days)),
            "origin_country": data.origin_country,
            "origin_postal_code": plain_postal_code(country, data.origin_postal_code),
            "sources": list(data.sources),
            "carrier": data.carrier,
            "service": data.service,
            "updated_at": now,
        },
    )
    return row
