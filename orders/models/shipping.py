"""What a store asks for sending."""

from django.db import models
from django.db.models import Q

from orders.models.money import MoneyField
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store


class FreeShipping(MerchantModel):
    """From this amount on a store sends for nothing. An empty ``country`` is every one without a row of its own."""

    store = MerchantForeignKey(Store, on_delete=models.CASCADE, related_name="free_shipping", db_index=False)
    country = models.CharField(max_length=2, blank=True, default="")
    currency = models.CharField(max_length=3)
    amount = MoneyField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "store", "currency", "country"], name="free_shipping_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="free_shipping_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.country or '*'}: {self.amount} {self.currency}"
