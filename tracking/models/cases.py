"""Problems with orders that a person of the merchant's team looks after."""

from django.db import models
from django.db.models import Q

from orders.models import Order
from postpurchase.accounts.models import Membership, MerchantForeignKey, MerchantModel
from tracking.enums import carriers
from tracking.models.shipments import Shipment


class CaseReason(models.TextChoices):
    """What is wrong."""

    FAILED_ATTEMPT = "failed_attempt"  # the carrier was there and could not deliver
    FALSE_ATTEMPT = "false_attempt"  # the carrier says so, the shopper was at home
    ADDRESS = "address"
    CUSTOMS = "customs"
    HELD = "held"  # stuck at the carrier, for payment or for a reason nobody named
    REFUSED = "refused"
    RETURNING = "returning"
    DAMAGED = "damaged"
    LOST = "lost"
    STALLED = "stalled"
    NOT_RECEIVED = "not_received"  # delivered as the carrier says, denied by the shopper
    WRONG_ITEM = "wrong_item"
    MISSING_ITEM = "missing_item"
    OTHER = "other"


class CaseState(models.TextChoices):
    OPEN = "open"
    RESOLVED = "resolved"


class CaseOutcome(models.TextChoices):
    """How it ended."""

    DELIVERED = "delivered"
    PICKUP = "pickup"  # it waits in a shop or locker
    MOVING = "moving"  # on its way again
    FOUND = "found"  # it had arrived after all
    SENT_AGAIN = "sent_again"
    REFUNDED = "refunded"
    RETURNED = "returned"
    CARRIER_PAID = "carrier_paid"
    EXPLAINED = "explained"  # answered, and nothing more to do
    NOTHING_TO_DO = "nothing_to_do"


class CaseSource(models.TextChoices):
    """Who noticed it."""

    CARRIER = "carrier"
    SHOPPER = "shopper"
    WATCH = "watch"  # our own clock
    TEAM = "team"


class EntryKind(models.TextChoices):
    """What happened in a case."""

    OPENED = "opened"
    HAPPENED_AGAIN = "happened_again"
    REOPENED = "reopened"
    ANSWERED = "answered"  # the shopper chose what is to be done
    AT_HOME = "at_home"  # the shopper said whether they were there at an attempt
    NOTE = "note"
    REPLIED = "replied"  # the team to the shopper
    ASSIGNED = "assigned"
    HANDED_OVER = "handed_over"  # to the carrier, in a file
    RESOLVED = "resolved"


class CaseActor(models.TextChoices):
    """Who did it."""

    PRODUCT = "product"
    CARRIER = "carrier"
    SHOPPER = "shopper"
    TEAM = "team"
    API = "api"


class Case(MerchantModel):
    """One problem with one parcel, or with an order where no parcel is meant; open at most once for each reason.

    ``substatus`` is the carrier's news behind it, empty where somebody else noticed. ``is_vip`` and ``is_high_value``
    are decided when it opens. ``answered_at`` is the shopper's newest choice, ``handed_over_at`` the newest file for
    the carrier. What was said stands in the entries.
    """

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="cases", db_index=False)
    shipment = MerchantForeignKey(
        Shipment, on_delete=models.CASCADE, null=True, blank=True, related_name="cases", db_index=False
    )
    reason = models.CharField(max_length=16, choices=CaseReason.choices)
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    source = models.CharField(max_length=8, choices=CaseSource.choices)
    substatus = models.CharField(max_length=40, blank=True, default="")
    is_vip = models.BooleanField(default=False)
    is_high_value = models.BooleanField(default=False)
    owner = MerchantForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases", db_index=False
    )
    outcome = models.CharField(max_length=14, choices=CaseOutcome.choices, blank=True, default="")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "order", "shipment", "reason"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="case_open_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["merchant", "-is_vip", "-is_high_value", "due_at"],
                condition=Q(state="open"),
                name="case_queue",
            ),
            models.Index(fields=["merchant", "order", "opened_at"], name="case_of_order"),
            models.Index(fields=["merchant", "updated_at", "id"], name="case_changed"),
            models.Index(fields=["merchant", "owner"], condition=Q(owner__isnull=False), name="case_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.state})"


class CaseEntry(MerchantModel):
    """One thing that happened in a case: by whom, what, when. Only ever added; erasure empties the words.

    ``text`` is what somebody wrote, ``details`` what a shopper chose (a day, an address) and ``data`` codes and ids.
    ``key`` makes the same thing count once in its case; empty where every time counts.
    """

    case = MerchantForeignKey(Case, on_delete=models.CASCADE, related_name="entries", db_index=False)
    kind = models.CharField(max_length=14, choices=EntryKind.choices)
    actor = models.CharField(max_length=8, choices=CaseActor.choices)
    author = MerchantForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    text = models.TextField(blank=True, default="")
    details = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    key = models.CharField(max_length=100, blank=True, default="")
    happened_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "case", "key"], condition=~Q(key=""), name="case_entry_once")
        ]
        indexes = [models.Index(fields=["merchant", "case", "happened_at"], name="case_entry_in_time")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor}"


class CaseRules(MerchantModel):
    """What comes first for a merchant and when their team works; one row, made on the first change.

    An order worth ``high_value_from`` or more (in its own currency) and customers whose attribute ``vip_attribute``
    says yes or is one of ``vip_values`` (separated by commas) come first. Times are the merchant's own.
    """

    high_value_from = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True, default=250)
    vip_attribute = models.CharField(max_length=200, blank=True, default="vip")
    vip_values = models.CharField(max_length=500, blank=True, default="")
    works_from = models.TimeField(default="09:00")
    works_until = models.TimeField(default="17:00")
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant"], name="case_rules_once"),
            models.CheckConstraint(
                condition=Q(works_from__lt=models.F("works_until")), name="case_rules_day_has_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.works_from} to {self.works_until}"


class HandOver(MerchantModel):
    """A file about cases that was made for a carrier. Heading and lines are kept: it is the same file every time."""

    carrier = models.CharField(max_length=20, choices=carriers)
    author = MerchantForeignKey(
        Membership, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    language = models.CharField(max_length=10)
    heading = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        indexes = [models.Index(fields=["merchant", "-made_at", "-id"], name="hand_over_newest")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.made_at:%Y-%m-%d}"


class HandOverLine(MerchantModel):
    """One case in a carrier's file; ``cells`` are empty once its person was erased."""

    hand_over = MerchantForeignKey(HandOver, on_delete=models.CASCADE, related_name="lines", db_index=False)
    case = MerchantForeignKey(Case, on_delete=models.CASCADE, related_name="hand_over_lines", db_index=False)
    position = models.PositiveIntegerField()
    cells = models.JSONField(default=list)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "hand_over", "case"], name="hand_over_line_once"),
            models.UniqueConstraint(fields=["merchant", "hand_over", "position"], name="hand_over_line_in_place"),
        ]
        indexes = [models.Index(fields=["merchant", "case"], name="hand_over_line_of_case")]

    def __str__(self) -> str:
        return f"{self.position}"
