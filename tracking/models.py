"""Parcels, what carriers say of them, and what was promised."""

from django.db import models
from django.db.models import Q

from orders.models import Order, OrderLine
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.enums import Carrier, DeliveryLocation, ShipmentStatus


class Shipment(MerchantModel):
    """One parcel of an order. Its status is computed from its checkpoints (``tracking/status.py``), never set by hand.

    ``carrier_word`` keeps what the shop wrote when the carrier is not one we know.
    """

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="shipments", db_index=False)
    external_id = models.CharField(max_length=200)
    carrier = models.CharField(max_length=20, choices=Carrier.choices, default=Carrier.OTHER)
    carrier_word = models.CharField(max_length=100, blank=True, default="")
    tracking_number = models.CharField(max_length=100, blank=True, default="")
    tracking_url = models.CharField(max_length=2000, blank=True, default="")
    service = models.CharField(max_length=100, blank=True, default="")
    shipped_at = models.DateTimeField(null=True, blank=True)
    promised_from = models.DateField(null=True, blank=True)
    promised_to = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=ShipmentStatus.choices, default=ShipmentStatus.PENDING)
    substatus = models.CharField(max_length=40, blank=True, default="")
    status_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivery_location = models.CharField(max_length=12, choices=DeliveryLocation.choices, blank=True, default="")
    delivery_location_text = models.CharField(max_length=300, blank=True, default="")
    signed_by = models.CharField(max_length=200, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "order", "external_id"], name="shipment_once")]
        indexes = [
            models.Index(
                fields=["merchant", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="shipment_by_number",
            )
        ]

    def __str__(self) -> str:
        return self.tracking_number or self.external_id


class ShipmentLine(MerchantModel):
    """How many of an order line are in a parcel."""

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines", db_index=False)
    order_line = MerchantForeignKey(OrderLine, on_delete=models.CASCADE, related_name="shipment_lines")
    quantity = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "shipment", "order_line"], name="shipment_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"


class Checkpoint(MerchantModel):
    """One piece of carrier news. ``identity`` is the digest that makes the same news count once.

    ``status`` is null where the carrier's code is not in our tables: kept, shown, and without effect.
    """

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="checkpoints", db_index=False)
    identity = models.BinaryField(max_length=32)
    carrier = models.CharField(max_length=20, choices=Carrier.choices)
    occurred_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=ShipmentStatus.choices, null=True, blank=True)
    substatus = models.CharField(max_length=40, blank=True, default="")
    code = models.CharField(max_length=100, blank=True, default="")
    message = models.CharField(max_length=1000, blank=True, default="")
    city = models.CharField(max_length=200, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    delivery_location = models.CharField(max_length=12, choices=DeliveryLocation.choices, blank=True, default="")
    delivery_location_text = models.CharField(max_length=300, blank=True, default="")
    signed_by = models.CharField(max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "shipment", "identity"], name="checkpoint_once")]

    def __str__(self) -> str:
        return f"{self.occurred_at:%Y-%m-%d %H:%M} {self.status or self.code}"


class UnmatchedCheckpoint(MerchantModel):
    """News about a number no shipment has yet; applied when the shipment arrives, dropped after 30 days."""

    tracking_number = models.CharField(max_length=100)
    identity = models.BinaryField(max_length=32)
    content = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "tracking_number", "identity"], name="unmatched_checkpoint_once"
            )
        ]

    def __str__(self) -> str:
        return self.tracking_number


class PromiseSource(models.TextChoices):
    """Who named the day."""

    SHOP = "shop"
    CARRIER = "carrier"
    ESTIMATE = "estimate"


class Promise(MerchantModel):
    """A delivery day that was told to a shopper. Every one is kept, so that kept and broken can be counted."""

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="promises", db_index=False)
    shipment = MerchantForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="promises", db_index=False
    )
    source = models.CharField(max_length=10, choices=PromiseSource.choices)
    earliest = models.DateField()
    likely = models.DateField()
    latest = models.DateField()
    made_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(earliest__lte=models.F("likely")) & Q(likely__lte=models.F("latest")),
                name="promise_days_in_order",
            )
        ]
        indexes = [models.Index(fields=["merchant", "order", "made_at"], name="promise_of_order")]

    def __str__(self) -> str:
        return f"{self.source}: {self.earliest} to {self.latest}"


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
