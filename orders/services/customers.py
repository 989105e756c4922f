"""Customers come in with orders or by themselves.

A customer is found by the shop's id, else by e-mail address; a guest who later gets an id keeps everything. What an
order says adds to what is known and overwrites it, but never empties it; history (``backfill``) only fills gaps. A body
of their own (``upsert_customer``) is the whole truth.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from orders.checks import customer_problems
from orders.inputs import CustomerInput, CustomerOfOrderInput, OrderInput
from orders.models import Customer
from orders.services.consents import ReportedConsents, record_consents
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib.locks import lock_names
from postpurchase.lib.phones import e164
from postpurchase.lib.validation import Refused

COLUMNS = (
    "external_id",
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "birth_date",
    "language",
    "accepts_marketing",
    "attributes",
)


@dataclass(frozen=True, slots=True)
class CustomerResult:
    """``status`` is created, updated or unchanged."""

    customer: Customer
    status: str

    @property
    def changed(self) -> bool:
        return self.status != "unchanged"


def upsert_customer(*, merchant: Merchant, data: CustomerInput, now: dt.datetime) -> CustomerResult:
    """Store the whole customer. Raises ``Refused``. Records ``customer.created`` or ``customer.updated`` on change."""
    problems = customer_problems(data)
    if problems:
        raise Refused(problems)
    book = CustomerBook(merchant=merchant, now=now)
    book.open(external_ids=[data.external_id], emails=[_email(data.email)])
    customer = book.find(external_id=data.external_id, email=_email(data.email)) or book.add()
    book.write(customer, _columns(data, external_id=data.external_id, language=data.language, country=merchant.country))
    events = book.save()
    consents = record_consents(
        merchant=merchant,
        reported=[ReportedConsents(customer_id=customer.id, order_id=None, consents=data.consents)],
        now=now,
    )
    record_events(merchant_id=merchant.id, events=[*events, *consents], now=now)
    return CustomerResult(customer=customer, status=book.status(customer, also_changed=bool(consents)))


@dataclass(slots=True)
class CustomerBook:
    """The customers of a batch: read once, changed in memory in the order of the batch, written once.

    Locks the realm of customers (after that of orders, where both are needed).
    """

    merchant: Merchant
    now: dt.datetime
    _by_external_id: dict[str, Customer] = field(default_factory=dict)
    _by_email: dict[str, list[Customer]] = field(default_factory=dict)
    _by_id: dict[uuid.UUID, Customer] = field(default_factory=dict)
    _created: dict[uuid.UUID, Customer] = field(default_factory=dict)
    _changed: dict[uuid.UUID, set[str]] = field(default_factory=dict)

    def open(self, *, external_ids: Iterable[str], emails: Iterable[str], ids: Iterable[uuid.UUID | None] = ()) -> None:
        """Lock and read everybody the batch may mean."""
        wanted_ids = {external_id for external_id in external_ids if external_id}
        wanted_emails = {email for email in emails if email}
        known = {customer_id for customer_id in ids if customer_id}
        lock_names(realm=f"{self.merchant.id}:customers", names=[*wanted_ids, *wanted_emails])
        if not (wanted_ids or wanted_emails or known):
            return
        rows = Customer.objects.filter(
            Q(external_id__in=wanted_ids) | Q(email__in=wanted_emails) | Q(pk__in=known), erased_at__isnull=True
        ).order_by("created_at", "id")
        for customer in rows:
            self._index(customer)

    def find(self, *, external_id: str, email: str) -> Customer | None:
        """Return who is meant: by the shop's id, else by e-mail (an id is never given to somebody who has another)."""
        if external_id and external_id in self._by_external_id:
            return self._by_external_id[external_id]
        candidates = self._by_email.get(email, []) if email else []
        if external_id:
            return next((customer for customer in candidates if not customer.external_id), None)
        return next((customer for customer in candidates if customer.external_id), None) or next(iter(candidates), None)

    def find_nameless(self, customer_id: uuid.UUID | None) -> Customer | None:
        """Return the customer an order has already, if only that order knows them (no id, no e-mail)."""
        customer = self._by_id.get(customer_id) if customer_id else None
        return customer if customer and not customer.external_id and not customer.email else None

    def add(self) -> Customer:
        """Start a new customer."""
        customer = Customer(merchant=self.merchant, created_at=self.now, updated_at=self.now)
        self._created[customer.id] = customer
        return customer

    def write(self, customer: Customer, columns: dict[str, Any]) -> None:
        """Change a customer in memory."""
        changed = {name for name, value in columns.items() if getattr(customer, name) != value}
        for name in changed:
            setattr(customer, name, columns[name])
        if changed and customer.id not in self._created:
            self._changed.setdefault(customer.id, set()).update(changed)
            customer.updated_at = self.now
        self._index(customer)

    def status(self, customer: Customer, *, also_changed: bool = False) -> str:
        """Say what became of a customer."""
        if customer.id in self._created:
            return "created"
        return "updated" if customer.id in self._changed or also_changed else "unchanged"

    def save(self) -> list[NewEvent]:
        """Write everybody who is new or changed; return what there is to record."""
        Customer.objects.bulk_create(self._created.values())
        Customer.objects.bulk_create(
            [self._by_id[customer_id] for customer_id in self._changed],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*COLUMNS, "updated_at"],
        )
        created = [NewEvent("customer.created", Subject.customer(customer_id), {}) for customer_id in self._created]
        updated = [
            NewEvent("customer.updated", Subject.customer(customer_id), {"changed": sorted(names)})
            for customer_id, names in self._changed.items()
        ]
        return created + updated

    def _index(self, customer: Customer) -> None:
        self._by_id[customer.id] = customer
        if customer.external_id:
            self._by_external_id[customer.external_id] = customer
        same_address = self._by_email.setdefault(customer.email, [])
        if customer.email and customer not in same_address:
            same_address.append(customer)


def customers_of_orders(
    *,
    merchant: Merchant,
    orders: Sequence[tuple[OrderInput, uuid.UUID | None]],
    now: dt.datetime,
) -> tuple[list[Customer | None], list[NewEvent], set[uuid.UUID]]:
    """Find or make the customer of each order (given with the id of the customer it has already) and store them.

    Returns the customers in the order given, the events to record, and the ids of those created or changed.
    """
    book = CustomerBook(merchant=merchant, now=now)
    bodies = [data.customer for data, _ in orders if data.customer]
    book.open(
        external_ids=[body.external_id for body in bodies],
        emails=[_email(body.email) for body in bodies],
        ids=[customer_id for _, customer_id in orders],
    )
    found: list[Customer | None] = []
    for data, customer_id in orders:
        if data.customer is None:
            found.append(None)
            continue
        customer = _customer_of_order(book, data.customer, customer_id)
        book.write(customer, _additions(customer, data, data.customer, merchant.country))
        found.append(customer)
    touched = {customer.id for customer in found if customer and book.status(customer) != "unchanged"}
    return found, book.save(), touched


def _customer_of_order(book: CustomerBook, body: CustomerOfOrderInput, customer_id: uuid.UUID | None) -> Customer:
    email = _email(body.email)
    if not body.external_id and not email:
        return book.find_nameless(customer_id) or book.add()
    return book.find(external_id=body.external_id, email=email) or book.find_nameless(customer_id) or book.add()


def _additions(
    customer: Customer, data: OrderInput, body: CustomerOfOrderInput, country_of_merchant: str
) -> dict[str, Any]:
    """Return what an order changes about its customer: given values only, and for history only what was empty."""
    country = (data.shipping_address and data.shipping_address.country) or (
        data.billing_address and data.billing_address.country
    )
    columns = _columns(
        body, external_id=body.external_id, language=data.language, country=country or country_of_merchant
    )
    accepts_marketing = columns.pop("accepts_marketing")
    given = {
        name: value for name, value in columns.items() if value and not (data.backfill and getattr(customer, name))
    }
    return given if data.backfill else {**given, "accepts_marketing": accepts_marketing}


def _columns(
    body: CustomerOfOrderInput | CustomerInput, *, external_id: str, language: str, country: str
) -> dict[str, Any]:
    phone = (body.phone or "").strip()
    return {
        "external_id": external_id,
        "email": _email(body.email),
        "phone": (e164(phone, country) or phone)[:40] if phone else "",
        "first_name": body.first_name,
        "last_name": body.last_name,
        "company": body.company,
        "birth_date": body.birth_date,
        "language": language,
        "accepts_marketing": body.accepts_marketing,
        "attributes": body.attributes,
    }


def _email(email: str | None) -> str:
    return (email or "").strip().lower()
