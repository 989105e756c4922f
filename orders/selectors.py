"""Reading orders, customers and products. Everything needs the merchant's scope."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from orders.models import ConsentReport, Customer, CustomerMerge, Machine, Order, OrderLine, Product, Refund
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.lib.emails import normal_email


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """What belongs to a customer beside their own columns."""

    consents: list[ConsentReport]
    machines: list[Machine]


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
        found = customer_by_external_id(external_id=customer)
        orders = orders.filter(customer=found) if found else orders.none()
    if email is not None:
        orders = orders.filter(customer__email=normal_email(email))
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
    """Return a customer by the shop's own id, their own or that of a record merged into them; erased ones are gone."""
    customer = Customer.objects.filter(external_id=external_id).first()
    customer = current_customer(customer) if customer else None
    return customer if customer and customer.erased_at is None else None


def customer_by_id(*, customer_id: uuid.UUID) -> Customer | None:
    """Return a customer by our id, or the one it was merged into; erased ones are gone."""
    customer = Customer.objects.select_related("merchant").filter(pk=customer_id).first()
    customer = current_customer(customer) if customer else None
    return customer if customer and customer.erased_at is None else None


def current_customer(customer: Customer) -> Customer:
    """Return the customer this one was merged into, itself where it was not."""
    while customer.merged_into_id is not None:
        customer = Customer.objects.select_related("merchant").get(pk=customer.merged_into_id)
    return customer


def ids_of_customer(*, customer_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the ids under which a current customer has left rows: their own and those of all merged into them."""
    return list(_current_by_id([customer_id]))


def details_of_customers(*, customers: Sequence[Customer]) -> dict[uuid.UUID, CustomerDetails]:
    """Return what is known of current customers, also under merged records; a fixed number of queries for any number.

    Consents come oldest first, machines by id.
    """
    current = _current_by_id([customer.id for customer in customers])
    details = {customer.id: CustomerDetails([], []) for customer in customers}
    for report in ConsentReport.objects.filter(customer_id__in=current).order_by("obtained_at", "id"):
        details[current[report.customer_id]].consents.append(report)
    for machine in Machine.objects.filter(customer_id__in=current).order_by("external_id", "id"):
        details[current[machine.customer_id]].machines.append(machine)
    return details


def _current_by_id(customer_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Map every id under which current customers have left rows to the current customer; a query per generation."""
    current = {customer_id: customer_id for customer_id in customer_ids}
    newest = list(current)
    while newest:
        merged = Customer.objects.filter(merged_into_id__in=newest).values_list("id", "merged_into_id")
        found = {merged_id: current[into] for merged_id, into in merged}
        current |= found
        newest = list(found)
    return current


def customers_matching(*, email: str | None = None, updated_since: dt.datetime | None = None) -> QuerySet[Customer]:
    """Return the current customers that fit everything given; merged and erased ones are left out."""
    customers = Customer.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
    if email is not None:
        customers = customers.filter(email=normal_email(email))
    if updated_since is not None:
        customers = customers.filter(updated_at__gte=updated_since)
    return customers


def merges_matching(*, customer_id: uuid.UUID | None = None) -> QuerySet[CustomerMerge]:
    """Return merges with both customers, of one kept customer or all; undone ones say so."""
    merges = CustomerMerge.objects.select_related("customer", "merged")
    return merges if customer_id is None else merges.filter(customer_id=customer_id)


def products_by_sku(*, skus: list[str]) -> dict[str, Product]:
    """Return the known articles among ``skus``."""
    return {product.sku: product for product in Product.objects.filter(sku__in=skus)}


def products_matching(*, available: bool | None = None, updated_since: dt.datetime | None = None) -> QuerySet[Product]:
    """Return the articles that fit everything given."""
    products = Product.objects.all()
    if available is not None:
        products = products.filter(available=available)
    if updated_since is not None:
        products = products.filter(updated_at__gte=updated_since)
    return products
