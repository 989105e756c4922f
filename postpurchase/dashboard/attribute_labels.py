"""Attributes as people call them, and examples of what they hold."""

from collections.abc import Mapping
from typing import Any

import msgspec

from orders.enums import AttributeKind
from orders.models import AttributeDefinition, Behaviour, Customer, Order, OrderLine, Product

# Where each kind's values stand.
HOLDERS: Mapping[str, tuple[Any, str]] = {
    AttributeKind.ORDER: (Order, "attributes"),
    AttributeKind.CUSTOMER: (Customer, "attributes"),
    AttributeKind.LINE: (OrderLine, "attributes"),
    AttributeKind.PRODUCT: (Product, "attributes"),
    AttributeKind.EVENT: (Behaviour, "properties"),
}
ROWS_LOOKED_AT = 200
MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 60


def labelled(*, kind: str, attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a thing's attributes as (label or name, value), by name. Needs the merchant's scope."""
    if not attributes:
        return []
    labels = dict(
        AttributeDefinition.objects.filter(kind=kind, name__in=list(attributes))
        .exclude(label="")
        .values_list("name", "label")
    )
    return [(labels.get(name, name), shown(value)) for name, value in sorted(attributes.items())]


def examples() -> dict[tuple[str, str], list[str]]:
    """Return up to three different values of each attribute, from the newest rows.

    A query per kind. Needs the merchant's scope.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for kind, (model, column) in HOLDERS.items():
        newest = model.objects.exclude(**{column: {}}).order_by("-id").values_list(column, flat=True)
        for attributes in newest[:ROWS_LOOKED_AT]:
            for name, value in attributes.items():
                values = found.setdefault((kind, name), [])
                text = shown(value)
                if value is not None and text not in values and len(values) < MOST_EXAMPLES:
                    values.append(text)
    return found


def shown(value: Any) -> str:
    """Return a value as a person reads it, cut where it is long."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[: LONGEST_EXAMPLE - 1]}…"
