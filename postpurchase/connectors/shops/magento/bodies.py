"""What a body of Magento tells: an order, a credit memo, a shipment, a product, a customer, or nothing for us.

Bodies come bare, as the REST API answers them, or in an envelope that our own poller makes or an extension sends:
``{"order": {…}, "shipments": […], "credit_memos": […], "store": {…}}`` or ``{"type": …, "data": {…}}``.
Times are in UTC without an offset.
"""

from collections.abc import Sequence
from typing import Any

from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerSaved,
    Ignored,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
)
from postpurchase.connectors.reading import Part, customer_from, whole
from postpurchase.connectors.shops.magento.orders import order_of
from postpurchase.connectors.shops.magento.parcels_and_refunds import items_behind_lines, refund_of, shipment_of
from postpurchase.connectors.shops.magento.products import product_of

# What is told of the requests in Magento's documentation, and of things that an extension may push; by a field that
# nothing else has. What is asked of the shop is not yet done, and names no order or customer.
_OTHERS = (
    ("source", "A warehouse."),
    ("sourceItems", "Stock of warehouses."),
    ("source_selection_items", "A choice of warehouses."),
    ("inventoryRequest", "A choice of warehouses."),
    ("stock", "A stock."),
    ("originSource", "A move between warehouses."),
    ("originSourceCode", "A move between warehouses."),
    ("links", "A link between stock and warehouse."),
    ("cartItem", "An article put into a cart."),
    ("quote_id", "An article in a cart."),
    ("paymentMethod", "A wish to pay for a cart; the order comes by itself."),
    ("payment_methods", "Ways to pay for a cart."),
    ("addressInformation", "An address for a cart."),
    ("address", "An address for a cart."),
    ("carrier_code", "A way of shipping."),
    ("pickup_location_code", "A place to pick up."),
    ("orderIds", "A note that orders can be picked up."),
    ("total_count", "A list of what was found in the shop."),
    ("successful", "An answer of the shop."),
    ("capture", "A wish to make an invoice."),
    ("password", "A log-in or a registration; a customer without an id is not known yet."),
    ("username", "A log-in."),
    ("custom_attributes", "Attributes without an article."),
    ("arguments", "A wish to make a shipment or refund, which names no order."),
    ("tracks", "A wish to make a shipment, which names no order."),
)


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return what a body tells. Its shape decides; the topic is not needed. Raises ``Unreadable``."""
    if isinstance(body, list):
        return [Ignored("A list: orders come one by one.")]
    tree = whole(body)
    if tree.has("type") and tree.has("data"):
        tree = tree.part("data")
    return [_change(tree, context)]


def _change(tree: Part, context: Context) -> Change:
    store = tree.part("store")
    for name, reader in (("order", _order), ("credit_memo", _refund), ("shipment", _shipment), ("product", _product)):
        if isinstance(tree.fields.get(name), dict):
            return reader(tree.part(name), tree, store, context)
    if tree.has("order_id"):
        return _part_of_order(tree, store, context)
    # Only orders have an address of their own; of all others a part of the sums would look the same.
    if tree.has("grand_total") and tree.has("increment_id") and isinstance(tree.fields.get("billing_address"), dict):
        return _order(tree, tree, store, context)
    if tree.has("sku") and tree.has("type_id"):
        return _product(tree, tree, store, context)
    if tree.has("email") and tree.has("id"):
        return CustomerSaved(_customer(tree))
    reason = next((reason for name, reason in _OTHERS if name in tree.fields), "Nothing that we know.")
    return Ignored(reason)


def _part_of_order(tree: Part, store: Part, context: Context) -> Change:
    """Tell credit memo, invoice and shipment apart by what only they have."""
    if any(name in tree.fields for name in ("creditmemo_status", "adjustment", "adjustment_positive")):
        return _refund(tree, tree, store, context)
    if "grand_total" in tree.fields:
        return Ignored("An invoice: that an order is paid is told by the order.")
    if tree.has("tracks") or tree.has("items"):
        return _shipment(tree, tree, store, context)
    return Ignored("Something about an order that we do not know.")


def _order(order: Part, tree: Part, store: Part, context: Context) -> Change:
    data = order_of(order, store, context)
    behind = items_behind_lines(order)
    return OrderSaved(
        data,
        shipments=tuple(shipment_of(part, behind) for part in tree.parts("shipments")),
        refunds=tuple(refund_of(part, behind, data.currency) for part in tree.parts("credit_memos")),
    )


def _refund(memo: Part, tree: Part, store: Part, context: Context) -> Change:
    currency = memo.currency("order_currency_code", default=context.currency)
    return OrderRefunded(
        memo.identifier("order_id"), refund_of(memo, items_behind_lines(tree.part("of_order")), currency)
    )


def _shipment(shipment: Part, tree: Part, store: Part, context: Context) -> Change:
    return ShipmentSaved(
        shipment.identifier("order_id"), shipment_of(shipment, items_behind_lines(tree.part("of_order")))
    )


def _product(product: Part, tree: Part, store: Part, context: Context) -> Change:
    return ProductSaved(product_of(product, store, context))


def _customer(customer: Part) -> Any:
    addresses = customer.parts("addresses")
    billing = next(
        (part for part in addresses if part.flag("default_billing")), addresses[0] if addresses else Part({})
    )
    attributes = {
        part.text("attribute_code"): part.fields.get("value")
        for part in customer.parts("custom_attributes")
        if part.text("attribute_code")
    }
    return customer_from(
        {
            "external_id": customer.identifier("id"),
            "email": customer.email("email"),
            "phone": billing.text("telephone") or None,
            "first_name": customer.text("firstname"),
            "last_name": customer.text("lastname"),
            "company": billing.text("company"),
            "birth_date": customer.day("dob"),
            "accepts_marketing": customer.part("extension_attributes").flag("is_subscribed"),
            "attributes": {
                **attributes,
                **{name: customer.fields[name] for name in ("group_id", "created_in") if customer.has(name)},
            },
        }
    )
