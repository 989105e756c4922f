"""Badges that a merchant declares, and who has earned which."""

from django.db import models
from django.db.models import Q

from loyalty.enums import BadgePicture, BadgeRule
from orders.models import Customer
from orders.models.money import MoneyField
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel


class Badge(MerchantModel):
    """Something a customer earns once: by ``rule``, when their history reaches ``goal`` (``loyalty/badges.py``).

    ``names`` are by language, ``sentences`` as well, with ``de_du`` for German that says du. ``currency`` is the
    money of a ``spent`` goal, empty for all others. Switched off, nobody earns it any more and whoever has it keeps it.
    ``review_due_at`` is from when on all customers are to be looked at for it, None where events tell; ``reviewed_to``
    is the last customer of the review that is under way.
    """

    slug = models.SlugField(max_length=60)
    picture = models.CharField(max_length=20, choices=BadgePicture.choices)
    rule = models.CharField(max_length=20, choices=BadgeRule.choices)
    goal = MoneyField()
    currency = models.CharField(max_length=3, blank=True, default="")
    names = models.JSONField(default=dict)
    sentences = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    review_due_at = models.DateTimeField(null=True, blank=True)
    reviewed_to = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "slug"], name="badge_slug_once"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="badge_goal_positive"),
            models.CheckConstraint(
                condition=Q(rule="spent", currency__regex="^[A-Z]{3}$") | (~Q(rule="spent") & Q(currency="")),
                name="badge_currency_of_money_only",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_due_at"],
                condition=Q(active=True, review_due_at__isnull=False),
                name="badge_to_review",
            )
        ]

    def __str__(self) -> str:
        return self.slug


class BadgeAward(MerchantModel):
    """A customer earned a badge. Never changed: it stays whatever becomes of the orders, until the person is erased.

    ``cause`` is the event it was earned by (``survey.answered:<id>``), or ``review`` where everything had happened
    before the badge was declared or history came in, or where a year was full. Of customers who were merged,
    everybody's rows are read together.
    """

    badge = MerchantForeignKey(Badge, on_delete=models.PROTECT, related_name="awards", db_index=False)
    customer = MerchantForeignKey(Customer, on_delete=models.CASCADE, related_name="badge_awards", db_index=False)
    cause = models.CharField(max_length=100)
    earned_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "customer", "badge"], name="badge_award_once"),
        ]
        indexes = [models.Index(fields=["merchant", "badge"], name="badge_award_of_badge")]

    def __str__(self) -> str:
        return f"{self.badge_id} {self.customer_id}"
