"""Finding merchants and their people."""

from django.db.models import Count, Q, QuerySet

from postpurchase.accounts.models import Merchant, StoreHost, StorePath
from postpurchase.accounts.scoping import all_merchants


def merchant_by_slug(*, slug: str) -> Merchant | None:
    """Return the merchant of a public address, or None. Looks across merchants; opens no scope for the caller."""
    with all_merchants("a slug says by itself whose it is"):
        return Merchant.objects.filter(slug=slug).first()


def every_merchant() -> "QuerySet[Merchant]":
    """Return all merchants by slug. Needs the scope across merchants."""
    return Merchant.objects.order_by("slug")


def count_places() -> dict[str, int]:
    """Count own host names and paths that were proved, by state: ``proved``, ``failing`` of them, ``lapsed``.

    Needs the scope across merchants.
    """
    states = dict.fromkeys(("proved", "failing", "lapsed"), 0)
    for model in (StoreHost, StorePath):
        counted = model.objects.aggregate(
            proved=Count("id", filter=Q(verified_at__isnull=False)),
            failing=Count("id", filter=Q(verified_at__isnull=False, failing_since__isnull=False)),
            lapsed=Count("id", filter=Q(lapsed_at__isnull=False)),
        )
        states = {state: count + counted[state] for state, count in states.items()}
    return states


def failing_places() -> list[StoreHost | StorePath]:
    """Return the merchant's own host names and paths whose proof was not found lately. Needs the merchant's scope."""
    failing = Q(failing_since__isnull=False) | Q(lapsed_at__isnull=False)
    hosts = StoreHost.objects.select_related("store").filter(failing).order_by("host")
    paths = StorePath.objects.select_related("store").filter(failing).order_by("address")
    return [*hosts, *paths]
