"""What happened (``Event``, only ever added to) and who still has to react to it (``EventDelivery``)."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class SubjectKind(models.TextChoices):
    """What an event is about; events about the same thing are handled in order."""

    ORDER = "order"
    CUSTOMER = "customer"


class Event(MerchantModel):
    """A fact, written in the transaction of the change it tells of. Holds ids and codes, never personal data.

    ``sequence`` rises with every event of a subject (writers of one subject wait for each other).
    """

    sequence = models.BigIntegerField(unique=True)
    type = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    data = models.JSONField()
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes = [
            models.Index(fields=["merchant", "subject_id", "sequence"], name="event_of_subject"),
            models.Index(fields=["merchant", "type", "sequence"], name="event_of_type"),
            BrinIndex(fields=["recorded_at"], name="event_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_kind} {self.subject_id}"


class DeliveryState(models.TextChoices):
    """How far a handler is with an event."""

    PENDING = "pending"
    DONE = "done"
    PARKED = "parked"  # failed too often; waits for a person, others go on


class EventDelivery(MerchantModel):
    """One event for one handler. Repeats the event's subject and sequence: the next is one look-up."""

    event = MerchantForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    handler = models.CharField(max_length=120)
    subject_kind = models.CharField(max_length=10, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    sequence = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_error = models.CharField(max_length=300, blank=True, default="")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "event", "handler"], name="event_delivery_once")]
        indexes = [
            models.Index(
                fields=["subject_id", "handler", "sequence"],
                condition=Q(state="pending"),
                name="event_delivery_next",
            ),
            models.Index(fields=["next_attempt_at"], condition=Q(state="pending"), name="event_delivery_due"),
            models.Index(fields=["merchant"], condition=Q(state="parked"), name="event_delivery_parked"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← {self.event_id}: {self.state}"
