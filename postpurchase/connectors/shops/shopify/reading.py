"""What Shopify's bodies are, by topic and by shape.

https://shopify.dev/docs/api/admin-rest/latest/resources/webhook (topics) and
https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance (redact and data_request)
"""

from collections.abc import Mapping, Sequence

from postpurchase.connectors.base import (
    Change,
    Context,
    CustomerErased,
    Ignored,
    OrderCancelled,
    OrderRefunded,
    ProductWithdrawn,
    ShipmentSaved,
)
from postpurchase.connectors.reading import Part
from postpurchase.connectors.shops.choosing import Reader, Readers, ignored
from postpurchase.connectors.shops.common import cancellation, optional_id, own_id
from postpurchase.connectors.shops.shopify.orders import order_saved
from postpurchase.connectors.shops.shopify.parcels import parcels_of, why_no_parcel
from postpurchase.connectors.shops.shopify.people import customer_saved
from postpurchase.connectors.shops.shopify.products import products_saved
from postpurchase.connectors.shops.shopify.purse import Purse, currency_of
from postpurchase.connectors.shops.shopify.refunds import refund_of


def _order(body: Part, context: Context) -> Sequence[Change]:
    return [order_saved(body, context)]


def _order_deleted(body: Part, _context: Context) -> Sequence[Change]:
    return [OrderCancelled(body.identifier("id"), cancellation("The order was deleted in Shopify."))]


def _refund(body: Part, context: Context) -> Sequence[Change]:
    refund = refund_of(body, Purse(_currency_of(body, context)))
    if refund is None:
        return [Ignored("No money went back with this refund.")]
    return [OrderRefunded(body.identifier("order_id"), refund)]


def _currency_of(refund: Part, context: Context) -> str:
    payments = [payment for payment in refund.parts("transactions") if payment.has("currency")]
    return currency_of(payments[0] if payments else Part({}), "currency", context)


def _fulfilment(body: Part, _context: Context) -> Sequence[Change]:
    order = body.identifier("order_id")
    parcels = [ShipmentSaved(order, parcel) for parcel in parcels_of(body)]
    return parcels or [Ignored(why_no_parcel(body))]


def _product_deleted(body: Part, context: Context) -> Sequence[Change]:
    return [ProductWithdrawn(product_id=own_id(context, body.identifier("id", "product_id")))]


def _customer(body: Part, context: Context) -> Sequence[Change]:
    return [customer_saved(body, context)]


def _customer_deleted(body: Part, context: Context) -> Sequence[Change]:
    return [
        Ignored(
            f"Customer {own_id(context, body.identifier('id'))} was deleted in Shopify, which forgets nobody here. "
            "Where a person demands that, Shopify asks for it by itself; so can you, under Data care."
        )
    ]


def _data_request(body: Part, context: Context) -> Sequence[Change]:
    customer = own_id(context, body.part("customer").identifier("id"))
    return [
        Ignored(
            "A customer wants to see their data. Send them within a month what "
            f"GET /api/v1/customers/{customer}/export answers."
        )
    ]


def _redaction(body: Part, _context: Context) -> Sequence[Change]:
    person = body.part("customer")
    external_id, email = optional_id(person, "id"), person.email("email") or ""
    if not (external_id or email):
        raise body.wrong("customer", "nobody is named")
    return [CustomerErased(external_id=external_id, email=email)]


BY_KIND: Mapping[str, Reader] = {
    "order": _order,
    "deleted order": _order_deleted,
    "refund": _refund,
    "fulfilment": _fulfilment,
    "product": products_saved,
    "deleted product": _product_deleted,
    "customer": _customer,
    "deleted customer": _customer_deleted,
    "redaction": _redaction,
    "data request": _data_request,
    "shop redaction": ignored(
        "Shopify asks to forget this shop, because the app was removed two days ago. If you have left for good, remove "
        "the connection and erase the customers you no longer need."
    ),
    "uninstalled": ignored("The app was removed from Shopify: it will send nothing more until you connect it again."),
    "order edit": ignored("Shopify tells the edited order as a whole in another delivery."),
    "draft": ignored("A draft is no order yet; it comes when it is placed."),
    "merge": ignored("Shopify merged two customers; their orders come with the customer who stays."),
    "parcel news": ignored("Parcel news come from the carrier itself."),
}

TOPICS: Mapping[str, str] = {
    "orders/create": "order",
    "orders/updated": "order",
    "orders/paid": "order",
    "orders/cancelled": "order",
    "orders/fulfilled": "order",
    "orders/partially_fulfilled": "order",
    "orders/delete": "deleted order",
    "orders/edited": "order edit",
    "draft_orders/create": "draft",
    "draft_orders/update": "draft",
    "draft_orders/delete": "draft",
    "refunds/create": "refund",
    "fulfillments/create": "fulfilment",
    "fulfillments/update": "fulfilment",
    "fulfillment_events/create": "parcel news",
    "fulfillment_events/delete": "parcel news",
    "products/create": "product",
    "products/update": "product",
    "products/delete": "deleted product",
    "product_listings/add": "product",
    "product_listings/update": "product",
    "customers/create": "customer",
    "customers/update": "customer",
    "customers/enable": "customer",
    "customers/disable": "customer",
    "customers/delete": "deleted customer",
    "customers/merge": "merge",
    "customers/redact": "redaction",
    "customers/data_request": "data request",
    "shop/redact": "shop redaction",
    "app/uninstalled": "uninstalled",
}

# What stands alone around a body, as the Admin API answers. Others, as "risk" or "fulfillment_order", are none of ours.
WRAPPERS: Mapping[str, str] = {
    "order": "order",
    "orders": "order",
    "refund": "refund",
    "refunds": "refund",
    "fulfillment": "fulfilment",
    "fulfillments": "fulfilment",
    "product": "product",
    "products": "product",
    "product_listing": "product",
    "product_listings": "product",
    "customer": "customer",
    "customers": "customer",
    "draft_order": "draft",
    "order_edit": "order edit",
    "fulfillment_event": "parcel news",
    "fulfillment_events": "parcel news",
}


def shape_of(body: Part) -> str:
    """Return what a body is where its shape leaves no doubt, else nothing."""
    names = body.fields.keys()
    if "orders_to_redact" in names and "customer" in names:
        return "redaction"
    if "orders_requested" in names and "customer" in names:
        return "data request"
    if "invoice_url" in names and "line_items" in names and "financial_status" not in names:
        return "draft"
    if "total_price" in names and ("financial_status" in names or "line_items" in names):
        return "order"
    if "refund_line_items" in names:
        return "refund"
    if "order_id" in names and ("tracking_number" in names or "tracking_numbers" in names):
        return "fulfilment"
    if "variants" in names and "title" in names:
        return "product"
    is_customer = "email" in names and "first_name" in names and "id" in names
    if is_customer and names & {"orders_count", "accepts_marketing", "verified_email", "email_marketing_consent"}:
        return "customer"
    return ""


READERS = Readers(by_kind=BY_KIND, topics=TOPICS, wrappers=WRAPPERS, shape_of=shape_of)
