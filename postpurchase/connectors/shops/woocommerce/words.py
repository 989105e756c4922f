"""Small things that several of WooCommerce's bodies have in common.

WooCommerce speaks two dialects: the REST API (versions 1 to 3) and the older "legacy" API, whose webhooks still exist.
Their fields have different names (``billing`` and ``billing_address``) and mostly the same meaning.
"""

import html
from collections.abc import Iterator
from typing import Any

from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part
from postpurchase.connectors.shops.common import full_name

MOST_META = 200


def either(part: Part, *names: str) -> Part:
    """Return the first of the objects that says anything, an empty one where none does."""
    return next((part.part(name) for name in names if part.has(name)), part.part(names[0]))


def name_of(part: Part, *names: str, most: int = 500) -> str:
    """Return a name without the entities that WordPress stores (``&ndash;``)."""
    return html.unescape(part.text(*names, most=most))[:most]


def meta(part: Part) -> Iterator[tuple[str, Any]]:
    """Return what plugins and themes noted: names and values, whatever these are."""
    for field in ("meta_data", "meta"):
        noted = part.fields.get(field)
        for item in noted[:MOST_META] if isinstance(noted, list) else ():
            if isinstance(item, dict) and isinstance(item.get("key"), str):
                yield item["key"], item.get("value")


def open_meta(part: Part) -> dict[str, str]:
    """Return the notes that are meant to be read: texts and numbers whose name begins with no underscore."""
    found = {}
    for name, value in meta(part):
        if isinstance(value, str | int | float) and not isinstance(value, bool) and not name.startswith("_"):
            key, text = Part({"": name}).text(""), Part({"": value}).text("", most=2000)
            if key and text:
                found[key] = text
    return found


def address(part: Part, context: Context) -> dict[str, Any] | None:
    """Return an address as its input wants it, None where there is none."""
    if not any(part.has(name) for name in ("first_name", "last_name", "company", "address_1", "postcode", "city")):
        return None
    return {
        "name": full_name(part),
        "company": part.text("company"),
        "street": part.text("address_1"),
        "street2": part.text("address_2"),
        "postal_code": part.text("postcode", most=20),
        "city": part.text("city"),
        "region": part.text("state"),
        "country": country_of(part, context),
    }


def country_of(part: Part, context: Context) -> str:
    """Return an address's country; the shop's where it names none, and none where it names one nobody knows."""
    return part.country("country") if part.has("country") else context.country
