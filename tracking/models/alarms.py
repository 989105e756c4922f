"""What gave cause for alarm."""

from django.db import models

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.models.shipments import Shipment


class AlarmKind(models.TextChoices):
    """What may be wrong with a parcel that somebody should be told of."""

    DELAYED = "delayed"  # the carrier says so, or the promised day cannot be kept any more
    NOT_PICKED_UP = "not_picked_up"  # announced, and the carrier has not seen it
    NO_NEWS = "no_news"  # on its way, and nothing heard for too long


class ShipmentAlarm(MerchantModel):
    """A parcel gave cause for alarm. Each kind is raised once for a parcel, whoever notices it first."""

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="alarms", db_index=False)
    kind = models.CharField(max_length=14, choices=AlarmKind.choices)
    raised_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "shipment", "kind"], name="shipment_alarm_once")]

    def __str__(self) -> str:
        return self.kind
