"""Banners of the shop on the tracking page."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from orders.models.money import MoneyField
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store


class CampaignCustomers(models.TextChoices):
    """Whom a campaign speaks to."""

    ALL = "", "all"
    FIRST = "first", "first"
    RETURNING = "returning", "returning"


def _words(size: int) -> "ArrayField[list[str], list[str]]":
    return ArrayField(models.CharField(max_length=size), default=list, blank=True)


class Campaign(MerchantModel):
    """A banner, and whom it is for (``tracking/campaigns/choose.py``). ``place`` says who comes first: 1 before 2.

    ``image_url`` is a path of our own host; ``url`` leads to the shop.
    """

    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=False)
    place = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1), MaxValueValidator(999)])
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True, default="")
    button = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    image_url = models.CharField(max_length=500, blank=True, default="")
    store = MerchantForeignKey(Store, on_delete=models.CASCADE, null=True, blank=True, related_name="campaigns")
    language = models.CharField(max_length=3, blank=True, default="")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    countries = _words(2)
    statuses = _words(24)
    skus = _words(200)
    categories = _words(200)
    value_from = MoneyField(null=True, blank=True)
    value_to = MoneyField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    customers = models.CharField(max_length=10, choices=CampaignCustomers.choices, blank=True, default="")
    attribute = models.CharField(max_length=200, blank=True, default="")
    attribute_value = models.CharField(max_length=200, blank=True, default="")
    in_trouble = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="campaign_name_once")]

    def __str__(self) -> str:
        return self.name
