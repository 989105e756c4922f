"""What must not be deleted for now, and why (Art. 17 (3) and 18 GDPR)."""

from django.db import models
from django.db.models import Q

from orders.models import Customer, Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class LegalHold(MerchantModel):
    """Keeps one customer or one order from erasure and from deletion by age, until it is released.

    A hold on an order holds its customer's erasure as well: half a person is not erased.
    """

    customer = MerchantForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="legal_holds", db_index=False
    )
    order = MerchantForeignKey(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="legal_holds", db_index=False
    )
    reason = models.CharField(max_length=300)
    placed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="legal_hold_on_customer_or_order",
                condition=Q(customer__isnull=False, order__isnull=True) | Q(customer__isnull=True, order__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["merchant", "customer"],
                condition=Q(released_at__isnull=True, customer__isnull=False),
                name="legal_hold_customer_once",
            ),
            models.UniqueConstraint(
                fields=["merchant", "order"],
                condition=Q(released_at__isnull=True, order__isnull=False),
                name="legal_hold_order_once",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
