"""What WooCommerce's bodies are, by topic and by shape.

Topics: https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks. What was deleted comes as its id alone. A
batch of the REST API answers with what it created, updated and deleted. A webhook whose owner may not read orders any
more sends the REST API's error in their place, duly signed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from postpurchase.connectors.base import (
    Change,
    Context,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    ProductWithdrawn,
    Unreadable,
)
from postpurchase.connectors.reading import Part
from postpurchase.connectors.shops.choosing import Reader, Readers, ignored
from postpurchase.connectors.shops.common import cancellation, own_id
from postpurchase.connectors.shops.woocommerce.orders import NOT_PLACED, currency_of, order_saved
from postpurchase.connectors.shops.woocommerce.people import customer_saved
from postpurchase.connectors.shops.woocommerce.products import products_saved
from postpurchase.connectors.shops.woocommerce.refunds import refund_of

_BATCH = {"create", "update", "delete"}
_ORDER_IN_LINK = re.compile(r"/orders/([0-9]{1,20})$")


def _order(order: Part, context: Context) -> Sequence[Change]:
    if order.text("status") in NOT_PLACED:
        return [Ignored("The order is not placed yet.")]
    return [order_saved(order, context)]


def _order_deleted(order: Part, _context: Context) -> Sequence[Change]:
    return [OrderCancelled(order.identifier("id"), cancellation("The order was deleted in WooCommerce."))]


def _refund(refund: Part, context: Context) -> Sequence[Change]:
    order = _order_of(refund)
    if not order:
        return [Ignored("This refund does not say of which order; the order itself tells of its refunds.")]
    found = refund_of(refund, currency_of(refund, context))
    return [OrderRefunded(order, found)] if found else [Ignored("This refund is of no money.")]


def _order_of(refund: Part) -> str:
    """Return the order a refund belongs to: named, or the place above it among its links."""
    named = refund.text("order_id", "parent_id")
    if named not in ("", "0"):
        return named
    links = [link.text("href", most=500) for link in refund.part("_links").parts("up")]
    return next((match.group(1) for link in links if (match := _ORDER_IN_LINK.search(link))), "")


def _product_deleted(product: Part, context: Context) -> Sequence[Change]:
    return [ProductWithdrawn(product_id=own_id(context, product.identifier("id")))]


def _customer(customer: Part, context: Context) -> Sequence[Change]:
    return [customer_saved(customer, context)]


def _customer_deleted(customer: Part, context: Context) -> Sequence[Change]:
    return [
        Ignored(
            f"Account {own_id(context, customer.identifier('id'))} was deleted in WooCommerce, where its orders "
            "stay. If the person wants to be forgotten here, erase them under Data care."
        )
    ]


BY_KIND: Mapping[str, Reader] = {
    "order": _order,
    "deleted order": _order_deleted,
    "refund": _refund,
    "product": products_saved,
    "deleted product": _product_deleted,
    "customer": _customer,
    "deleted customer": _customer_deleted,
    "coupon": ignored("Coupons are not taken over."),
    "webhook": ignored("This describes a webhook; there is nothing to do."),
    "note": ignored("Notes on orders are not taken over."),
    "download": ignored("Downloads are not taken over."),
}

TOPICS: Mapping[str, str] = {
    "order.created": "order",
    "order.updated": "order",
    "order.restored": "order",
    "order.deleted": "deleted order",
    "product.created": "product",
    "product.updated": "product",
    "product.restored": "product",
    "product.deleted": "deleted product",
    "customer.created": "customer",
    "customer.updated": "customer",
    "customer.deleted": "deleted customer",
    "coupon.created": "coupon",
    "coupon.updated": "coupon",
    "coupon.deleted": "coupon",
    "coupon.restored": "coupon",
}

# What stands alone around a body, as the legacy API writes it. Others, as "order_note", are none of ours.
WRAPPERS: Mapping[str, str] = {
    "order": "order",
    "orders": "order",
    "order_refund": "refund",
    "order_refunds": "refund",
    "product": "product",
    "products": "product",
    "customer": "customer",
    "customers": "customer",
}

# What a batch shows as it was before it was deleted.
_DELETED = {
    "order": ("order", "deleted order"),
    "product": ("product", "deleted product"),
    "customer": ("deleted customer",),
}

# The fields that together leave no doubt, the surest first.
_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("webhook", frozenset({"delivery_url", "topic"})),
    ("order", frozenset({"line_items", "total", "currency"})),
    ("refund", frozenset({"amount", "refunded_by"})),
    ("refund", frozenset({"amount", "refunded_payment"})),
    ("note", frozenset({"note", "customer_note"})),
    ("download", frozenset({"download_id", "download_url"})),
    ("product", frozenset({"sku", "permalink"})),
    ("customer", frozenset({"email", "username"})),
)


def shape_of(body: Part) -> str:
    """Return what a body is where its shape leaves no doubt, else nothing."""
    return next((kind for kind, names in _SHAPES if names <= body.fields.keys()), "")


_READERS = Readers(by_kind=BY_KIND, topics=TOPICS, wrappers=WRAPPERS, shape_of=shape_of)


def read(topic: str, body: Any, context: Context) -> Sequence[Change]:
    """Return the changes a body tells of, at least one. Raises ``Unreadable``."""
    topic = topic.strip().lower()
    if isinstance(body, dict):
        if body and body.keys() <= _BATCH and all(isinstance(items, list) for items in body.values()):
            return _batch(body, context)
        if {"code", "message"} <= body.keys() and "id" not in body:
            return [_error(topic, Part(body))]
        if topic == "order.restored" and shape_of(Part(body)) == "order":
            return [order_saved(Part(body), context, is_restored=True)]
    return _READERS.read(topic, body, context)


def _error(topic: str, body: Part) -> Ignored:
    message = body.text("message")
    if topic in TOPICS:
        raise Unreadable(
            f"WooCommerce sent an error instead: {message} Its webhook must belong to a user who may read this; "
            "save the webhook again as an administrator."
        )
    return Ignored(f"This is an error of WooCommerce: {message}")


def _batch(body: Mapping[str, list[Any]], context: Context) -> Sequence[Change]:
    changes: list[Change] = []
    for name, items in body.items():
        for part in Part({name: items}).parts(name):
            kind = shape_of(part)
            for step in _DELETED.get(kind, ()) if name == "delete" else (kind,):
                changes += BY_KIND[step](part, context) if step else []
    return changes or [Ignored("There is no order, product or customer in this batch.")]
