"""Parcels, what is in them, and what carriers say of them."""

from django.db import models
from django.db.models import Q

from orders.models import Order, OrderLine
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.enums import Carrier, DeliveryLocation, ShipmentStatus, UnderstoodBy, carriers


class Shipment(MerchantModel):
    """One parcel of an order. Its status is computed from its checkpoints (``tracking/status.py``), never set by hand.

    ``carrier_word`` keeps what the shop wrote when the carrier is not one we know. ``promised_from`` and
    ``promised_to`` are the shop's days, ``carrier_promised_from`` and ``carrier_promised_to`` the carrier's own;
    ``window_from`` and ``window_to`` are the shop's hours, ``carrier_window_from`` and ``carrier_window_to`` the
    carrier's.
    """

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="shipments", db_index=False)
    external_id = models.CharField(max_length=200)
    carrier = models.CharField(max_length=20, choices=carriers, default=Carrier.OTHER)
    carrier_word = models.CharField(max_length=100, blank=True, default="")
    tracking_number = models.CharField(max_length=100, blank=True, default="")
    tracking_url = models.CharField(max_length=2000, blank=True, default="")
    service = models.CharField(max_length=100, blank=True, default="")
    shipped_at = models.DateTimeField(null=True, blank=True)
    promised_from = models.DateField(null=True, blank=True)
    promised_to = models.DateField(null=True, blank=True)
    window_from = models.DateTimeField(null=True, blank=True)
    window_to = models.DateTimeField(null=True, blank=True)
    carrier_promised_from = models.DateField(null=True, blank=True)
    carrier_promised_to = models.DateField(null=True, blank=True)
    carrier_window_from = models.DateTimeField(null=True, blank=True)
    carrier_window_to = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=24, choices=ShipmentStatus.choices, default=ShipmentStatus.PENDING)
    substatus = models.CharField(max_length=40, blank=True, default="")
    status_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivery_location = models.CharField(max_length=12, choices=DeliveryLocation.choices, blank=True, default="")
    delivery_location_text = models.CharField(max_length=300, blank=True, default="")
    signed_by = models.CharField(max_length=200, blank=True, default="")
    proof_url = models.CharField(max_length=2000, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "order", "external_id"], name="shipment_once")]
        indexes = [
            models.Index(
                fields=["merchant", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="shipment_by_number",
            ),
            models.Index(fields=["merchant", "created_at"], condition=Q(delivered_at=None), name="shipment_open"),
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

    ``status`` is null where nobody knows what the carrier's code means: kept, shown, and without effect.
    ``understood_by`` is empty there, and for news from before it was told.
    """

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="checkpoints", db_index=False)
    identity = models.BinaryField(max_length=32)
    carrier = models.CharField(max_length=20, choices=carriers)
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
    proof_url = models.CharField(max_length=2000, blank=True, default="")
    understood_by = models.CharField(max_length=8, choices=UnderstoodBy.choices, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "shipment", "identity"], name="checkpoint_once")]
        indexes = [
            models.Index(
                fields=["merchant", "carrier", "code", "recorded_at"],
                include=["status"],
                condition=~Q(code="")
                & (Q(status=None) | Q(understood_by__in=[UnderstoodBy.MERCHANT, UnderstoodBy.WORDS])),
                name="checkpoint_code_unknown",
            ),
            models.Index(
                fields=["merchant", "carrier", "occurred_at"],
                condition=Q(status=ShipmentStatus.ATTEMPT_FAILED),
                name="attempt_by_moment",
            ),
        ]

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
