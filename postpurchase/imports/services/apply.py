"""What a chunk of entries comes to: bodies are made of rows and go through the doors that everything else uses."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from orders.checks import product_problems
from orders.inputs import MachineInput, ProductInput
from orders.models import Product
from orders.selectors import customer_by_external_id, details_of_customers
from orders.services.customers import upsert_customer
from orders.services.ingest import upsert_orders
from orders.services.products import upsert_products
from postpurchase.accounts.models import Merchant
from postpurchase.imports.enums import Kind, Outcome
from postpurchase.imports.findings import Finding, StagedRow
from postpurchase.imports.mapping import Mapped, Settings
from postpurchase.imports.models import ImportEntry, ImportRow
from postpurchase.imports.orders_from_rows import MOST_ROWS, OrderReading, findings_of, read_order
from postpurchase.imports.records_from_rows import (
    customer_key,
    origins_of,
    product_key,
    read_customer,
    read_product,
)
from postpurchase.imports.services.cancel import apply_cancellations
from postpurchase.lib.validation import Refused


@dataclass(frozen=True, slots=True)
class Plan:
    """What is needed to read the rows of an import."""

    merchant: Merchant
    kind: str
    mapping: Mapped
    settings: Settings


Result = tuple[str, tuple[Finding, ...]]
"""An outcome, and why."""


def apply_entries(*, plan: Plan, entries: Sequence[ImportEntry], now: dt.datetime) -> list[Result]:
    """Bring the entries of a chunk in; returns what became of each. Needs the merchant's scope."""
    if not entries:
        return []
    rows = _rows_of(entries)
    if plan.kind == Kind.PRODUCTS:
        return _apply_products(plan, entries, rows, now)
    if plan.kind == Kind.CUSTOMERS:
        return _apply_customers(plan, entries, rows, now)
    if entries[0].is_cancellation:
        return apply_cancellations(
            merchant=plan.merchant,
            invoices=[_rows(entry, rows) for entry in entries],
            mapping=plan.mapping,
            settings=plan.settings,
            now=now,
        )
    return _apply_orders(plan, entries, rows, now)


def _rows_of(entries: Sequence[ImportEntry]) -> dict[int, StagedRow]:
    numbers = [number for entry in entries if len(entry.row_numbers) <= MOST_ROWS for number in entry.row_numbers]
    found = ImportRow.objects.filter(job_id=entries[0].job_id, number__in=numbers)
    return {
        number: StagedRow(number, cells, problem)
        for number, cells, problem in found.values_list("number", "cells", "problem")
    }


def _rows(entry: ImportEntry, rows: Mapping[int, StagedRow]) -> list[StagedRow]:
    return [rows[number] for number in entry.row_numbers] if len(entry.row_numbers) <= MOST_ROWS else []


def _apply_orders(
    plan: Plan, entries: Sequence[ImportEntry], rows: Mapping[int, StagedRow], now: dt.datetime
) -> list[Result]:
    readings = [_read_order(plan, entry, rows) for entry in entries]
    orders = [reading.order for reading in readings if reading.order]
    results = iter(upsert_orders(merchant=plan.merchant, orders=orders, now=now))
    outcomes: list[Result] = []
    for reading in readings:
        if reading.left_out:
            outcomes.append((Outcome.LEFT_OUT, (Finding(0, "", reading.left_out),)))
        elif reading.order is None:
            outcomes.append((Outcome.REFUSED, reading.findings))
        else:
            result = next(results)
            outcomes.append(_outcome(result.status, findings_of(result.errors, reading.origins)))
    return outcomes


def _read_order(plan: Plan, entry: ImportEntry, rows: Mapping[int, StagedRow]) -> OrderReading:
    own = _rows(entry, rows)
    if not own:
        return OrderReading(findings=(Finding(entry.row_numbers[0], "number", "too_many_lines"),))
    return read_order(own, plan.mapping, plan.settings)


def _apply_products(
    plan: Plan, entries: Sequence[ImportEntry], rows: Mapping[int, StagedRow], now: dt.datetime
) -> list[Result]:
    own = [rows[entry.row_numbers[0]] for entry in entries]
    skus = [product_key(row, plan.mapping) for row in own]
    stored = {product.sku: _stored_product(product) for product in Product.objects.filter(sku__in=skus)}
    bodies: list[ProductInput] = []
    readings: list[tuple[ProductInput | None, tuple[Finding, ...]]] = []
    for row, sku in zip(own, skus, strict=True):
        body, findings = read_product(row, plan.mapping, plan.settings, stored.get(sku, {}))
        if body is not None:
            findings = findings_of(product_problems(body), origins_of(row, plan.mapping))
            body = None if findings else body
        if body is not None:
            bodies.append(body)
            stored[sku] = msgspec.structs.asdict(body)
        readings.append((body, findings))
    results = iter(upsert_products(merchant=plan.merchant, products=bodies, now=now))
    return [
        (Outcome.REFUSED, findings) if body is None else _outcome(next(results).status, ())
        for body, findings in readings
    ]


def _apply_customers(
    plan: Plan, entries: Sequence[ImportEntry], rows: Mapping[int, StagedRow], now: dt.datetime
) -> list[Result]:
    outcomes: list[Result] = []
    for entry in entries:
        row = rows[entry.row_numbers[0]]
        key = customer_key(row, plan.mapping)
        body, findings = read_customer(row, plan.mapping, plan.settings, _stored_customer(key))
        if body is None:
            outcomes.append((Outcome.REFUSED, findings))
            continue
        try:
            result = upsert_customer(merchant=plan.merchant, data=body, now=now)
        except Refused as refused:
            outcomes.append((Outcome.REFUSED, findings_of(refused.problems, origins_of(row, plan.mapping))))
            continue
        outcomes.append(_outcome(result.status, ()))
    return outcomes


def _stored_product(product: Product) -> dict[str, Any]:
    """Return what is stored as the body that would say the same."""
    body = {field.name: getattr(product, field.name) for field in msgspec.structs.fields(ProductInput)}
    if product.price is not None:
        body["price"] = format(product.price.normalize(), "f")
    return body


def _stored_customer(external_id: str) -> dict[str, Any]:
    """Return what is stored as the body that would say the same; nothing for a record that was merged into another,
    whose rows only fill gaps."""
    customer = customer_by_external_id(external_id=external_id) if external_id else None
    if customer is None or customer.external_id != external_id:
        return {}
    names = ("email", "phone", "first_name", "last_name", "company", "vat_id", "birth_date", "language")
    machines = details_of_customers(customers=[customer])[customer.id].machines
    return {
        **{name: getattr(customer, name) for name in names},
        "kind": customer.told_kind or None,
        "accepts_marketing": customer.accepts_marketing,
        "attributes": customer.attributes,
        "machines": [
            {field.name: getattr(machine, field.name) for field in msgspec.structs.fields(MachineInput)}
            for machine in machines
        ],
    }


def _outcome(status: str, findings: tuple[Finding, ...]) -> Result:
    return (Outcome.REFUSED, findings) if status == "invalid" else (status, findings)
