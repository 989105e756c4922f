"""Where a merchant wants to hear of events (``WebhookEndpoint``), and how far each telling is (``WebhookDelivery``)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from postpurchase.events.models import Event, SubjectKind


class DisabledReason(models.TextChoices):
    """Why nothing is sent to an endpoint."""

    BY_HAND = "by_hand"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # it failed for days


class WebhookEndpoint(MerchantModel):
    """An address of the merchant that is told of events.

    ``events`` holds names (``order.placed``), beginnings (``order.*``) or ``*``. ``failing_since`` and
    ``failed_in_a_row`` tell of the failures since the last success; until ``resting_until`` nothing is tried.
    While ``previous_secret_until`` has not come, deliveries carry the signatures of both secrets.
    ``owners_told_at`` says whether the owners know that we switched it off.
    """

    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True, default="")
    events = ArrayField(models.CharField(max_length=60))
    include_personal_data = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=10, choices=DisabledReason.choices, blank=True, default="")
    failing_since = models.DateTimeField(null=True, blank=True)
    failed_in_a_row = models.PositiveIntegerField(default=0)
    resting_until = models.DateTimeField(null=True, blank=True)
    secret_sealed = models.BinaryField()
    previous_secret_sealed = models.BinaryField(null=True, blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    owners_told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes = [
            models.Index(fields=["merchant", "created_at", "id"], name="webhook_endpoint_list"),
            models.Index(
                fields=["disabled_at"],
                condition=Q(active=False, owners_told_at__isnull=True),
                name="webhook_endpoint_untold",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class WebhookCursor(MerchantModel):
    """How far the events have been planned for an endpoint (``services/plan.py`` has the whole story).

    Every event up to ``planned_through`` is dealt with. Up to ``mark`` it is as soon as the transactions that were
    running when the mark was set (``mark_writers``) have ended.
    """

    endpoint = MerchantForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="cursors", db_index=False)
    planned_through = models.BigIntegerField()
    mark = models.BigIntegerField()
    mark_writers = ArrayField(models.CharField(max_length=40), default=list)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "endpoint"], name="webhook_cursor_once")]

    def __str__(self) -> str:
        return f"{self.endpoint_id}: {self.planned_through}"


class WebhookState(models.TextChoices):
    """How far a delivery is."""

    PENDING = "pending"
    SENDING = "sending"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up after the last attempt
    DROPPED = "dropped"  # the endpoint was switched off meanwhile


OPEN_STATES = (WebhookState.PENDING, WebhookState.SENDING)


class WebhookDelivery(MerchantModel):
    """One event for one endpoint. A replay is a row of its own with the next ``occurrence`` and the same webhook id.

    Repeats the event's type, subject and sequence, so that the next one is found by one look-up. ``subject_number``
    counts the subject's events from 1. A test has no event and no subject.
    """

    endpoint = MerchantForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = MerchantForeignKey(Event, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    occurrence = models.PositiveIntegerField(default=1)
    webhook_id = models.CharField(max_length=40)
    event_type = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices, blank=True, default="")
    subject_id = models.UUIDField(null=True, blank=True)
    subject_number = models.PositiveIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=WebhookState.choices, default=WebhookState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=60, blank=True, default="")
    planned_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "endpoint", "event", "occurrence"], name="webhook_delivery_once"
            )
        ]
        indexes = [
            # With the number: a backlog is due all at once, and is taken in order without sorting it for each claim.
            models.Index(
                fields=["endpoint", "next_attempt_at", "sequence", "id"],
                condition=Q(state="pending"),
                name="webhook_delivery_next",
            ),
            models.Index(
                fields=["endpoint", "subject_id", "sequence"],
                condition=Q(state__in=["pending", "sending"]),
                name="webhook_delivery_waiting",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="webhook_delivery_lease"),
            models.Index(fields=["merchant", "endpoint", "-planned_at", "-id"], name="webhook_delivery_newest"),
            BrinIndex(fields=["planned_at"], name="webhook_delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} → {self.endpoint_id}: {self.state}"


class WebhookAttempt(MerchantModel):
    """One try and its answer, written once it is over and never changed; deleted with its delivery after 30 days.

    ``status`` is null where no answer came; ``error`` is a code, empty for a success.
    """

    delivery = MerchantForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries", db_index=False)
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "delivery", "number"], name="webhook_attempt_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.status or self.error}"
