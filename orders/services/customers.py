"""Customers come in with orders or by themselves.

Who is meant is decided by ``orders/matching.py``; a guest who later gets an id keeps everything, and two records that a
body proves to be one person are merged. What an order says adds to what is known and overwrites it, but never empties
it; history (``backfill``) only fills gaps. A body of their own (``upsert_customer``) is the whole truth, unless it
comes under the id of a record that was merged into another: then it fills gaps, too.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orders.checks import customer_problems
from orders.inputs import CustomerInput, CustomerOfOrderInput, OrderInput
from orders.matching import Told
from orders.models import Customer
from orders.services.attributes import attribute_warnings, learn_attributes, seen_in_customer
from orders.services.consents import ReportedConsents, record_consents
from orders.services.customer_book import CustomerBook, Found, hold_everybody
from orders.services.machines import replace_machines
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.rows import Writes
from postpurchase.events.record import NewEvent, record_events
from postpurchase.lib.emails import normal_email
from postpurchase.lib.phones import e164
from postpurchase.lib.validation import Problem, Refused


@dataclass(frozen=True, slots=True)
class CustomerResult:
    """``status`` is created, updated or unchanged."""

    customer: Customer
    status: str
    warnings: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        return self.status != "unchanged"


def upsert_customer(*, merchant: Merchant, data: CustomerInput, now: dt.datetime) -> CustomerResult:
    """Store the whole customer. Raises ``Refused``. Records ``customer.created`` or ``customer.updated`` on change."""
    problems = customer_problems(data)
    if problems:
        raise Refused(problems)
    columns = _columns(data, external_id=data.external_id, language=data.language, country=merchant.country)
    told = _told(columns)
    book = CustomerBook(merchant=merchant, now=now)
    book.open(told=[told])
    found = book.find(told)
    book.write(found.customer, _whole(found, columns))
    writes = Writes()
    events = book.save(writes)
    writes.send()
    owner = found.customer
    machines_changed = "external_id" not in found.told_as_merged and replace_machines(
        merchant=merchant, customer_id=owner.id, machines=data.machines, now=now
    )
    consents = record_consents(
        merchant=merchant,
        reported=[ReportedConsents(owner.id, None, data.consents, phone=columns["phone"])],
        now=now,
    )
    record_events(merchant_id=merchant.id, events=[*events, *consents], now=now)
    seen = seen_in_customer(data)
    learn_attributes(merchant=merchant, seen=seen, now=now)
    return CustomerResult(
        customer=owner,
        status=book.status(owner, also_changed=bool(consents) or machines_changed),
        warnings=tuple(attribute_warnings(merchant=merchant, seen=seen)),
    )


def customers_of_orders(
    *,
    merchant: Merchant,
    orders: Sequence[tuple[OrderInput, uuid.UUID | None]],
    now: dt.datetime,
    writes: Writes,
) -> tuple[list[Customer | None], list[NewEvent], set[uuid.UUID]]:
    """Find or make the customer of each order (given with the id of the customer it has already), into ``writes``.

    Returns the customers in the order given, the events to record, and the ids of those created or changed.
    """
    book = CustomerBook(merchant=merchant, now=now)
    columns = [_columns_of_order(data, merchant.country) for data, _ in orders]
    told = [_told(told_columns) if told_columns else None for told_columns in columns]
    book.open(told=[one for one in told if one], ids=[customer_id for _, customer_id in orders])
    found: list[Customer | None] = []
    for (data, customer_id), told_columns, one in zip(orders, columns, told, strict=True):
        if told_columns is None or one is None:
            found.append(None)
            continue
        match = book.find(one, known_id=customer_id)
        book.write(match.customer, _additions(match, told_columns, only_gaps=data.backfill))
        found.append(match.customer)
    # Somebody found early may have turned out later in the batch to be somebody else.
    found = [customer and book.current(customer) for customer in found]
    touched = {customer.id for customer in found if customer and book.status(customer) != "unchanged"}
    return found, book.save(writes), touched


def phone_with_order(*, merchant: Merchant, data: OrderInput) -> str:
    """Return the telephone number an order names for its buyer, as it is stored; empty without one."""
    columns = _columns_of_order(data, merchant.country)
    return columns["phone"] if columns else ""


def hold_customers_of(*, merchant: Merchant, orders: Sequence[OrderInput]) -> None:
    """Hold everybody these orders may mean until the transaction ends."""
    columns = [_columns_of_order(data, merchant.country) for data in orders]
    hold_everybody(merchant=merchant, told=[_told(told_columns) for told_columns in columns if told_columns])


def _columns_of_order(data: OrderInput, country_of_merchant: str) -> dict[str, Any] | None:
    if data.customer is None:
        return None
    country = (data.shipping_address and data.shipping_address.country) or (
        data.billing_address and data.billing_address.country
    )
    return _columns(
        data.customer,
        external_id=data.customer.external_id,
        language=data.language,
        country=country or country_of_merchant,
    )


def _columns(
    body: CustomerOfOrderInput | CustomerInput, *, external_id: str, language: str, country: str
) -> dict[str, Any]:
    phone = (body.phone or "").strip()
    return {
        "external_id": external_id,
        "email": normal_email(body.email or ""),
        "phone": (e164(phone, country) or phone)[:40] if phone else "",
        "first_name": body.first_name,
        "last_name": body.last_name,
        "company": body.company,
        "vat_id": body.vat_id,
        "told_kind": body.kind or "",
        "birth_date": body.birth_date,
        "language": language,
        "accepts_marketing": body.accepts_marketing,
        "attributes": body.attributes,
    }


def _told(columns: Mapping[str, Any]) -> Told:
    phone = columns["phone"]
    return Told(
        external_id=columns["external_id"],
        email=columns["email"],
        # As it was written nobody can be recognised by it: the same digits may belong to two countries.
        phone=phone if phone.startswith("+") else "",
        last_name=columns["last_name"],
    )


def _whole(found: Found, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a customer's own body changes: everything, or what was empty where it speaks for a merged record."""
    if "external_id" not in found.told_as_merged:
        return dict(columns)
    return _gaps(found.customer, columns)


def _additions(found: Found, columns: Mapping[str, Any], *, only_gaps: bool) -> dict[str, Any]:
    """Return what an order changes about its customer: given values only, and for history only what was empty."""
    if only_gaps:
        return _gaps(found.customer, columns)
    given = {name: value for name, value in columns.items() if value and name not in found.told_as_merged}
    return {**given, "accepts_marketing": columns["accepts_marketing"]}


def _gaps(customer: Customer, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in columns.items()
        if value and name != "accepts_marketing" and not getattr(customer, name)
    }
