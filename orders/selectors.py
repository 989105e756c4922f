"""Reading orders, customers and products. Everything needs the merchant's scope."""

import uuid

from django.db.models import Prefetch, QuerySet

from orders.models import ConsentReport, Customer, Order, OrderLine, Product, Refund


def order_by_external_id(*, external_id: str) -> Order | None:
    """Return an order by the shop's own id, with its lines, customer and refunds."""
    return orders_with_details().filter(external_id=external_id).first()


def order_by_id(*, order_id: uuid.UUID) -> Order | None:
    """Return an order with its lines, customer and refunds."""
    return orders_with_details().filter(pk=order_id).first()


def orders_with_details() -> QuerySet[Order]:
    """Return all orders; lines (by position), customer, store, consents and refunds come along in five queries."""
    return Order.objects.select_related("customer", "store").prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position", "id")),
        Prefetch("refunds", Refund.objects.order_by("created_at", "id")),
        Prefetch("refunds__lines__order_line"),
        Prefetch("consent_reports", ConsentReport.objects.order_by("obtained_at", "id")),
    )


def orders_of_customer(*, customer_id: uuid.UUID) -> QuerySet[Order]:
    """Return a customer's orders, newest first."""
    return Order.objects.filter(customer_id=customer_id).order_by("-placed_at", "-id")


def customer_by_external_id(*, external_id: str) -> Customer | None:
    """Return a customer by the shop's own id; erased ones are gone."""
    return Customer.objects.filter(external_id=external_id, erased_at__isnull=True).first()


def products_by_sku(*, skus: list[str]) -> dict[str, Product]:
    """Return the known articles among ``skus``."""
    return {product.sku: product for product in Product.objects.filter(sku__in=skus)}
