"""What the API answers about orders and products, and how rows become it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from orders.api.customer_answers import CustomerAnswer, customer_answer
from orders.api.details import OrderDetails, details_at_hand
from orders.models import Order, OrderLine, Product, Refund
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from postpurchase.lib.money import amount_text, unit_price_text
from postpurchase.lib.validation import Problem
from tracking.api.answers import ShipmentSummary, shipment_summary


class AddressAnswer(Struct, frozen=True, kw_only=True):
    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country: str = ""


class RecipientAnswer(Struct, frozen=True, kw_only=True):
    name: str = ""
    company: str = ""
    email: str | None = None
    phone: str | None = None
    language: str = ""


class LineAnswer(Struct, frozen=True, kw_only=True):
    external_id: str
    sku: str
    name: str
    quantity: int
    unit_price: str
    total: str
    product_url: str
    image_url: str
    attributes: dict[str, Any]


class RefundLineAnswer(Struct, frozen=True, kw_only=True):
    line: str
    quantity: int
    amount: str


class RefundAnswer(Struct, frozen=True, kw_only=True):
    id: uuid.UUID
    external_id: str
    amount: str
    reason: str
    lines: list[RefundLineAnswer]
    created_at: dt.datetime
    changed: bool | UnsetType = UNSET


class OrderAnswer(Struct, frozen=True, kw_only=True):
    """The order as it came in, and what became of it."""

    id: uuid.UUID
    external_id: str
    number: str
    placed_at: dt.datetime
    updated_at: dt.datetime
    created_at: dt.datetime
    source_updated_at: dt.datetime | None
    status: str
    payment_status: str
    store: str
    currency: str
    total: str
    shipping_total: str
    discount_total: str
    tax_total: str
    language: str
    customer: CustomerAnswer | None
    recipient: RecipientAnswer | None
    shipping_address: AddressAnswer | None
    billing_address: AddressAnswer | None
    lines: list[LineAnswer]
    promised_from: dt.date | None
    promised_to: dt.date | None
    attributes: dict[str, Any]
    source: str
    backfill: bool
    cancelled_at: dt.datetime | None
    cancel_reason: str
    tracking_url: str
    shipments: list[ShipmentSummary]
    refunds: list[RefundAnswer]
    warnings: list[Problem] = []
    changed: bool | UnsetType = UNSET
    ignored: str | UnsetType = UNSET


class BatchItemAnswer(Struct, frozen=True, kw_only=True):
    """What became of one item; ``errors`` is empty unless ``status`` is invalid."""

    index: int
    external_id: str | None
    status: str
    errors: list[Problem]


class OrderBatchAnswer(Struct, frozen=True, kw_only=True):
    results: list[BatchItemAnswer]


class ProductAnswer(Struct, frozen=True, kw_only=True):
    id: uuid.UUID
    sku: str
    name: str
    description: str
    url: str
    image_url: str
    price: str | None
    currency: str
    available: bool
    categories: list[str]
    related: list[str]
    spare_parts: list[str]
    how_tos: list[dict[str, str]]
    replenish_days: int | None
    learning_days: int | None
    attributes: dict[str, Any]
    created_at: dt.datetime
    updated_at: dt.datetime
    warnings: list[Problem] | UnsetType = UNSET
    changed: bool | UnsetType = UNSET


class ProductBatchItemAnswer(Struct, frozen=True, kw_only=True):
    index: int
    sku: str | None
    status: str
    errors: list[Problem]


class ProductBatchAnswer(Struct, frozen=True, kw_only=True):
    results: list[ProductBatchItemAnswer]


def order_answers(orders: Sequence[Order], *, merchant_id: uuid.UUID, now: dt.datetime) -> list[OrderAnswer]:
    """Return orders (with the details of ``orders_with_details``) as the API shows them."""
    links = page_links.page_urls(
        merchant_id=merchant_id,
        kind=PageKind.TRACKING,
        subject_ids=[order.id for order in orders],
        now=now,
        store_ids={order.id: order.store_id for order in orders},
    )
    return [order_answer(order, details_at_hand(order), tracking_url=links[order.id]) for order in orders]


def order_answer(
    order: Order,
    details: OrderDetails,
    *,
    tracking_url: str,
    warnings: Sequence[Problem] = (),
    changed: bool | UnsetType = UNSET,
    ignored: str | UnsetType = UNSET,
) -> OrderAnswer:
    """Return one order as the API shows it."""
    currency = order.currency
    return OrderAnswer(
        id=order.id,
        external_id=order.external_id,
        number=order.number,
        placed_at=order.placed_at,
        updated_at=order.updated_at,
        created_at=order.created_at,
        source_updated_at=order.source_updated_at,
        status=order.status,
        payment_status=order.payment_status,
        store=order.store.slug,
        currency=currency,
        total=amount_text(order.total, currency),
        shipping_total=amount_text(order.shipping_total, currency),
        discount_total=amount_text(order.discount_total, currency),
        tax_total=amount_text(order.tax_total, currency),
        language=order.language,
        customer=customer_answer(details.customer, details.consents) if details.customer else None,
        recipient=RecipientAnswer(**order.recipient) if order.recipient else None,
        shipping_address=_address(order.shipping_address),
        billing_address=_address(order.billing_address),
        lines=[_line(line, currency) for line in details.lines],
        promised_from=order.promised_from,
        promised_to=order.promised_to,
        attributes=order.attributes,
        source=order.source,
        backfill=order.backfill,
        cancelled_at=order.cancelled_at,
        cancel_reason=order.cancel_reason,
        tracking_url=tracking_url,
        shipments=[shipment_summary(shipment) for shipment in details.shipments],
        refunds=[refund_answer(refund, currency) for refund in details.refunds],
        warnings=list(warnings),
        changed=changed,
        ignored=ignored,
    )


def refund_answer(refund: Refund, currency: str, changed: bool | UnsetType = UNSET) -> RefundAnswer:
    """Return a refund as the API shows it."""
    return RefundAnswer(
        id=refund.id,
        external_id=refund.external_id,
        amount=amount_text(refund.amount, currency),
        reason=refund.reason,
        lines=[
            RefundLineAnswer(
                line=line.order_line.external_id, quantity=line.quantity, amount=amount_text(line.amount, currency)
            )
            for line in refund.lines.all()
        ],
        created_at=refund.created_at,
        changed=changed,
    )


def product_answer(
    product: Product, changed: bool | UnsetType = UNSET, warnings: list[Problem] | UnsetType = UNSET
) -> ProductAnswer:
    """Return a product as the API shows it."""
    return ProductAnswer(
        id=product.id,
        sku=product.sku,
        name=product.name,
        description=product.description,
        url=product.url,
        image_url=product.image_url,
        price=None if product.price is None else unit_price_text(product.price, product.currency),
        currency=product.currency,
        available=product.available,
        categories=product.categories,
        related=product.related,
        spare_parts=product.spare_parts,
        how_tos=product.how_tos,
        replenish_days=product.replenish_days,
        learning_days=product.learning_days,
        attributes=product.attributes,
        created_at=product.created_at,
        updated_at=product.updated_at,
        warnings=warnings,
        changed=changed,
    )


def _line(line: OrderLine, currency: str) -> LineAnswer:
    return LineAnswer(
        external_id=line.external_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        unit_price=unit_price_text(line.unit_price, currency),
        total=amount_text(line.total, currency),
        product_url=line.product_url,
        image_url=line.image_url,
        attributes=line.attributes,
    )


def _address(address: dict[str, str]) -> AddressAnswer | None:
    return AddressAnswer(**address) if address else None
