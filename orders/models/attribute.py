"""What a merchant's own attributes are called and how they are read."""

from django.db import models

from orders.enums import AttributeKind, AttributeType
from postpurchase.accounts.models import MerchantModel


class AttributeDefinition(MerchantModel):
    """One attribute that was seen in bodies, by its name. Its ``type`` is a guess until somebody chose one
    (``chosen_at``); from then on values that do not fit are warned of. ``label`` is what people call it.
    """

    kind = models.CharField(max_length=10, choices=AttributeKind.choices)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=10, choices=AttributeType.choices)
    label = models.CharField(max_length=200, blank=True, default="")
    first_seen_at = models.DateTimeField()
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "kind", "name"], name="attribute_definition_once")]

    def __str__(self) -> str:
        return f"{self.kind}.{self.name}"
