"""Finding merchants and their people."""

from django.db.models import QuerySet

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants


def merchant_by_slug(*, slug: str) -> Merchant | None:
    """Return the merchant of a public address, or None. Looks across merchants; opens no scope for the caller."""
    with all_merchants("a slug says by itself whose it is"):
        return Merchant.objects.filter(slug=slug).first()


def every_merchant() -> "QuerySet[Merchant]":
    """Return all merchants by slug. Needs the scope across merchants."""
    return Merchant.objects.order_by("slug")
