"""What the bodies of several shops have in common beyond single fields."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orders.checks import cancel_problems
from orders.inputs import CancelInput
from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part, checked
from postpurchase.lib.phones import e164

MOST_WORDS = 100


def optional_id(part: Part, *names: str) -> str:
    """Return the first id that the fields hold, empty where there is none (shops write 0 and null for that)."""
    found = (part.identifier(name) for name in names if part.text(name) not in ("", "0"))
    return next(found, "")


def number(part: Part, name: str, default: Decimal | None = None) -> Decimal:
    """Return an amount, which may be below 0. Raises ``Unreadable`` where there is none and no ``default``."""
    found = part.number(name)
    if found is not None:
        return found
    if default is None:
        raise part.wrong(name, "an amount is missing")
    return default


def pieces(part: Part, name: str = "quantity", default: Decimal | None = None) -> int:
    """Return a whole number of pieces, which may be below 0. Raises ``Unreadable`` for anything else."""
    found = number(part, name, default)
    if found != found.to_integral_value() or abs(found) > 10_000_000:
        raise part.wrong(name, "a number of pieces is expected")
    return int(found)


def words(value: Any) -> list[str]:
    """Return the words of a list, or of a text with commas. Whatever is no text is left out."""
    items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    found = (Part({"word": item}).text("word") for item in items[:MOST_WORDS] if isinstance(item, str))
    return [word for word in dict.fromkeys(found) if word]


def phone(part: Part, country: str) -> str | None:
    """Return the field ``phone`` in E.164, None where there is no number. ``country`` reads those without a code."""
    written = part.text("phone", most=60)
    return (e164(written, country) or written) if any(character.isdigit() for character in written) else None


def full_name(part: Part) -> str:
    """Return first and last name."""
    return f"{part.text('first_name')} {part.text('last_name')}".strip()[:200]


def own_id(context: Context, number: str) -> str:
    """Return the shop's id of an article as it is kept beside the article.

    With a storefront's name in front for others than the default one: two shops count their articles alike.
    """
    return number if context.store == "default" or not number else f"{context.store}-{number}"


def fallback_sku(context: Context, number: str) -> str:
    """Return the SKU under which an article without one is kept: ``id-`` and the shop's id of it."""
    return f"id-{own_id(context, number)}"[:200] if number else ""


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return only what says anything: no empty texts and lists, no plain no."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {}, False)}


def cancellation(reason: str) -> CancelInput:
    """Return a cancellation with the reason that staff read."""
    return checked({"reason": reason}, CancelInput, cancel_problems, "cancellation")
