"""Links that open one shopper's page without a log-in."""

from django.db import models

from postpurchase.accounts.models.base import MerchantModel


class PageKind(models.TextChoices):
    """Which page a link opens, and what its subject is."""

    TRACKING = "tracking"  # an order
    SURVEY = "survey"  # an order
    PREFERENCES = "preferences"  # a customer
    POINTS = "points"  # a customer


class PageLink(MerchantModel):
    """A 128-bit random token that stands for one page of one subject; nothing is encoded in it.

    Look-ups use ``token_digest``. ``token_sealed`` is the token encrypted with the operator's key, so that the same
    link can be put into the next mail; a copy of the table alone opens nothing.
    """

    kind = models.CharField(max_length=12, choices=PageKind.choices)
    subject_id = models.UUIDField()
    token_digest = models.BinaryField(max_length=32, unique=True)
    token_sealed = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "kind", "subject_id"],
                condition=models.Q(revoked_at__isnull=True),
                name="page_link_one_live",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
