"""What shoppers were told of the day their parcel comes."""

from django.db import models
from django.db.models import Q

from orders.models import Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.models.shipments import Shipment


class PromiseSource(models.TextChoices):
    """Who named the day."""

    SHOP = "shop"
    CARRIER = "carrier"
    ESTIMATE = "estimate"


class Promise(MerchantModel):
    """A delivery day that was told to a shopper. Every one is kept, so that kept and broken can be counted.

    ``window_from`` and ``window_to`` are the hours of it, where somebody named them; days are what is counted.
    """

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="promises", db_index=False)
    shipment = MerchantForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="promises", db_index=False
    )
    source = models.CharField(max_length=10, choices=PromiseSource.choices)
    earliest = models.DateField()
    likely = models.DateField()
    latest = models.DateField()
    window_from = models.DateTimeField(null=True, blank=True)
    window_to = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(earliest__lte=models.F("likely")) & Q(likely__lte=models.F("latest")),
                name="promise_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(window_from=None, window_to=None)
                | Q(window_from__isnull=False, window_to__isnull=False, window_from__lte=models.F("window_to")),
                name="promise_window_in_order",
            ),
        ]
        indexes = [models.Index(fields=["merchant", "order", "made_at"], name="promise_of_order")]

    def __str__(self) -> str:
        return f"{self.source}: {self.earliest} to {self.latest}"
