"""What the shop sells."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from orders.models.money import MoneyField
from postpurchase.accounts.models import MerchantModel


class Product(MerchantModel):
    """An article by its SKU. ``price`` null means not known. ``related`` lists SKUs declared to belong to it,
    ``spare_parts`` those that replace a part of it.
    """

    sku = models.CharField(max_length=200)
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True, default="")
    url = models.CharField(max_length=2000, blank=True, default="")
    image_url = models.CharField(max_length=2000, blank=True, default="")
    price = MoneyField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    available = models.BooleanField(default=True)
    categories = ArrayField(models.CharField(max_length=200), default=list)
    related = ArrayField(models.CharField(max_length=200), default=list)
    spare_parts = ArrayField(models.CharField(max_length=200), default=list)
    how_tos = models.JSONField(default=list)
    replenish_days = models.PositiveIntegerField(null=True, blank=True)
    learning_days = models.PositiveIntegerField(null=True, blank=True)
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "sku"], name="product_sku_once")]
        indexes = [
            models.Index(fields=["merchant", "updated_at", "id"], name="product_changed"),
            models.Index(
                fields=["merchant", "-updated_at", "-id"],
                condition=models.Q(available=False),
                name="product_newest_sold_out",
            ),
        ]

    def __str__(self) -> str:
        return self.name
