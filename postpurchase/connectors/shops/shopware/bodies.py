"""What a body of Shopware tells.

    {"data": {"event": "checkout.order.placed", "payload": {"order": {…}}}, "source": {…}, "timestamp": 1763805600}
    {"data": {"event": "order.written", "payload": [{"entity": "order", "operation": "update", "primaryKey": "…"}]}, …}
    {"order": {…}}, or any other shape with an order in it          a flow's "call webhook", and our own poller

An event with only ids tells nothing by itself; the poller finds what it is about.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from orders.inputs import CancelInput
from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    Ignored,
    OrderCancelled,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
)
from postpurchase.connectors.reading import Part, whole
from postpurchase.connectors.shops.shopware.catalogue import customer_of, product_of
from postpurchase.connectors.shops.shopware.deliveries import shipments_of
from postpurchase.connectors.shops.shopware.orders import order_of, refunds_of

ONLY_IDS = "Only ids; the shop is asked for the rest."
INCOMPLETE = "The order is not complete in this event; the shop is asked for the rest."
# Events that hold a customer without anything having changed about them.
_NO_CHANGE = ("checkout.customer.login", "checkout.customer.logout", "checkout.customer.before.login")
_DELETED = "checkout.customer.deleted"


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return the changes a body tells of. Raises ``Unreadable``."""
    if isinstance(body, list):
        return [Ignored(ONLY_IDS)]
    tree = whole(body)
    data = tree.part("data") if isinstance(tree.fields.get("data"), dict) else Part({})
    event = data.text("event") or topic
    # "When" of a state that was entered now; Shopware keeps no such time in the order itself.
    told_at = tree.moment("timestamp")
    if isinstance(data.fields.get("payload"), list):
        return [Ignored(ONLY_IDS)]
    return _changes(event, data.part("payload") if "payload" in data.fields else tree, told_at, context)


def _changes(event: str, payload: Part, told_at: dt.datetime | None, context: Context) -> Sequence[Change]:
    if isinstance(payload.fields.get("order"), dict):
        return _of_order(event, payload.part("order"), told_at, context)
    if isinstance(payload.fields.get("product"), dict):
        return [ProductSaved(product_of(payload.part("product"), payload.address("shop_url"), context))]
    if isinstance(payload.fields.get("customer"), dict):
        return [_of_customer(event, payload.part("customer"), context)]
    if payload.has("orderNumber"):
        return _of_order(event, payload, told_at, context)
    if payload.has("productNumber"):
        return [ProductSaved(product_of(payload, "", context))]
    if payload.has("customerNumber") and payload.has("email"):
        return [_of_customer(event, payload, context)]
    if payload.has("apiKey") and payload.has("secretKey"):
        return [Ignored("The shop confirms that the app is registered.")]
    return [Ignored(f"{event[:100]} tells of no order, article or customer." if event else "Nothing that we know.")]


def _of_order(event: str, order: Part, told_at: dt.datetime | None, context: Context) -> Sequence[Change]:
    if _is_draft(order):
        return [Ignored("A draft of an order that somebody is changing in the shop.")]
    shipments = shipments_of(order, event, told_at)
    if order.has("lineItems") and (order.has("price") or order.has("amountTotal")):
        data = order_of(order, context)
        return [OrderSaved(data, shipments=tuple(shipments), refunds=tuple(refunds_of(order, data.currency)))]
    name = order.identifier("id")
    if event == "state_enter.order.state.cancelled":
        return [OrderCancelled(name, CancelInput(cancelled_at=told_at))]
    return [ShipmentSaved(name, shipment) for shipment in shipments] or [Ignored(INCOMPLETE)]


def _is_draft(order: Part) -> bool:
    # Shopware\Core\Defaults::LIVE_VERSION; every other version is somebody's unsaved work.
    return order.text("versionId") not in ("", "0fa91ce3e96a4bc2be4bd9ce752c3425")


def _of_customer(event: str, customer: Part, context: Context) -> Change:
    if event == _DELETED:
        # Shopware clears guests away by itself after some weeks; nobody asked to be forgotten by that.
        return Ignored("An account was deleted in the shop. Erase the customer here if that is their wish.")
    if event in _NO_CHANGE:
        return Ignored("Nothing about the customer changed.")
    if customer.flag("guest"):
        return Ignored("A guest, who comes with the order.")
    return CustomerSaved(customer_of(customer, context))
