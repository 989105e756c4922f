"""Inserts and small gifts: the merchant's rules, and what was decided for an order."""

from typing import Any

from django.db import models
from django.db.models import Q

from orders.models.order import Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class Insert(MerchantModel):
    """Something that may go into a parcel, and for whom (``conditions``, see ``orders/inserts/rules.py``).

    ``note`` is what the packer reads. ``stock`` is how many are left, null for any number. ``alone``: not together
    with another one. Higher ``priority`` is chosen first. ``first_day`` and ``last_day`` are the merchant's own days.
    """

    name = models.CharField(max_length=200)
    sku = models.CharField(max_length=200, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    priority = models.IntegerField(default=0)
    alone = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    stock = models.PositiveIntegerField(null=True, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    conditions: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(first_day__lte=models.F("last_day")),
                name="insert_days_in_order",
            )
        ]
        indexes = [models.Index(fields=["merchant", "-priority", "created_at"], name="insert_by_priority")]

    def __str__(self) -> str:
        return self.name


class Packing(MerchantModel):
    """That it was decided what goes along with an order. There is one for an order; it is never decided again."""

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="packings", db_index=False)
    decided_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "order"], name="packing_once")]

    def __str__(self) -> str:
        return f"decided {self.decided_at:%Y-%m-%d}"


class PackedInsert(MerchantModel):
    """One insert that goes along. Its words are kept as they were; ``reasons`` are the codes of the conditions met.

    ``released_at``: the order was cancelled, and the piece went back to the stock.
    """

    packing = MerchantForeignKey(Packing, on_delete=models.CASCADE, related_name="inserts", db_index=False)
    insert = MerchantForeignKey(Insert, on_delete=models.SET_NULL, null=True, blank=True, related_name="packed")
    name = models.CharField(max_length=200)
    sku = models.CharField(max_length=200, blank=True, default="")
    note = models.CharField(max_length=500, blank=True, default="")
    position = models.PositiveSmallIntegerField()
    reasons: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "packing", "position"], name="packed_insert_once")]

    def __str__(self) -> str:
        return self.name
