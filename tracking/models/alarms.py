"""What gave cause for alarm, and how patient a merchant is."""

from typing import Any

from django.db import models
from django.db.models import Q

from orders.models import Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.models.shipments import Shipment


class AlarmKind(models.TextChoices):
    """What may be wrong with a parcel, or an order without one, that somebody should be told of."""

    NOT_SENT = "not_sent"  # an order is paid, and there is no parcel
    NOT_PICKED_UP = "not_picked_up"  # announced, and the carrier has not seen it
    NO_NEWS = "no_news"  # on its way, and nothing heard for too long
    DELAYED = "delayed"  # the carrier says so
    PROMISE_AT_RISK = "promise_at_risk"  # the promised day is near, and the parcel is not
    PROMISE_MISSED = "promise_missed"  # the promised day has passed
    PICKUP_ENDING = "pickup_ending"  # waits at a shop or locker, and goes back soon
    DELIVERY_DENIED = "delivery_denied"  # delivered, says the carrier; not to me, says the shopper
    FALSE_ATTEMPT = "false_attempt"  # nobody at home, says the carrier; the shopper and the scans say otherwise


class ShipmentAlarm(MerchantModel):
    """Something gave cause for alarm. Each kind is raised once for a parcel, whoever notices it first.

    ``shipment`` is null for an order that has no parcel; that is raised once for the order. ``detail`` holds codes and
    numbers that say why, never personal data. ``ended_at``: it is over, by itself or because somebody saw to it.
    """

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="alarms", db_index=False)
    shipment = MerchantForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="alarms", db_index=False
    )
    kind = models.CharField(max_length=20, choices=AlarmKind.choices)
    detail: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "shipment", "kind"], name="shipment_alarm_once"),
            models.UniqueConstraint(
                fields=["merchant", "order", "kind"], condition=Q(shipment=None), name="order_alarm_once"
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "-raised_at", "-id"], name="alarm_newest"),
            models.Index(fields=["merchant", "kind"], condition=Q(ended_at=None), name="alarm_open"),
        ]

    def __str__(self) -> str:
        return self.kind


class WatchSettings(MerchantModel):
    """How long a merchant waits before silence is news; without a row, the defaults hold.

    ``switched_off`` are kinds of alarm that the merchant does not want. The least values are in
    ``tracking/watching/patience.py``.
    """

    not_sent_hours = models.PositiveIntegerField()
    not_picked_up_days = models.PositiveIntegerField()
    no_news_days_at_home = models.PositiveIntegerField()
    no_news_days_abroad = models.PositiveIntegerField()
    pickup_warning_days = models.PositiveIntegerField()
    expires_after_days = models.PositiveIntegerField()
    switched_off: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant"], name="watch_settings_once")]

    def __str__(self) -> str:
        return f"after {self.no_news_days_at_home} days"
