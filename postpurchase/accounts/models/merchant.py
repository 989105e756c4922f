"""The merchant: whose data a row is."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from postpurchase.accounts.scoping import current_scope
from postpurchase.lib.ids import uuid7

# First parts of our own addresses; a merchant's look-up page lives at /<slug>/track beside them.
RESERVED_SLUGS = frozenset(
    [
        "accounts",
        "admin",
        "api",
        "c",
        "dashboard",
        "docs",
        "favicon.ico",
        "healthz",
        "hooks",
        "media",
        "metrics",
        "p",
        "readyz",
        "robots.txt",
        "s",
        "static",
        "t",
        "u",
        "via",
    ]
)


def refuse_reserved_slug(slug: str) -> None:
    """Raise ``ValidationError`` for a slug that would hide one of our own addresses."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is one of our own addresses; choose another.", code="reserved")


class MerchantManager(models.Manager["Merchant"]):
    """Sees the open scope's merchant only."""

    def get_queryset(self) -> models.QuerySet["Merchant"]:
        scope = current_scope()
        queryset = super().get_queryset()
        return queryset if scope.merchant_id is None else queryset.filter(pk=scope.merchant_id)


class Merchant(models.Model):
    """A shop operator: the tenant that every other row names.

    ``quiet_from`` and ``quiet_until`` (local times) are when nothing but answers to the shopper's own doing is sent;
    both null means at any hour.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$"), refuse_reserved_slug],
    )
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, default="DE")
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    quiet_from = models.TimeField(null=True, blank=True, default="21:00")
    quiet_until = models.TimeField(null=True, blank=True, default="08:00")
    sending_paused = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = MerchantManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="merchant_quiet_hours_both_or_none",
                condition=models.Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean_fields(self, exclude: Any = None) -> None:
        """Besides the fields' own rules, insist on a time zone that exists."""
        super().clean_fields(exclude=exclude)
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValidationError({"time_zone": f"“{self.time_zone}” is not a time zone."}) from None
