"""Messages: planned as rows, handed over once, with every attempt kept."""

from django.db import models
from django.db.models import Q

from messaging.enums import AttemptOutcome, Channel, MessageState, Purpose, Template
from messaging.models.journey import JourneyRun
from orders.models import Customer, Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store
from postpurchase.accounts.models.store import Tone


class Message(MerchantModel):
    """One message to one person on one channel. Its state changes only in ``services/plan.py`` and ``deliver.py``.

    ``dedupe_key`` (journey, step, subject, occurrence; never the journey's version) makes planning twice impossible.
    ``recipient`` is the address at planning, so that a person can be told where it went; a number follows what its
    person agrees to until the message is sent. ``attempt`` counts claims and
    fences them: who comes back with an older number changes nothing. ``context`` holds ids (``shipment_id``,
    ``refund_id`` …) and codes; names and texts are read when the message is rendered.
    ``immediate`` answers the shopper's own doing and so knows no quiet hours. ``throttle_days``: at most one of this
    template to this person within so many days.
    """

    store = MerchantForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    order = MerchantForeignKey(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="messages", db_index=False)
    run = MerchantForeignKey(
        JourneyRun, on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    journey_key = models.CharField(max_length=60)
    step_key = models.CharField(max_length=60)
    template = models.CharField(max_length=40, choices=Template.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    message_class = models.CharField(max_length=10, choices=Purpose.choices)
    state = models.CharField(max_length=10, choices=MessageState.choices)
    dedupe_key = models.CharField(max_length=260)
    reason = models.CharField(max_length=60, blank=True, default="")
    recipient = models.CharField(max_length=320)
    language = models.CharField(max_length=35)
    tone = models.CharField(max_length=3, choices=Tone.choices)
    immediate = models.BooleanField(default=False)
    throttle_days = models.PositiveSmallIntegerField(null=True, blank=True)
    context = models.JSONField(default=dict)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    provider_message_id = models.CharField(max_length=320, blank=True, default="")

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "dedupe_key"], name="message_once"),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="message_sending_has_lease"
            ),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "due_at"],
                condition=Q(state__in=["planned", "held", "ready"]),
                name="message_due",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="sending"), name="message_lease"),
            models.Index(fields=["merchant", "order", "planned_at"], name="message_of_order"),
            models.Index(fields=["merchant", "customer", "planned_at"], name="message_of_customer"),
            models.Index(fields=["merchant", "-planned_at", "-id"], name="message_newest"),
            models.Index(fields=["merchant", "state", "-planned_at"], name="message_by_state"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class MessageContent(MerchantModel):
    """What was said, as rendered for the last attempt. An SMS has ``text`` only."""

    message = MerchantForeignKey(Message, on_delete=models.CASCADE, related_name="contents", db_index=False)
    subject = models.CharField(max_length=300, blank=True, default="")
    html = models.TextField(blank=True, default="")
    text = models.TextField()
    rendered_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "message"], name="message_content_once")]

    def __str__(self) -> str:
        return self.subject


class DeliveryAttempt(MerchantModel):
    """One hand-over to a provider. Written before it begins, completed when it ends.

    A row that still says ``started`` belongs to a worker at work or to one that died. ``response_code`` is the
    provider's; ``detail`` its words, without the recipient's address.
    """

    message = MerchantForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=AttemptOutcome.choices, default=AttemptOutcome.STARTED)
    response_code = models.CharField(max_length=40, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "message", "number"], name="delivery_attempt_once")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.number}: {self.outcome}"
