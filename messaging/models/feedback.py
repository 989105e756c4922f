"""What providers tell us after they took a message: delivered, bounced, complained."""

from django.db import models

from messaging.enums import Channel, FeedbackKind
from messaging.models.message import Message
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class ProviderConnection(MerchantModel):
    """A provider that may report to this merchant's hook. The secret proves the report; it is sealed with our keys."""

    provider = models.CharField(max_length=20)
    secret_sealed = models.BinaryField()
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "provider"], name="provider_connection_once")]

    def __str__(self) -> str:
        return self.provider


class DeliveryEvent(MerchantModel):
    """One report of a provider, stored once however often it is sent. Holds codes, never the address.

    ``message`` is null where the report names none we know; a bounced address is then still not written to again.
    """

    message = MerchantForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="delivery_events", db_index=False
    )
    provider = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    kind = models.CharField(max_length=12, choices=FeedbackKind.choices)
    identity = models.BinaryField(max_length=32)
    code = models.CharField(max_length=60, blank=True, default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "provider", "identity"], name="delivery_event_once")]
        indexes = [models.Index(fields=["merchant", "message", "occurred_at"], name="delivery_event_of_message")]

    def __str__(self) -> str:
        return f"{self.provider}: {self.kind}"
