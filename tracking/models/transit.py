"""How long parcels were on the road, parcel by parcel and counted together; and what became of promises."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from postpurchase.accounts.models import MerchantForeignKey, MerchantModel
from tracking.enums import carriers
from tracking.models.promises import Promise, PromiseSource
from tracking.models.shipments import Shipment


class TransitRecord(MerchantModel):
    """One parcel that arrived: its route, the business days it took, and what had been estimated for it.

    ``origin`` and ``destination`` are zones (``DE-80``). ``days`` is null where nobody saw the hand-over. The estimates
    were made before the parcel was counted, so they say how good estimates are: ``raw_*`` are the quantiles,
    ``earliest`` to ``latest`` the calibrated window. ``learned_at`` is null until the parcel is counted.
    """

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="transits", db_index=False)
    carrier = models.CharField(max_length=20, choices=carriers)
    service = models.CharField(max_length=100, blank=True, default="")
    origin = models.CharField(max_length=5)
    destination = models.CharField(max_length=5)
    weekday = models.PositiveSmallIntegerField(default=0)
    handed_over_on = models.DateField(null=True, blank=True)
    arrived_on = models.DateField()
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    calibration = models.CharField(max_length=40)
    raw_earliest = models.PositiveSmallIntegerField(null=True, blank=True)
    raw_latest = models.PositiveSmallIntegerField(null=True, blank=True)
    earliest = models.PositiveSmallIntegerField(null=True, blank=True)
    likely = models.PositiveSmallIntegerField(null=True, blank=True)
    latest = models.PositiveSmallIntegerField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "shipment"], name="transit_record_once")]
        indexes = [
            models.Index(
                fields=["merchant", "arrived_on", "id"],
                condition=Q(learned_at=None, days__isnull=False),
                name="transit_record_to_learn",
            ),
            models.Index(fields=["merchant", "calibration", "-arrived_on", "-id"], name="transit_record_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.origin} to {self.destination}: {self.days}"


class TransitGroup(MerchantModel):
    """How many parcels of a group took 0, 1, 2 … business days, in the quarter that began on ``since``.

    ``name`` is one of ``tracking.transit.Route.groups``. Quarters, so that what is long past is left out by itself.
    """

    name = models.CharField(max_length=120)
    since = models.DateField()
    counts = ArrayField(models.PositiveIntegerField(), default=list)

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "name", "since"], name="transit_group_once")]

    def __str__(self) -> str:
        return self.name


class TransitCalibration(MerchantModel):
    """By how many days windows are opened at both ends, so that they hold what they say; from so many parcels."""

    name = models.CharField(max_length=40)
    early = models.SmallIntegerField(default=0)
    late = models.SmallIntegerField(default=0)
    parcels = models.PositiveIntegerField(default=0)
    learned_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="transit_calibration_once")]

    def __str__(self) -> str:
        return self.name


class BreachCause(models.TextChoices):
    """Why a promise was broken."""

    WAREHOUSE = "warehouse"  # handed over later than planned, or not at all
    CARRIER = "carrier"  # longer on the road than planned, lost, damaged
    ADDRESS = "address"  # wrong, or the recipient moved
    RECIPIENT = "recipient"  # the carrier came in time, and nobody took the parcel
    WEATHER = "weather"  # as the carrier says
    CUSTOMS = "customs"
    UNKNOWN = "unknown"


class PromiseVerdict(MerchantModel):
    """Whether the first day that a shopper was told for a parcel was kept.

    ``due_on`` is the promise's latest day. ``kept``: it arrived then or before. ``is_within``: not before the earliest
    day either (a single day is a limit, and all before it is within); ``is_exact``: on the likely one (both false while
    it has not arrived). A broken promise may be found kept later, when late news says that the parcel had arrived.
    """

    shipment = MerchantForeignKey(Shipment, on_delete=models.CASCADE, related_name="verdicts", db_index=False)
    promise = MerchantForeignKey(Promise, on_delete=models.CASCADE, related_name="verdicts", db_index=False)
    source = models.CharField(max_length=10, choices=PromiseSource.choices)
    carrier = models.CharField(max_length=20, choices=carriers)
    destination = models.CharField(max_length=5)
    due_on = models.DateField()
    arrived_on = models.DateField(null=True, blank=True)
    kept = models.BooleanField()
    is_within = models.BooleanField(default=False)
    is_exact = models.BooleanField(default=False)
    cause = models.CharField(max_length=10, choices=BreachCause.choices, blank=True, default="")
    decided_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "shipment"], name="promise_verdict_once"),
            models.CheckConstraint(
                condition=Q(kept=True, cause="") | (Q(kept=False) & ~Q(cause="")), name="promise_verdict_cause"
            ),
        ]
        indexes = [models.Index(fields=["merchant", "due_on"], name="promise_verdict_due")]

    def __str__(self) -> str:
        return "kept" if self.kept else f"broken: {self.cause}"
