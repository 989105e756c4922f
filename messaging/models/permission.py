"""Who may be written to, for what, on which evidence, and which addresses never again."""

from django.db import models

from messaging.enums import Basis, Channel, PermissionStatus, Purpose, SuppressionReason
from orders.models import ConsentReport, Customer
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class PermissionEvidence(MerchantModel):
    """One declaration of a person, for or against. Only ever added to; the newest counts.

    ``source`` says where it was made (``checkout``, ``preferences_page``, ``one_click`` …), ``wording`` what the person
    was shown. ``consent_report`` is the shop's report it came from, if any. ``phone`` is the number a yes to SMS or
    WhatsApp is for (E.164): messages go to it and to no other, whatever number the customer has since. It was confirmed
    by a code, or came with the shop's report. Of a STOP it is the number that said so.
    """

    customer = MerchantForeignKey(
        Customer, on_delete=models.CASCADE, related_name="permission_evidence", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    status = models.CharField(max_length=10, choices=PermissionStatus.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    obtained_at = models.DateTimeField()
    wording = models.TextField(blank=True, default="")
    source = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True, default="")
    consent_report = MerchantForeignKey(
        ConsentReport, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes = [
            models.Index(fields=["merchant", "customer", "recorded_at"], name="evidence_of_customer"),
            models.Index(fields=["merchant", "phone"], condition=~models.Q(phone=""), name="evidence_of_phone"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.status}"

    @property
    def is_confirmed(self) -> bool:
        """Whether the person confirmed the number themselves, by a code that was sent there."""
        return self.phone != "" and self.consent_report_id is None


class Permission(MerchantModel):
    """Where a person stands for one channel and purpose, with the evidence that says so."""

    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="permissions", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    status = models.CharField(max_length=10, choices=PermissionStatus.choices)
    basis = models.CharField(max_length=20, choices=Basis.choices)
    evidence = MerchantForeignKey(PermissionEvidence, on_delete=models.PROTECT, related_name="+", db_index=False)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "customer", "channel", "purpose"], name="permission_once")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.status}"


class Suppression(MerchantModel):
    """An address nothing is sent to any more, kept only as a keyed digest, so that it outlives an erasure.

    ``purpose`` narrows it to one kind of message, empty means all. So an objection is kept when the person who made it
    is erased; ``created_at`` is then its moment, which only a later consent overrules.
    """

    address_digest = models.BinaryField(max_length=32)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, blank=True, default="")
    reason = models.CharField(max_length=20, choices=SuppressionReason.choices)
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "channel", "address_digest", "purpose"], name="suppression_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.reason}"
