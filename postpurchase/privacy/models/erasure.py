"""Erasures (Art. 17 GDPR) and the journal of how far each is."""

from django.db import models
from django.db.models import Q

from orders.models import Customer
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class ErasureSource(models.TextChoices):
    """Who passed the wish on."""

    API = "api"
    SHOP = "shop"  # a connected shop's own privacy request
    DASHBOARD = "dashboard"
    COMMAND = "command"
    REPLAY = "replay"  # asked for before a backup was restored that still held the person


class ErasureState(models.TextChoices):
    """How far an erasure is."""

    HELD = "held"  # a legal hold stands against it
    WAITING = "waiting"  # in hand or to be taken in hand; the person can be found no more
    ERASED = "erased"  # once through; a second round follows for what was on its way
    DONE = "done"
    FAILED = "failed"  # failed too often; waits for a person


class Erasure(MerchantModel):
    """One wish to be forgotten. Names the customer by our own id only.

    ``words_sealed`` holds what the person can be recognised by in texts, sealed, until the first round is through.
    ``due_at`` is when it may next be taken in hand: now, after a lease, after a failure, or for the second round.
    """

    customer = MerchantForeignKey(Customer, on_delete=models.PROTECT, related_name="erasures", db_index=False)
    source = models.CharField(max_length=10, choices=ErasureSource.choices)
    state = models.CharField(max_length=8, choices=ErasureState.choices)
    words_sealed = models.BinaryField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "customer"], condition=~Q(state="done"), name="erasure_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=~Q(state__in=["done", "failed"]), name="erasure_due"),
            models.Index(fields=["merchant", "-requested_at", "-id"], name="erasure_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.state}"


class ErasureStep(MerchantModel):
    """A part of the product that has forgotten the person: written with its work, so that a crash repeats nothing."""

    erasure = MerchantForeignKey(Erasure, on_delete=models.CASCADE, related_name="steps", db_index=False)
    round = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    rows = models.PositiveIntegerField()
    finished_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "erasure", "round", "name"], name="erasure_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.round}: {self.rows}"
