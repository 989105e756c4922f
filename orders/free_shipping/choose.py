"""The merchant's thresholds. All functions need the merchant's scope."""

import datetime as dt
import re
import uuid
from decimal import Decimal

from orders.free_shipping.progress import Threshold
from orders.models import FreeShipping
from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.money import rounded
from postpurchase.lib.validation import Problem, Refused

MOST = Decimal(1_000_000)


def thresholds_of(*, store_id: uuid.UUID) -> list[Threshold]:
    """Return a store's thresholds."""
    rows = FreeShipping.objects.filter(store_id=store_id).order_by("currency", "country")
    return [Threshold(row.country, row.currency, row.amount) for row in rows]


def set_free_shipping(
    *, merchant: Merchant, store: Store, country: str, currency: str, amount: Decimal, now: dt.datetime
) -> FreeShipping:
    """Store a threshold in the place of the one for this country and currency. Raises ``Refused``."""
    problems = []
    if country and country not in COUNTRIES:
        problems.append(Problem("/country", "unknown_country", "This is not an ISO 3166-1 alpha-2 country."))
    if not re.fullmatch("[A-Z]{3}", currency):
        problems.append(Problem("/currency", "format", "Three capital letters, such as EUR."))
    elif not (amount.is_finite() and 0 < amount <= MOST):
        problems.append(Problem("/amount", "out_of_range", f"More than 0, up to {MOST:,}."))
    elif rounded(amount, currency) != amount:
        problems.append(Problem("/amount", "precision", "The currency has fewer decimals."))
    if problems:
        raise Refused(problems)
    row, _ = FreeShipping.objects.update_or_create(
        merchant=merchant,
        store=store,
        country=country,
        currency=currency,
        defaults={"amount": amount, "updated_at": now},
    )
    return row


def remove_free_shipping(*, threshold_id: uuid.UUID) -> bool:
    """Remove a threshold. Returns whether there was one."""
    deleted, _ = FreeShipping.objects.filter(pk=threshold_id).delete()
    return bool(deleted)
