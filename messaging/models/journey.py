"""Journeys as data: what was published, who is on the way, and why each step went as it did."""

from django.db import models
from django.db.models import Q

from messaging.enums import DecisionOutcome, RunState
from orders.models import Customer, Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class Journey(MerchantModel):
    """A journey of a merchant by its ``key``. Its newest ``JourneyVersion`` is the one new runs follow.

    ``active`` off: nobody enters, and who is on the way is sent nothing more. ``declined`` is the digest of the newer
    standard definition that the merchant did not want.
    """

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    declined = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "key"], name="journey_key_once")]
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.key


class JourneyVersion(MerchantModel):
    """A published definition (``messaging/journeys/definition.py``); never changed, a change is the next number.

    ``standard``: it is as it came with the product.
    """

    journey = MerchantForeignKey(Journey, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    standard = models.BooleanField(default=False)
    published_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "journey", "number"], name="journey_version_once")]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.number}"


class GivenJourneys(MerchantModel):
    """The keys of all standard journeys a merchant has been given; one row. What they deleted stays deleted."""

    keys = models.JSONField(default=list)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant"], name="given_journeys_once")]

    def __str__(self) -> str:
        return ", ".join(self.keys)


class JourneyRun(MerchantModel):
    """One subject (an order, a parcel, a refund …) on its way through a journey, in the version it started with.

    ``subject_key`` names the subject (``shipment:<id>``), ``occurrence`` which time it is for this subject; together
    they make entering twice impossible. ``position`` is the engine's state, ``wake_at`` when it wants the clock.
    """

    journey = MerchantForeignKey(Journey, on_delete=models.CASCADE, related_name="runs", db_index=False)
    version = MerchantForeignKey(JourneyVersion, on_delete=models.CASCADE, related_name="runs", db_index=False)
    order = MerchantForeignKey(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="journey_runs", db_index=False
    )
    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="journey_runs", db_index=False)
    subject_key = models.CharField(max_length=80)
    occurrence = models.CharField(max_length=40)
    entry_data = models.JSONField(default=dict, help_text="The data of the event that began it: ids and codes.")
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    position = models.JSONField(default=dict)
    wake_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=60, blank=True, default="")

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "journey", "subject_key", "occurrence"], name="journey_run_once"
            )
        ]
        indexes = [
            models.Index(fields=["wake_at"], condition=Q(state="running"), name="journey_run_to_wake"),
            models.Index(fields=["merchant", "order"], condition=Q(state="running"), name="journey_run_of_order"),
            models.Index(fields=["merchant", "customer"], condition=Q(state="running"), name="journey_run_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.journey_id} {self.subject_key}"


class JourneyDecision(MerchantModel):
    """Why: what a step (or the permission gate) decided for whom, with the values it looked at. Only ever added to.

    ``run`` is null where somebody did not even enter. ``values`` holds codes, numbers and ids, never personal data.
    """

    journey = MerchantForeignKey(Journey, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    run = MerchantForeignKey(
        JourneyRun, on_delete=models.CASCADE, null=True, blank=True, related_name="decisions", db_index=False
    )
    order = MerchantForeignKey(
        Order, on_delete=models.CASCADE, null=True, blank=True, related_name="journey_decisions", db_index=False
    )
    subject_key = models.CharField(max_length=80)
    step_key = models.CharField(max_length=60, blank=True, default="")
    outcome = models.CharField(max_length=12, choices=DecisionOutcome.choices)
    reason = models.CharField(max_length=60, blank=True, default="")
    values = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes = [
            models.Index(fields=["merchant", "order", "decided_at"], name="journey_decision_of_order"),
            models.Index(fields=["merchant", "run"], name="journey_decision_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.step_key} {self.outcome} {self.reason}"
