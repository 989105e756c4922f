"""Two customers who turned out to be one, and everything that is needed to part them again."""

from django.db import models
from django.db.models import Q

from orders.enums import MergeReason
from orders.models.customer import Customer
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class CustomerMerge(MerchantModel):
    """``merged`` became a second name of ``customer``. ``undone_at`` says when they were parted again.

    A pair that was parted is not merged again by itself.
    """

    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="merges", db_index=False)
    merged = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_away", db_index=False)
    reason = models.CharField(max_length=10, choices=MergeReason.choices)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "merged"], condition=Q(undone_at__isnull=True), name="customer_merged_once"
            )
        ]
        indexes = [
            models.Index(fields=["merchant", "customer", "-merged_at"], name="merge_of_customer"),
            models.Index(fields=["merchant", "-merged_at", "-id"], name="merge_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.customer_id}"


class MergedRow(MerchantModel):
    """One row that changed hands in a merge. ``table`` is a model's label (``orders.Order``).

    ``before_id`` is what stood in its place, where something did (the evidence a permission rested on).
    """

    merge = MerchantForeignKey(CustomerMerge, on_delete=models.CASCADE, related_name="rows", db_index=False)
    table = models.CharField(max_length=60)
    row_id = models.UUIDField()
    before_id = models.UUIDField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "merge", "table", "row_id"], name="merged_row_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"


class MergedField(MerchantModel):
    """An empty field of the kept customer that was filled from the merged one, who still has the value.

    Attributes are named one by one (``attributes.size``).
    """

    merge = MerchantForeignKey(CustomerMerge, on_delete=models.CASCADE, related_name="fields", db_index=False)
    name = models.CharField(max_length=220)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "merge", "name"], name="merged_field_once")]

    def __str__(self) -> str:
        return self.name
