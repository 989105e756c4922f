"""Which carriers a merchant asks, with their own keys, and when each parcel is asked about."""

from django.db import models
from django.db.models import Q

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.carriers.answers.base import Trouble
from tracking.models.shipments import Shipment
from tracking.polling.interval import Answer, Stop


class CarrierAccount(MerchantModel):
    """A merchant's account at one interface of a carrier (``client``, a name of ``polling/clients/registry.py``).

    Keys, and the token they were changed into, are sealed with the operator's keys. ``quota_per_day`` and
    ``seconds_between`` are the merchant's own where the carrier granted others than the usual. ``asked`` counts the
    questions of ``asked_on``, a day in GMT. ``next_request_at`` is when the next question may be asked; a worker sets
    it to the end of its lease before it asks, so that one asks at a time. ``failures`` counts the questions in a row
    that brought no answer, ``trouble`` says what the last of them was, ``trouble_detail`` in the carrier's words.
    ``probe_wanted_at`` is when somebody wanted to know whether the keys work; it is null again once that is asked.
    ``planned_at`` null means the parcels that are on their way already have still to be planned.
    """

    client = models.CharField(max_length=30)
    active = models.BooleanField(default=True)
    credentials_sealed = models.BinaryField()
    token_sealed = models.BinaryField(null=True, blank=True)
    token_until = models.DateTimeField(null=True, blank=True)
    quota_per_day = models.PositiveIntegerField(null=True, blank=True)
    seconds_between = models.PositiveIntegerField(null=True, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    asked = models.PositiveIntegerField(default=0)
    next_request_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(
        max_length=12, choices=[(item.value, item.value) for item in Trouble], blank=True, default=""
    )
    trouble_detail = models.CharField(max_length=500, blank=True, default="")
    trouble_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    probe_wanted_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "client"], name="carrier_account_once")]
        indexes = [
            models.Index(fields=["next_request_at"], condition=Q(active=True), name="carrier_account_to_ask"),
        ]

    def __str__(self) -> str:
        return self.client


class ParcelPoll(MerchantModel):
    """When a parcel is asked about next, and what the last question brought.

    ``next_poll_at`` null means not any more, for the reason ``stopped``. A worker sets it to the end of its lease and
    counts ``attempts`` up before it asks. ``troubles`` counts the questions without an answer since the last that had
    one.
    """

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="polls", db_index=False)
    account = MerchantForeignKey(CarrierAccount, on_delete=models.CASCADE, related_name="polls", db_index=False)
    next_poll_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    troubles = models.PositiveIntegerField(default=0)
    answer = models.CharField(
        max_length=10, choices=[(item.value, item.value) for item in Answer], blank=True, default=""
    )
    stopped = models.CharField(
        max_length=10, choices=[(item.value, item.value) for item in Stop], blank=True, default=""
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    planned_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "shipment"], name="parcel_poll_once")]
        indexes = [
            models.Index(
                fields=["merchant", "account", "next_poll_at"],
                condition=Q(next_poll_at__isnull=False),
                name="parcel_poll_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer or 'new'}: {self.attempts}"
