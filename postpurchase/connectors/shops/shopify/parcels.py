"""Fulfilments: one parcel for each tracking number.

https://shopify.dev/docs/api/admin-rest/latest/resources/fulfillment
"""

from collections.abc import Mapping

from postpurchase.connectors.reading import Part, shipment_from
from postpurchase.connectors.shops.common import pieces
from postpurchase.connectors.shops.sums import ZERO
from tracking.inputs import ShipmentInput

NOT_SENT = {
    "cancelled": "The fulfilment was cancelled.",
    "error": "The fulfilment failed.",
    "failure": "The fulfilment failed.",
}


def why_no_parcel(fulfilment: Part) -> str:
    """Return why a fulfilment is no parcel, empty where it is one."""
    lines = fulfilment.parts("line_items")
    if lines and all(line.fields.get("requires_shipping") is False for line in lines):
        return "Nothing in this fulfilment is sent by parcel."
    return NOT_SENT.get(fulfilment.text("status"), "")


def parcels_of(fulfilment: Part, ordered: Mapping[str, int] | None = None) -> tuple[ShipmentInput, ...]:
    """Return the parcels of a fulfilment, none where it failed or needs none. Raises ``Unreadable``.

    The first parcel has the fulfilment's id, the others a number behind it, so that a number that comes later or is
    corrected changes the same parcel. What is in which of several parcels Shopify does not say. ``ordered`` holds how
    many of each line the order has; without it all lines are taken as they are told.
    """
    if why_no_parcel(fulfilment):
        return ()
    name = fulfilment.identifier("id")
    numbers = _each(fulfilment, "tracking_number") or [""]
    addresses = [Part({"url": url}).address("url") or None for url in _each(fulfilment, "tracking_url", most=2000)]
    lines = _lines(fulfilment, ordered) if len(numbers) == 1 else []
    was_sent = fulfilment.text("status") in ("success", "")
    return tuple(
        shipment_from(
            {
                "external_id": name if index == 0 else f"{name}-{index + 1}",
                "carrier": fulfilment.text("tracking_company", most=100) or None,
                "tracking_number": number or None,
                "tracking_url": addresses[index] if index < len(addresses) else None,
                "shipped_at": fulfilment.moment("created_at") if was_sent else None,
                "lines": lines,
            }
        )
        for index, number in enumerate(numbers)
    )


def _lines(fulfilment: Part, ordered: Mapping[str, int] | None) -> list[dict[str, object]]:
    packed: dict[str, int] = {}
    for line in fulfilment.parts("line_items"):
        name, quantity = line.identifier("id"), pieces(line, "quantity", ZERO)
        packed[name] = packed.get(name, 0) + quantity
    if ordered is not None:
        packed = {name: min(quantity, ordered.get(name, 0)) for name, quantity in packed.items()}
    return [{"line": name, "quantity": quantity} for name, quantity in packed.items() if quantity > 0]


def _each(fulfilment: Part, name: str, most: int = 100) -> list[str]:
    """Return what stands in the list called ``name`` and s, else in ``name`` alone, each once."""
    value = fulfilment.fields.get(f"{name}s") or fulfilment.fields.get(name)
    found = (Part({name: item}).text(name, most=most) for item in (value if isinstance(value, list) else [value]))
    return [text for text in dict.fromkeys(found) if text]
