"""Which shops and aggregators of carriers' news a merchant has connected, and everything they sent, as it came."""

from django.db import models
from django.db.models import Q

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store


class Connection(MerchantModel):
    """One shop that may send to a merchant's storefront, and may be asked where its connector can.

    Secret, credentials and what a secret replaced are sealed with the operator's keys. The replaced secret is good
    until ``previous_secret_until``, so that shop and product need not change at the same moment.
    ``poll_cursor`` is what is fetched already; ``next_poll_at`` null means the shop is not asked.
    While a worker asks, ``next_poll_at`` is when another one may take over.
    """

    connector = models.CharField(max_length=30)
    store = MerchantForeignKey(Store, on_delete=models.PROTECT, related_name="connections")
    active = models.BooleanField(default=True)
    secret_sealed = models.BinaryField()
    previous_secret_sealed = models.BinaryField(null=True, blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=500, blank=True, default="")
    credentials_sealed = models.BinaryField(null=True, blank=True)
    poll_cursor = models.JSONField(default=dict)
    polled_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    poll_failures = models.PositiveSmallIntegerField(default=0)
    poll_problem = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()
    last_delivery_at = models.DateTimeField(null=True, blank=True)
    first_order_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "connector", "store"], name="connection_once"),
            models.CheckConstraint(
                name="connection_previous_secret_both_or_none",
                condition=Q(previous_secret_sealed__isnull=True, previous_secret_until__isnull=True)
                | Q(previous_secret_sealed__isnull=False, previous_secret_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                condition=Q(active=True, next_poll_at__isnull=False),
                name="connection_to_ask",
            )
        ]

    def __str__(self) -> str:
        return self.connector


class InboundState(models.TextChoices):
    """How far a delivery is. ``stored`` and ``waiting`` go on by themselves, the others wait for a person or nobody."""

    STORED = "stored"  # not worked through yet
    WAITING = "waiting"  # tells of an order that has not come yet
    PROCESSED = "processed"
    IGNORED = "ignored"  # nothing to do, for the reason given
    FAILED = "failed"  # cannot be read or taken, for the reason given
    PARKED = "parked"  # broke its worker several times


class InboundDelivery(MerchantModel):
    """One body of a shop, byte for byte, and what became of it.

    ``delivery_id`` is the shop's own id of the delivery, else a digest: what comes again is not stored again.
    ``headers`` holds the few that explain a body, never a signature. ``waits_for`` names the order (by its
    ``external_id``) without which nothing can be done. ``next_attempt_at`` is when the next worker may take it; a
    worker sets it to the end of its lease before it begins, and counts ``attempts`` up.
    """

    connection = MerchantForeignKey(Connection, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    delivery_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=200, blank=True, default="")
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=InboundState.choices, default=InboundState.STORED)
    reason = models.CharField(max_length=1000, blank=True, default="")
    waits_for = models.CharField(max_length=200, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "connection", "delivery_id"], name="inbound_delivery_once")
        ]
        indexes = [
            models.Index(
                fields=["merchant", "next_attempt_at"],
                condition=Q(state__in=("stored", "waiting")),
                name="inbound_delivery_due",
            ),
            models.Index(
                fields=["merchant", "waits_for"], condition=Q(state="waiting"), name="inbound_delivery_waiting"
            ),
            models.Index(fields=["merchant", "-received_at", "-id"], name="inbound_delivery_newest"),
            models.Index(fields=["merchant", "state", "-received_at", "-id"], name="inbound_delivery_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.delivery_id}: {self.state}"


class ReferenceKind(models.TextChoices):
    """What a delivery can be about."""

    ORDER = "order"
    CUSTOMER = "customer"
    PRODUCT = "product"
    PARCEL = "parcel"  # by its tracking number


class DeliveryReference(MerchantModel):
    """Whom or what a delivery told of, by the id under which it is kept, so that it can be found again."""

    delivery = MerchantForeignKey(InboundDelivery, on_delete=models.CASCADE, related_name="references", db_index=False)
    kind = models.CharField(max_length=10, choices=ReferenceKind.choices)
    external_id = models.CharField(max_length=200)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "delivery", "kind", "external_id"], name="delivery_reference_once"
            )
        ]
        indexes = [models.Index(fields=["merchant", "kind", "external_id"], name="delivery_reference_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.external_id}"
