"""Tracking numbers. WooCommerce itself knows none; plugins note them with the order.

``_wc_shipment_tracking_items`` is what WooCommerce's own extension "Shipment Tracking" writes
(https://woocommerce.com/document/shipment-tracking/), and "Advanced Shipment Tracking" likewise.
"""

from typing import Any

from postpurchase.connectors.reading import Part, carrier_in, shipment_from
from postpurchase.connectors.shops.woocommerce.words import meta
from tracking.inputs import ShipmentInput

NOTE = "_wc_shipment_tracking_items"
MOST_PARCELS = 50


def parcels_of(order: Part) -> tuple[ShipmentInput, ...]:
    """Return the parcels of an order. What is in which the plugins do not say. Raises ``Unreadable``."""
    parcels: dict[str, ShipmentInput] = {}
    for name, value in meta(order):
        for item in _items(value) if name == NOTE else ():
            parcel = _parcel(Part(item, NOTE))
            if parcel:
                parcels.setdefault(parcel.external_id, parcel)
    return tuple(parcels.values())


def _items(value: Any) -> list[dict[str, Any]]:
    items = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [item for item in items[:MOST_PARCELS] if isinstance(item, dict)]


def _parcel(item: Part) -> ShipmentInput | None:
    tracking_number = item.text("tracking_number", most=100)
    if not tracking_number:
        return None
    provider = item.text("tracking_provider", "custom_tracking_provider", most=100)
    shipped = item.text("date_shipped")
    is_unix = shipped.isascii() and shipped.isdigit() and len(shipped) <= 11
    sent = Part({"date_shipped": int(shipped)}) if is_unix else item
    return shipment_from(
        {
            "external_id": item.text("tracking_id") or tracking_number,
            "carrier": carrier_in(provider) or provider or None,
            "tracking_number": tracking_number,
            "tracking_url": item.address("custom_tracking_link", "tracking_link") or None,
            "shipped_at": sent.moment("date_shipped"),
        }
    )
