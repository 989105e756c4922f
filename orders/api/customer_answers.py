"""What the API answers about customers and their merges, and how rows become it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, Struct, UnsetType, field

from orders.models import ConsentReport, Customer, CustomerMerge, Machine
from orders.selectors import details_of_customers
from postpurchase.lib.validation import Problem


class ConsentAnswer(Struct, frozen=True, kw_only=True):
    channel: str
    purpose: str
    basis: str
    obtained_at: dt.datetime
    wording: str
    source: str


class MachineAnswer(Struct, frozen=True, kw_only=True):
    external_id: str
    sku: str
    name: str
    serial_number: str
    installed_at: dt.date | None
    attributes: dict[str, Any]


class CustomerAnswer(Struct, frozen=True, kw_only=True):
    """A customer. Inside an order, ``consents`` are those given with that order, and there are no ``machines``."""

    id: uuid.UUID
    external_id: str
    email: str
    phone: str
    first_name: str
    last_name: str
    company: str
    vat_id: str
    kind: str
    birth_date: dt.date | None
    language: str
    accepts_marketing: bool
    consents: list[ConsentAnswer]
    attributes: dict[str, Any]
    machines: list[MachineAnswer] | UnsetType = UNSET
    created_at: dt.datetime
    updated_at: dt.datetime
    warnings: list[Problem] | UnsetType = UNSET
    changed: bool | UnsetType = UNSET


class MergedCustomerAnswer(Struct, frozen=True, kw_only=True):
    """Who was merged; empty is what was not known of them."""

    id: uuid.UUID
    external_id: str
    email: str
    phone: str


class MergeAnswer(Struct, frozen=True, kw_only=True):
    """A merge. ``customer`` is the kept one's id at the shop, ``undone_at`` null while it holds.

    ``reason`` is ``request``, or what proved it: ``email``, ``phone``, ``order``.
    """

    id: uuid.UUID
    customer: str
    merged: MergedCustomerAnswer = field(name="from")
    reason: str
    merged_at: dt.datetime
    undone_at: dt.datetime | None
    changed: bool | UnsetType = UNSET


def customer_answers(customers: Sequence[Customer]) -> list[CustomerAnswer]:
    """Return customers with everything known of them, in a fixed number of queries."""
    details = details_of_customers(customers=customers)
    return [
        customer_answer(customer, details[customer.id].consents, details[customer.id].machines)
        for customer in customers
    ]


def customer_answer(
    customer: Customer,
    consents: Sequence[ConsentReport],
    machines: Sequence[Machine] | UnsetType = UNSET,
    changed: bool | UnsetType = UNSET,
) -> CustomerAnswer:
    """Return a customer as the API shows them."""
    return CustomerAnswer(
        id=customer.id,
        external_id=customer.external_id,
        email=customer.email,
        phone=customer.phone,
        first_name=customer.first_name,
        last_name=customer.last_name,
        company=customer.company,
        vat_id=customer.vat_id,
        kind=customer.kind,
        birth_date=customer.birth_date,
        language=customer.language,
        accepts_marketing=customer.accepts_marketing,
        consents=[
            ConsentAnswer(
                channel=consent.channel,
                purpose=consent.purpose,
                basis=consent.basis,
                obtained_at=consent.obtained_at,
                wording=consent.wording,
                source=consent.source,
            )
            for consent in consents
        ],
        attributes=customer.attributes,
        machines=machines if machines is UNSET else [_machine(machine) for machine in machines],
        created_at=customer.created_at,
        updated_at=customer.updated_at,
        changed=changed,
    )


def merge_answer(merge: CustomerMerge, changed: bool | UnsetType = UNSET) -> MergeAnswer:
    """Return a merge (with both its customers) as the API shows it."""
    merged = merge.merged
    return MergeAnswer(
        id=merge.id,
        customer=merge.customer.external_id,
        merged=MergedCustomerAnswer(
            id=merged.id, external_id=merged.external_id, email=merged.email, phone=merged.phone
        ),
        reason=merge.reason,
        merged_at=merge.merged_at,
        undone_at=merge.undone_at,
        changed=changed,
    )


def _machine(machine: Machine) -> MachineAnswer:
    return MachineAnswer(
        external_id=machine.external_id,
        sku=machine.sku,
        name=machine.name,
        serial_number=machine.serial_number,
        installed_at=machine.installed_at,
        attributes=machine.attributes,
    )
