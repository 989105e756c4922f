"""Small things that several of Shopify's bodies have in common."""

from collections.abc import Mapping
from typing import Any

from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part
from postpurchase.connectors.shops.common import full_name

MOST_PAIRS = 100


def pairs(value: Any) -> dict[str, str]:
    """Return a list of ``{"name", "value"}`` (or an object) as a dictionary of texts; names with _ are the theme's."""
    if isinstance(value, Mapping):
        value = [value] if set(value) == {"name", "value"} else [{"name": k, "value": v} for k, v in value.items()]
    found: dict[str, str] = {}
    for item in value[:MOST_PAIRS] if isinstance(value, list) else ():
        name, content = (_text(item.get(key)) for key in ("name", "value")) if isinstance(item, Mapping) else ("", "")
        if name and content and not name.startswith("_"):
            found[name[:200]] = content
    return found


def address(body: Part, context: Context) -> dict[str, Any] | None:
    """Return an address as its input wants it, None where there is none."""
    if not any(body.text(name) for name in ("name", "first_name", "last_name", "address1", "zip", "city", "company")):
        return None
    return {
        "name": body.text("name") or full_name(body),
        "company": body.text("company"),
        "street": body.text("address1"),
        "street2": body.text("address2"),
        "postal_code": body.text("zip", most=20),
        "city": body.text("city"),
        "region": body.text("province", "province_code"),
        "country": country_of(body, context),
    }


def country_of(body: Part, context: Context) -> str:
    """Return an address's country; the shop's where it names none, and none where it names one nobody knows."""
    code = body.country("country_code")
    return code if code or body.has("country_code") or body.has("country") else context.country


def _text(value: Any) -> str:
    return Part({"": value}).text("", most=2000) if isinstance(value, str | int | float) else ""
