"""Reading orders, customers and products. Everything needs the merchant's scope."""

import datetime as dt
import uuid

from django.db.models import Prefetch, QuerySet

from orders.models import ConsentReport, Customer, Order, OrderLine, Product, Refund
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE


def order_by_external_id(*, external_id: str) -> Order | None:
    """Return an order by the shop's own id, with all its details."""
    return orders_with_details().filter(external_id=external_id).first()


def order_by_id(*, order_id: uuid.UUID) -> Order | None:
    """Return an order with all its details."""
    return orders_with_details().filter(pk=order_id).first()


def orders_with_details() -> QuerySet[Order]:
    """Return all orders; lines (by position), customer, store, consents, parcels and refunds come along."""
    return Order.objects.select_related("customer", "store").prefetch_related(
        Prefetch("lines", OrderLine.objects.order_by("position", "id")),
        Prefetch("refunds", Refund.objects.order_by("created_at", "id")),
        Prefetch("refunds__lines__order_line"),
        Prefetch("consent_reports", ConsentReport.objects.order_by("obtained_at", "id")),
        "shipments",
    )


def orders_matching(
    *,
    status: str | None = None,
    number: str | None = None,
    customer: str | None = None,
    email: str | None = None,
    updated_since: dt.datetime | None = None,
) -> QuerySet[Order]:
    """Return the orders that fit everything given, with their details. ``customer`` is the shop's id."""
    orders = orders_with_details()
    if status is not None:
        orders = orders.filter(status=status)
    if number is not None:
        orders = orders.filter(number=number)
    if customer is not None:
        orders = orders.filter(customer__external_id=customer)
    if email is not None:
        orders = orders.filter(customer__email=email.lower())
    if updated_since is not None:
        orders = orders.filter(updated_at__gte=updated_since)
    return orders


def orders_of_customer(*, customer_id: uuid.UUID) -> QuerySet[Order]:
    """Return a customer's orders, newest first."""
    return Order.objects.filter(customer_id=customer_id).order_by("-placed_at", "-id")


def store_of_customer(*, customer_id: uuid.UUID) -> Store:
    """Return the storefront a customer bought at last, the default one where they have bought nothing."""
    newest = Order.objects.select_related("store").filter(customer_id=customer_id).order_by("-placed_at", "-id").first()
    return newest.store if newest else Store.objects.get(slug=DEFAULT_STORE)


def customer_by_external_id(*, external_id: str) -> Customer | None:
    """Return a customer by the shop's own id; erased ones are gone."""
    return Customer.objects.filter(external_id=external_id, erased_at__isnull=True).first()


def consents_of_customer(*, customer_id: uuid.UUID) -> QuerySet[ConsentReport]:
    """Return every consent reported for a customer, oldest first."""
    return ConsentReport.objects.filter(customer_id=customer_id).order_by("obtained_at", "id")


def products_by_sku(*, skus: list[str]) -> dict[str, Product]:
    """Return the known articles among ``skus``."""
    return {product.sku: product for product in Product.objects.filter(sku__in=skus)}
