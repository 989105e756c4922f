"""Whose cases come first: customers whom the shop calls important, and orders of high value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_YES = frozenset(["true", "yes", "ja", "1"])


@dataclass(frozen=True, slots=True)
class FirstRules:
    """What comes first for a merchant. ``vip_values`` in lower case; without any, the attribute has to say yes."""

    high_value_from: Decimal | None
    vip_attribute: str
    vip_values: frozenset[str]

    def is_high_value(self, total: Decimal) -> bool:
        """Say whether an order of this worth comes first (compared without regard to its currency)."""
        return self.high_value_from is not None and total >= self.high_value_from

    def is_vip(self, attributes: Mapping[str, Any]) -> bool:
        """Say whether a customer with these attributes comes first; a list of values needs one that does."""
        if not self.vip_attribute or self.vip_attribute not in attributes:
            return False
        told = attributes[self.vip_attribute]
        values = told if isinstance(told, list) else [told]
        return any(str(value).strip().casefold() in (self.vip_values or _YES) for value in values)


def values_of(text: str) -> frozenset[str]:
    """Return the values of a list as a merchant writes it: separated by commas."""
    return frozenset(value for part in text.split(",") if (value := part.strip().casefold()))
