"""Points: entries that are only ever added to, and what they leave in each lot.

    PointsAccount (one per customer: the sums, and the lock that posting takes)
      └─ LedgerEntry +50 earn ── Lot 50, of which 20 remain
      └─ LedgerEntry -30 redeem ── LotUse 30 of that lot

The entries are the truth. Accounts and lots can be rebuilt from them; ``manage.py ledger verify`` does and compares.
"""

from django.db import models
from django.db.models import F, Q

from loyalty.enums import EntryKind, Explanation
from loyalty.models.programme import EarningRule
from orders.models import Customer, Order
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class PointsAccount(MerchantModel):
    """The sums of one customer's entries, kept by ``loyalty/services/ledger.py`` and nobody else.

    ``points`` is what the customer has, pending points included. ``receivable`` is what reversals could not take
    because the points were spent already; the next points earned pay it. Never both above zero, never negative.
    """

    customer = MerchantForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    points = models.BigIntegerField(default=0)
    receivable = models.BigIntegerField(default=0)
    entry_count = models.PositiveIntegerField(default=0)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "customer"], name="points_account_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="points_account_never_negative"),
            models.CheckConstraint(condition=Q(receivable__gte=0), name="points_account_receivable_never_negative"),
            models.CheckConstraint(condition=Q(points=0) | Q(receivable=0), name="points_account_pays_debt_first"),
        ]

    def __str__(self) -> str:
        return f"{self.points}"


class LedgerEntry(MerchantModel):
    """One movement of points; never changed, never deleted. A mistake is put right by another entry.

    ``points`` is what the customer gains or loses. ``receivable`` is what the entry adds to the customer's debt to
    the merchant: a reversal of 100 that finds only 70 has points -70 and receivable +30; the settlement out of later
    earnings has -30 and -30. What an entry was meant to move is therefore ``points - receivable``.
    ``source_key`` names the cause; each cause posts once per merchant. ``number`` counts a customer's entries.
    ``corrects`` points from reversals, adjustments and transfers to the earning they belong to. ``available_at`` is set
    on entries that add points, ``expires_at`` where those end one day. ``details`` keeps amounts and terms as they
    were, no personal data.
    """

    customer = MerchantForeignKey(Customer, on_delete=models.PROTECT, related_name="ledger_entries", db_index=False)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    points = models.BigIntegerField()
    receivable = models.BigIntegerField(default=0)
    source_key = models.CharField(max_length=200)
    explanation = models.CharField(max_length=20, choices=Explanation.choices)
    rule = MerchantForeignKey(EarningRule, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    order = MerchantForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_entries")
    corrects = MerchantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    occurred_at = models.DateTimeField()
    available_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    details = models.JSONField(default=dict)
    posted_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "source_key"], name="ledger_entry_source_once"),
            models.UniqueConstraint(fields=["merchant", "customer", "number"], name="ledger_entry_number_once"),
            models.CheckConstraint(
                name="ledger_entry_moves_as_its_kind_says",
                condition=Q(kind="earn", points__gt=0, receivable=0)
                | Q(kind="reverse", points__lte=0, receivable__gte=0)
                | Q(kind="settle", points__lt=0, receivable=F("points"))
                | Q(kind="adjust", receivable=0)
                | Q(kind__in=["redeem", "expire"], points__lt=0, receivable=0)
                | Q(kind="transfer", points__gt=0, receivable=0)
                | Q(kind="transfer", points__lte=0, receivable__gte=0),
            ),
            models.CheckConstraint(condition=~Q(points=0, receivable=0), name="ledger_entry_moves_something"),
            models.CheckConstraint(
                condition=Q(points__lte=0) | Q(available_at__isnull=False), name="ledger_entry_says_from_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.points:+d}"


class Lot(MerchantModel):
    """What is left of the points that one entry added, and from when until when they may be spent."""

    customer = MerchantForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = MerchantForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lots", db_index=False)
    original = models.BigIntegerField()
    remaining = models.BigIntegerField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "entry"], name="lot_once"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("original")), name="lot_remaining_in_range"
            ),
            models.CheckConstraint(condition=Q(original__gt=0), name="lot_original_positive"),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "customer", "expires_at", "available_at"],
                condition=Q(remaining__gt=0),
                name="lot_to_use",
            )
        ]

    def __str__(self) -> str:
        return f"{self.remaining} of {self.original}"


class LotUse(MerchantModel):
    """How many points an entry took out of a lot."""

    entry = MerchantForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="lot_uses", db_index=False)
    lot = MerchantForeignKey(Lot, on_delete=models.PROTECT, related_name="uses", db_index=False)
    points = models.BigIntegerField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "entry", "lot"], name="lot_use_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="lot_use_positive"),
        ]
        indexes = [models.Index(fields=["merchant", "lot"], name="lot_use_of_lot")]

    def __str__(self) -> str:
        return f"{self.points}"
