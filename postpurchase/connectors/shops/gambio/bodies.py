"""What a body of Gambio tells: an order, a parcel's number, a product, a customer, or nothing for us.

Bodies come bare, as the REST API answers them, or in an envelope that our own poller makes or a module sends:
``{"order": {…}, "listed": {…}}``, ``{"tracking_code": {…}}``, ``{"product": {…}}`` or ``{"type": …, "data": {…}}``.
Times are the shop's own, without an offset; the connection's time zone reads them.
"""

from collections.abc import Sequence
from typing import Any

from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    Ignored,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
)
from postpurchase.connectors.reading import Part, carrier_in, shipment_from, whole
from postpurchase.connectors.shops.gambio.catalogue import customer_of, product_of
from postpurchase.connectors.shops.gambio.orders import order_of

WITHDRAWAL = "A withdrawal; what is given back is told by the order."


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what a body tells. Its shape decides; the topic is not needed. Raises ``Unreadable``."""
    if isinstance(body, list):
        return [Ignored("A list: orders come one by one.")]
    tree = whole(body)
    if isinstance(tree.fields.get("data"), dict):
        # The envelope of a webhook, and that of the API's version 3.
        tree = tree.part("data")
    return [_change(tree, context)]


def _change(tree: Part, context: Context) -> Change:
    if isinstance(tree.fields.get("order"), dict) and not tree.has("withdrawalDate"):
        # A withdrawal of the API's version 3 names its order, too, by no more than number and date.
        if "purchaseDate" not in tree.part("order").fields:
            return Ignored(WITHDRAWAL)
        return OrderSaved(order_of(tree.part("order"), tree.part("listed"), context))
    if isinstance(tree.fields.get("tracking_code"), dict):
        return _parcel(tree.part("tracking_code"), context)
    if isinstance(tree.fields.get("product"), dict):
        return ProductSaved(product_of(tree.part("product"), tree.address("shop_url"), context))
    if tree.has("purchaseDate") and "totals" in tree.fields:
        return OrderSaved(order_of(tree, Part({}), context))
    if tree.has("totalSum"):
        return Ignored("A row of the list of orders; the order itself is asked for.")
    if tree.has("orderId") and (tree.has("trackingCode") or tree.has("code")):
        return _parcel(tree, context)
    if tree.has("productModel") or (tree.has("taxClassId") and tree.has("name")):
        return ProductSaved(product_of(tree, "", context))
    if "isGuest" in tree.fields and tree.has("email"):
        return _customer(tree, context)
    if tree.has("withdrawalDate"):
        return Ignored(WITHDRAWAL)
    return Ignored("Nothing that we know.")


def _parcel(code: Part, context: Context) -> Change:
    """Read a tracking code of the API's version 2 or 3."""
    if code.flag("isReturnDelivery"):
        return Ignored("The number of a parcel that comes back.")
    service = code.part("parcelService")
    name = code.text("parcelServiceName", most=100) or service.text("name", most=100)
    parcel = shipment_from(
        {
            "external_id": code.identifier("id"),
            "carrier": carrier_in(name) or name or None,
            "tracking_number": code.text("trackingCode", "code", most=100) or None,
            "tracking_url": code.address("url") or service.address("url") or None,
            "shipped_at": code.moment("creationDate", "createdOn", zone=context.time_zone),
        }
    )
    return ShipmentSaved(code.identifier("orderId"), parcel)


def _customer(customer: Part, context: Context) -> Change:
    if customer.flag("isGuest"):
        return Ignored("A guest, who comes with the order.")
    return CustomerSaved(customer_of(customer, context))
