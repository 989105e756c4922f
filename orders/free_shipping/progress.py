"""Which threshold counts, and how far an amount is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Threshold:
    """Free from ``amount`` on, to ``country`` (empty: to any that has none of its own)."""

    country: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Progress:
    """``missing`` is 0 and ``percent`` 100 once the threshold is reached; until then percent stays below 100."""

    threshold: Threshold
    missing: Decimal
    percent: int

    @property
    def is_reached(self) -> bool:
        return self.missing == 0


def threshold_for(thresholds: Iterable[Threshold], *, country: str, currency: str) -> Threshold | None:
    """Return the threshold for parcels to a country, in a currency: the country's own before the general one."""
    by_country = {one.country: one for one in thresholds if one.currency == currency}
    return by_country.get(country) or by_country.get("")


def progress(amount: Decimal, threshold: Threshold) -> Progress:
    """Return how far an amount (0 or more, in the threshold's currency) is."""
    missing = max(Decimal(0), threshold.amount - amount)
    percent = 100 if missing == 0 else min(99, int(amount * 100 / threshold.amount))
    return Progress(threshold, missing, percent)
