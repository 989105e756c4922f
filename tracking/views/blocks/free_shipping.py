"""From which amount on the next order is sent for nothing, where the merchant set one, and how far this one went."""

from collections.abc import Mapping
from decimal import Decimal

from orders.enums import OrderStatus
from orders.free_shipping.progress import progress, threshold_for
from orders.free_shipping.words import offer_words, order_words
from orders.models import FreeShipping, Order
from tracking.enums import ShipmentStatus
from tracking.services.register import is_web_address
from tracking.views.blocks.base import Block, Rows
from tracking.views.visit import Visit

# Whoever waits for a parcel in trouble does not want to hear of the next one.
TROUBLE = (ShipmentStatus.ATTEMPT_FAILED, ShipmentStatus.EXCEPTION, ShipmentStatus.EXPIRED)


def _read(visit: Visit) -> Mapping[str, object] | None:
    order = visit.order
    in_trouble = any(parcel.status in TROUBLE for parcel in visit.found.facts.parcels)
    if in_trouble or order.status == OrderStatus.CANCELLED:
        return None
    country = str(order.shipping_address.get("country") or visit.merchant.country)
    threshold = threshold_for(visit.found.free_shipping, country=country, currency=order.currency)
    if threshold is None:
        return None
    voice = {"language": visit.texts.language, "tone": visit.store.tone}
    url = visit.store.shop_url
    shown: dict[str, object] = {
        "offer": offer_words(threshold, **voice),
        "url": url if is_web_address(url) else "",
    }
    if not _is_present(order):
        value = max(Decimal(0), order.total - order.shipping_total)
        found = progress(value, threshold)
        shown |= {"percent": found.percent, "order": order_words(value, found, **voice)}
    return shown


def _is_present(order: Order) -> bool:
    """Say whether somebody other than the buyer gets the parcels: what a present cost is not for them to read."""
    return order.recipient is not None


BLOCK = Block("free_shipping", _read, depends_on=(Rows(FreeShipping, "store_id = o.store_id"),))
