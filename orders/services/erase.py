"""Taking a person out of customers and orders. What was bought, and for how much, stays.

An erased order keeps its number, its articles, its sums and the country it went to. Whatever a person wrote or can be
found by is emptied: names, addresses, attributes, free words, pictures of what was made for them.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Case, F, JSONField, Q, Value, When
from django.db.models.functions import JSONObject

from orders.models import Behaviour, Customer, Machine, MergedField, Order, OrderLine, Refund
from postpurchase.lib.personal_data import ErasedPerson

EMPTY_CUSTOMER: dict[str, Any] = {
    "external_id": "",
    "email": "",
    "phone": "",
    "first_name": "",
    "last_name": "",
    "company": "",
    "vat_id": "",
    "told_kind": "",
    "birth_date": None,
    "language": "",
    "accepts_marketing": False,
    "attributes": {},
}


def erase_customers(*, customer_ids: Sequence[uuid.UUID], now: dt.datetime) -> int:
    """Empty the rows of customers and mark them and their orders as erased; from here on nobody finds them.

    Part of the request itself, so that the shop may use the same id again at once. Needs the merchant's scope.
    """
    erased = Customer.objects.filter(pk__in=customer_ids).update(**EMPTY_CUSTOMER, erased_at=now, updated_at=now)
    Order.objects.filter(customer_id__in=customer_ids, erased_at__isnull=True).update(erased_at=now, updated_at=now)
    return erased


def erase_orders(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty what orders and their lines and refunds say about a person. Needs the merchant's scope."""
    orders = Order.objects.filter(customer_id__in=person.customer_ids)
    # An order that came in while the request was being written down.
    orders.filter(erased_at__isnull=True).update(erased_at=now)
    changed = orders.update(
        recipient=None, shipping_address=_country_only(), billing_address={}, attributes={}, cancel_reason=""
    )
    changed += OrderLine.objects.filter(order__in=orders.values("pk")).update(
        attributes={}, product_url="", image_url=""
    )
    return changed + Refund.objects.filter(order__in=orders.values("pk")).update(reason="")


def erase_machines(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Delete what a person owns, and the names of what a merge filled in for them. Needs the merchant's scope."""
    machines, _ = Machine.objects.filter(customer_id__in=person.customer_ids).delete()
    fields, _ = MergedField.objects.filter(merge__customer_id__in=person.customer_ids).delete()
    return machines + fields


def erase_behaviours(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Delete what a person did, also what nobody was known for yet. Needs the merchant's scope."""
    told = Q(customer__isnull=True, told_customer__in=[*person.external_ids, *person.words])
    deleted, _ = Behaviour.objects.filter(Q(customer_id__in=person.customer_ids) | told).delete()
    return deleted


def erase_consent_reports(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty the words of what shops reported; that something was agreed to, when and on what basis, stays.

    The table is one that the product only adds to; the database lets it do this, to erased customers only.
    """
    return sum(_called("erase_orders_consentreport", customer_id) for customer_id in person.customer_ids)


def _called(function: str, customer_id: uuid.UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [customer_id])
        return int(cursor.fetchone()[0])


def _country_only() -> Case:
    """The one part of an address that stands for too many people to mean one of them."""
    country = JSONObject(country=F("shipping_address__country"))
    return Case(
        When(shipping_address__has_key="country", then=country),
        default=Value({}, JSONField()),
        output_field=JSONField(),
    )
