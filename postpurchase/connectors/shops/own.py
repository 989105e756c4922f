"""Shops of the merchant's own making: they push the API's own bodies, signed by Standard Webhooks.

    {"type": "order.saved", "data": {…}}            the body of PUT /api/v1/orders/{external_id}, with its external_id
    {"type": "order.cancelled", "data": {"order": "1001", …}}   the body of POST …/cancel, with the order's id
    {"type": "order.refunded", "data": {"order": "1001", …}}    the body of POST …/refunds
    {"type": "shipment.saved", "data": {"order": "1001", …}}    the body of PUT …/shipments/…, with its external_id
    {"type": "product.saved" | "customer.saved", "data": {…}}   the bodies of PUT /api/v1/products and …/customers

The API's Structs read them, so what the API takes is taken here, and what it refuses is refused with the same words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orders.checks import cancel_problems
from orders.inputs import CancelInput
from postpurchase.connectors.base import (
    Change,
    Connector,
    Context,
    CustomerSaved,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    OrderSaved,
    ProductSaved,
    ShipmentSaved,
)
from postpurchase.connectors.reading import (
    Part,
    checked,
    customer_from,
    order_from,
    product_from,
    refund_from,
    shipment_from,
    whole,
)
from postpurchase.connectors.signatures import verify_standard_webhook


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return the change a body tells of. ``type`` in the body decides, whatever the topic says."""
    tree = whole(body)
    type_ = tree.text("type") or topic
    reader = _READERS.get(type_)
    if reader is None:
        return [Ignored(f"{type_[:60]!r} is no type we know." if type_ else "The body has no type.")]
    if not isinstance(tree.fields.get("data"), Mapping):
        raise tree.wrong("data", "an object is expected")
    return [reader(tree.part("data"), context)]


def _order(data: Part, context: Context) -> Change:
    defaults = {"store": context.store, "source": "own"}
    return OrderSaved(order_from(defaults | dict(data.fields)))


def _cancelled(data: Part, context: Context) -> Change:
    order, fields = _named(data)
    return OrderCancelled(order, checked(fields, CancelInput, cancel_problems, "cancellation"))


def _refunded(data: Part, context: Context) -> Change:
    order, fields = _named(data)
    # The order's currency is known to whoever applies this; three decimals are the most that any has.
    return OrderRefunded(order, refund_from(fields, "KWD"))


def _shipment(data: Part, context: Context) -> Change:
    order, fields = _named(data)
    return ShipmentSaved(order, shipment_from(fields))


def _product(data: Part, context: Context) -> Change:
    return ProductSaved(product_from(data.fields))


def _customer(data: Part, context: Context) -> Change:
    return CustomerSaved(customer_from(data.fields))


def _named(data: Part) -> tuple[str, dict[str, Any]]:
    """Return the order that a body names, and the rest of it."""
    return data.identifier("order"), {name: value for name, value in data.fields.items() if name != "order"}


_READERS: Mapping[str, Callable[[Part, Context], Change]] = {
    "order.saved": _order,
    "order.cancelled": _cancelled,
    "order.refunded": _refunded,
    "shipment.saved": _shipment,
    "product.saved": _product,
    "customer.saved": _customer,
}

CONNECTOR = Connector(
    name="own",
    title="Your own shop",
    verify=verify_standard_webhook,
    read=read,
    makes_secret=True,
)
