"""How a merchant hands parcels over: what an estimate of ours starts from."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from postpurchase.accounts.models import MerchantModel
from tracking.enums import carriers
from tracking.models.promises import PromiseSource


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


def usual_sources() -> list[str]:
    """The shop knows what it told the shopper at the checkout; the carrier knows its own vans; then we."""
    return [PromiseSource.SHOP.value, PromiseSource.CARRIER.value, PromiseSource.ESTIMATE.value]


class DeliverySettings(MerchantModel):
    """One row for a merchant who has chosen something; without it the defaults here hold.

    ``cut_off`` is local time: an order placed then or later leaves a working day later. ``working_days`` of the
    warehouse, Monday is 0. An empty ``origin_country`` is the merchant's own. ``sources`` names who may name the day,
    the first that has one wins. ``carrier`` and ``service`` are what an order usually goes with, empty where it varies.
    """

    cut_off = models.TimeField(default=dt.time(14, 0))
    processing_days = models.PositiveSmallIntegerField(default=1)
    working_days = ArrayField(models.PositiveSmallIntegerField(), size=7, default=monday_to_friday)
    origin_country = models.CharField(max_length=2, blank=True, default="")
    origin_postal_code = models.CharField(max_length=20, blank=True, default="")
    sources = ArrayField(models.CharField(max_length=10, choices=PromiseSource.choices), default=usual_sources)
    carrier = models.CharField(max_length=20, choices=carriers, blank=True, default="")
    service = models.CharField(max_length=100, blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="delivery_settings_once"),
            models.CheckConstraint(condition=Q(working_days__len__gte=1), name="delivery_settings_some_day"),
        ]

    def __str__(self) -> str:
        return f"{self.cut_off:%H:%M}, {self.processing_days} days"
