"""What people do in a shop besides ordering: looking, collecting, and whatever else a shop tells of."""

from django.db import models
from django.db.models import Q

from orders.models.customer import Customer
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class Behaviour(MerchantModel):
    """One thing somebody did, with the shop's own ``name`` for it and its properties.

    ``told_customer`` is the id or e-mail address the shop gave; ``customer`` is null until somebody known by it comes.
    From then on an event of that name tells of it.
    """

    name = models.CharField(max_length=60)
    customer = MerchantForeignKey(
        Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="behaviours", db_index=False
    )
    told_customer = models.CharField(max_length=254)
    occurred_at = models.DateTimeField()
    properties = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "dedupe_key"], condition=~Q(dedupe_key=""), name="behaviour_once"
            )
        ]
        indexes = [
            models.Index(fields=["merchant", "customer", "-occurred_at"], name="behaviour_of_customer"),
            models.Index(fields=["recorded_at"], condition=Q(customer__isnull=True), name="behaviour_of_nobody"),
        ]

    def __str__(self) -> str:
        return self.name
