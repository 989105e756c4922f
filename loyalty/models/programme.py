"""The terms under which points are earned, as data."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from loyalty.enums import Trigger
from loyalty.rules import Conditions, WrongConditions
from orders.models.money import MoneyField
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class Programme(MerchantModel):
    """A merchant's points programme; there is one.

    ``units`` names the unit per language: ``{"de": {"one": "Punkt", "other": "Punkte"}}``. Switched off
    (``active``), nothing more is earned and what was earned stays. ``earn_on_backfill`` lets imported history earn.
    """

    name = models.CharField(max_length=120)
    units = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    earn_on_backfill = models.BooleanField(default=False)
    terms_url = models.URLField(blank=True, default="")
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant"], name="programme_one_per_merchant")]

    def __str__(self) -> str:
        return self.name


class EarningRule(MerchantModel):
    """What earns how much.

    ``points`` for every ``per_amount`` of money, or once where ``per_amount`` is null. Of the rules that match, the
    one with the lowest ``rank`` wins, alone; no two share a rank. ``conditions`` narrow a rule
    (``loyalty.rules.Conditions``). ``valid_from`` and ``valid_until`` are compared with the moment of the purchase or
    answer. For ``hold_days`` after posting the points are pending: earned, shown, not yet to be spent.
    Entries keep the terms they were made under, so a rule may be changed without touching the past.
    """

    programme = MerchantForeignKey(Programme, on_delete=models.PROTECT, related_name="rules", db_index=False)
    key = models.SlugField(max_length=60)
    trigger = models.CharField(max_length=20, choices=Trigger.choices)
    rank = models.PositiveSmallIntegerField()
    points = models.BigIntegerField()
    per_amount = MoneyField(null=True, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    hold_days = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "programme", "key"], name="earning_rule_key_once"),
            models.UniqueConstraint(fields=["merchant", "programme", "rank"], name="earning_rule_rank_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="earning_rule_points_positive"),
            models.CheckConstraint(condition=Q(per_amount__gt=0), name="earning_rule_amount_positive"),
            models.CheckConstraint(
                condition=~Q(trigger="survey.answered") | Q(per_amount__isnull=True),
                name="earning_rule_survey_has_no_amount",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="earning_rule_valid_from_before_until"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        """Refuse conditions that nobody would understand."""
        try:
            Conditions.parse(self.conditions)
        except WrongConditions as error:
            raise ValidationError({"conditions": str(error)}) from None
