"""Orders come in: from the API, importers, commands and tests alike.

    body ─▶ check ─▶ lock ─▶ compare with what is stored ─▶ write what differs ─▶ record events

The shop's own id makes a push safe to repeat. A batch is applied in rounds in which every id stands once, each round in
a fixed number of queries however many orders it holds. An order that is refused never blocks another.

Locks: the realm of orders, then that of customers.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from orders.checks import order_problems, order_warnings
from orders.inputs import OrderInput
from orders.models import Customer, Order, OrderLine
from orders.rows import (
    LINE_COLUMNS,
    content_hash,
    line_columns,
    line_id,
    order_columns,
    without_person,
    write_columns,
)
from orders.services.attributes import attribute_warnings, learn_attributes, seen_in_order
from orders.services.consents import ReportedConsents, record_consents
from orders.services.customers import customers_of_orders, hold_customers_of, phone_with_order
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.rows import Writes, made, read_rows, row_of, update_rows
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib.ids import uuid7s
from postpurchase.lib.locks import keys_of, lock_keys
from postpurchase.lib.validation import Problem, Refused

Status = Literal["created", "updated", "unchanged", "ignored", "invalid"]

ORDER_COLUMNS = (
    "store_id",
    "customer_id",
    "number",
    "placed_at",
    "status",
    "payment_status",
    "currency",
    "total",
    "shipping_total",
    "discount_total",
    "tax_total",
    "language",
    "recipient",
    "shipping_address",
    "billing_address",
    "promised_from",
    "promised_to",
    "attributes",
    "source",
    "backfill",
    "content_hash",
    "source_updated_at",
    "cancelled_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class OrderResult:
    """What became of one body. ``order`` is None only where ``status`` is invalid; ``errors`` say why.

    ``lines`` are the rows of a new order's lines.
    """

    external_id: str
    status: Status
    order: Order | None
    lines: Sequence[dict[str, Any]] = ()
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def changed(self) -> bool:
        return self.status in ("created", "updated")


def upsert_order(*, merchant: Merchant, data: OrderInput, now: dt.datetime) -> OrderResult:
    """Create or update one order. Raises ``Refused`` for wrong content. Needs the merchant's scope.

    Records ``order.placed`` for a new order, ``order.updated`` (with ``order.paid``, ``order.cancelled`` or
    ``order.refunded`` where the change means that) for a changed one, and nothing for one that is as it was.
    """
    (result,) = upsert_orders(merchant=merchant, orders=[data], now=now)
    if result.status == "invalid":
        raise Refused(result.errors)
    return result


def upsert_orders(*, merchant: Merchant, orders: Sequence[OrderInput], now: dt.datetime) -> list[OrderResult]:
    """Create or update many orders; results are in the order given. The same id twice is applied in turn.

    Meant for up to 500. Refused orders come back as ``invalid``; nothing of them is stored, the others are.
    """
    results: dict[int, OrderResult] = {}
    waiting: list[tuple[int, OrderInput]] = []
    stores = _stores({data.store for data in orders})
    for index, data in enumerate(orders):
        problems = order_problems(data)
        if data.store not in stores:
            problems.append(Problem("/store", "unknown_store", "There is no such store."))
        if problems:
            results[index] = OrderResult(data.external_id, "invalid", None, errors=tuple(problems))
        else:
            waiting.append((index, data))
    held = keys_of(realm=f"{merchant.id}:orders", names=[data.external_id for _, data in waiting])
    if len({data.external_id for _, data in waiting}) < len(waiting):
        # Several rounds: a later one must not begin to wait for customers while an earlier one holds some.
        lock_keys(held)
        hold_customers_of(merchant=merchant, orders=[data for _, data in waiting])
    while waiting:
        this_round, waiting = _first_of_each(waiting)
        applied = _Round(merchant, stores, now).apply([data for _, data in this_round], held)
        results.update(zip((index for index, _ in this_round), applied, strict=True))
    return _with_attributes(merchant, orders, [results[index] for index in range(len(orders))], now)


def _with_attributes(
    merchant: Merchant, orders: Sequence[OrderInput], results: Sequence[OrderResult], now: dt.datetime
) -> list[OrderResult]:
    """Learn what attributes there are, and warn of those that are not what somebody said they are."""
    seen = [seen_in_order(data) if result.order else [] for data, result in zip(orders, results, strict=True)]
    new = [one for found, result in zip(seen, results, strict=True) if result.changed for one in found]
    learn_attributes(merchant=merchant, seen=new, now=now)
    return [
        replace(result, warnings=(*result.warnings, *attribute_warnings(merchant=merchant, seen=found)))
        if found
        else result
        for found, result in zip(seen, results, strict=True)
    ]


def _stores(slugs: Collection[str]) -> dict[str, Store]:
    """Return the merchant's stores, without their logos."""
    found = read_rows(Store, "slug = ANY(%(slugs)s)", {"slugs": list(slugs)}, columns=("id", "merchant_id", "slug"))
    return {store.slug: store for store in found}


def _first_of_each(
    waiting: Sequence[tuple[int, OrderInput]],
) -> tuple[list[tuple[int, OrderInput]], list[tuple[int, OrderInput]]]:
    first: dict[str, tuple[int, OrderInput]] = {}
    later: list[tuple[int, OrderInput]] = []
    for item in waiting:
        if item[1].external_id in first:
            later.append(item)
        else:
            first[item[1].external_id] = item
    return list(first.values()), later


@dataclass(slots=True)
class _Work:
    """One order on its way: what came in, the row it becomes, what was different."""

    data: OrderInput
    hash: bytes
    row: Order
    is_new: bool
    status_before: str = ""
    payment_before: str = ""
    changed: set[str] = field(default_factory=set)
    errors: list[Problem] = field(default_factory=list)
    new_lines: list[dict[str, Any]] = field(default_factory=list)
    changed_lines: list[OrderLine] = field(default_factory=list)
    removed_lines: list[OrderLine] = field(default_factory=list)


class _Round:
    """Orders with different ids, applied together."""

    def __init__(self, merchant: Merchant, stores: dict[str, Store], now: dt.datetime) -> None:
        self.merchant, self.stores, self.now = merchant, stores, now

    def apply(self, orders: Sequence[OrderInput], held: Sequence[int]) -> list[OrderResult]:
        """Apply orders whose names stand for the locks ``held``."""
        names = {"names": [data.external_id for data in orders]}
        rows = read_rows(Order, "external_id = ANY(%(names)s)", names, held=held)
        stored = {row.external_id: row for row in rows}
        results: dict[str, OrderResult] = {}
        work: list[_Work] = []
        touched: list[Order] = []
        for data in orders:
            row, digest = stored.get(data.external_id), content_hash(data)
            if row and data.updated_at and row.source_updated_at and data.updated_at < row.source_updated_at:
                results[data.external_id] = OrderResult(data.external_id, "ignored", row)
            elif row and bytes(row.content_hash) == digest:
                if data.updated_at and data.updated_at != row.source_updated_at:
                    row.source_updated_at = data.updated_at.astimezone(dt.UTC)
                    touched.append(row)
                if row.store_id == self.stores[data.store].id:
                    row.store = self.stores[data.store]
                results[data.external_id] = _result(data, "unchanged", row)
            elif (
                row
                and data.updated_at
                and data.updated_at == row.source_updated_at
                and digest < bytes(row.content_hash)
            ):
                # Two bodies of the same moment: the same one wins, whichever comes first.
                results[data.external_id] = OrderResult(data.external_id, "ignored", row)
            else:
                kept = data if row is None or row.erased_at is None else without_person(data)
                work.append(self._begin(kept, digest, row))
        results.update({result.external_id: result for result in self._write(work)})
        update_rows(Order, [row_of(row, ["source_updated_at"]) for row in touched])
        return [results[data.external_id] for data in orders]

    def _begin(self, data: OrderInput, digest: bytes, row: Order | None) -> _Work:
        if row is not None:
            return _Work(data, digest, row, False, status_before=row.status, payment_before=row.payment_status)
        ids = {"merchant_id": self.merchant.id, "external_id": data.external_id}
        new = made(Order, {**order_columns(data), **ids, "created_at": self.now, "updated_at": self.now})
        return _Work(data, digest, new, True)

    def _write(self, work: list[_Work]) -> list[OrderResult]:
        """Compare with what is stored and write the difference, all orders together."""
        self._compare_lines(work)
        refused = [item for item in work if item.errors]
        work = [item for item in work if not item.errors]
        if not work:
            return [_refused(item) for item in refused]
        writes = Writes()
        customers, customer_events, touched = customers_of_orders(
            merchant=self.merchant,
            orders=[(item.data, item.row.customer_id) for item in work],
            now=self.now,
            writes=writes,
        )
        for item, customer in zip(work, customers, strict=True):
            self._compare(item, customer)
        _save(work, writes)
        reported = [
            ReportedConsents(
                customer.id,
                item.row.id,
                item.data.customer.consents,
                phone=phone_with_order(merchant=self.merchant, data=item.data),
            )
            for item, customer in zip(work, customers, strict=True)
            if customer and item.data.customer and item.data.customer.consents
        ]
        if reported:
            writes.send()  # what they point at
        consent_events = record_consents(merchant=self.merchant, reported=reported, now=self.now)
        events = [event for item in work for event in _events(item)]
        record_events(
            merchant_id=self.merchant.id,
            events=[*customer_events, *consent_events, *events],
            now=self.now,
            new_subjects={item.row.id for item in work if item.is_new}
            | {event.subject.id for event in customer_events if event.type == "customer.created"},
            writes=writes,
        )
        touched |= {event.subject.id for event in consent_events}
        return [_refused(item) for item in refused] + [
            _result(item.data, _status(item, customer, touched), item.row, item.new_lines)
            for item, customer in zip(work, customers, strict=True)
        ]

    def _compare(self, item: _Work, customer: Customer | None) -> None:
        if not item.is_new:
            item.changed |= write_columns(item.row, order_columns(item.data))
        links: list[tuple[str, Store | Customer | None]] = [("store", self.stores[item.data.store])]
        if item.row.erased_at is None:  # the sums of an erased customer stay together
            links.append(("customer", customer))
        for name, value in links:
            if getattr(item.row, f"{name}_id") != (value and value.id):
                item.changed.add(name)
            setattr(item.row, name, value)
        if item.new_lines or item.changed_lines or item.removed_lines:
            item.changed.add("lines")
        if item.row.status == "cancelled":
            item.row.cancelled_at = item.row.cancelled_at or self.now
        else:
            item.row.cancelled_at = None
        item.row.content_hash = item.hash
        if item.data.updated_at:
            item.row.source_updated_at = item.data.updated_at.astimezone(dt.UTC)
        if item.changed:
            item.row.updated_at = self.now

    def _compare_lines(self, work: Sequence[_Work]) -> None:
        by_order: dict[uuid.UUID, dict[str, OrderLine]] = {item.row.id: {} for item in work if not item.is_new}
        if by_order:
            for known in read_rows(OrderLine, "order_id = ANY(%(orders)s)", {"orders": list(by_order)}):
                by_order[known.order_id][known.external_id] = known
        for item in work:
            stored = by_order.get(item.row.id, {})
            new_ids = uuid7s(len(item.data.lines))
            for position, (line, new_id) in enumerate(zip(item.data.lines, new_ids, strict=True), start=1):
                name = line_id(line, position)
                columns = line_columns(line, position, item.data.currency)
                row = stored.pop(name, None)
                if row is None:
                    ids = {"id": new_id, "merchant_id": self.merchant.id, "order_id": item.row.id}
                    item.new_lines.append({**ids, "external_id": name, **columns})
                elif write_columns(row, columns):
                    item.changed_lines.append(row)
            item.removed_lines = list(stored.values())
        self._keep_what_was_shipped([item for item in work if item.removed_lines])

    def _keep_what_was_shipped(self, work: Sequence[_Work]) -> None:
        """Refuse to remove lines that are in a parcel or were refunded: their history would go with them."""
        removed = [line.id for item in work for line in item.removed_lines]
        if not removed:
            return
        lines = OrderLine.objects.filter(pk__in=removed)
        # Held, so that nobody packs them into a parcel while they are being removed.
        list(lines.select_for_update().values_list("id").order_by("id"))
        # The relation is declared by tracking, whose parcels point at order lines.
        shipped = set(lines.filter(shipment_lines__isnull=False).values_list("id", flat=True))
        refunded = set(lines.filter(refund_lines__isnull=False).values_list("id", flat=True))
        for item in work:
            for line in item.removed_lines:
                if line.id in shipped:
                    item.errors.append(
                        Problem("/lines", "line_shipped", f"Line {line.external_id} has been shipped; it cannot go.")
                    )
                elif line.id in refunded:
                    item.errors.append(
                        Problem("/lines", "line_refunded", f"Line {line.external_id} was refunded; it cannot go.")
                    )


def _save(work: Sequence[_Work], writes: Writes) -> None:
    """Give the rows of orders and lines to ``writes``."""
    removed = [line.id for item in work for line in item.removed_lines]
    if removed:
        # Before the new ones come: they may have their names.
        OrderLine.objects.filter(pk__in=removed).delete()
    writes.insert(Order, [row_of(item.row) for item in work if item.is_new])
    writes.update(Order, [row_of(item.row, ORDER_COLUMNS) for item in work if not item.is_new])
    writes.insert(OrderLine, [line for item in work for line in item.new_lines])
    writes.update(OrderLine, [row_of(line, LINE_COLUMNS) for item in work for line in item.changed_lines])


def _events(item: _Work) -> list[NewEvent]:
    order, subject = item.row, Subject.order(item.row.id)
    events: list[NewEvent] = []
    if item.is_new:
        data = {"order_id": order.id, "customer_id": order.customer_id, "backfill": order.backfill}
        events.append(NewEvent("order.placed", subject, data))
    elif item.changed:
        events.append(NewEvent("order.updated", subject, {"changed": sorted(item.changed)}))
    if order.status == "cancelled" and item.status_before != "cancelled":
        events.append(NewEvent("order.cancelled", subject, {"order_id": order.id}))
    if not item.is_new and order.payment_status != item.payment_before:
        if order.payment_status == "paid" and item.payment_before == "pending":
            events.append(NewEvent("order.paid", subject, {"order_id": order.id}))
        elif order.payment_status in ("refunded", "partially_refunded"):
            # The shop says so without naming a sum; with one, it uses the refunds of the API.
            events.append(NewEvent("order.refunded", subject, {"refund_id": None}))
    return events


def _status(item: _Work, customer: Customer | None, touched: set[uuid.UUID]) -> Status:
    if item.is_new:
        return "created"
    return "updated" if item.changed or (customer and customer.id in touched) else "unchanged"


def _result(data: OrderInput, status: Status, row: Order, lines: Sequence[dict[str, Any]] = ()) -> OrderResult:
    new = lines if status == "created" else ()
    return OrderResult(data.external_id, status, row, lines=new, warnings=tuple(order_warnings(data)))


def _refused(item: _Work) -> OrderResult:
    return OrderResult(item.data.external_id, "invalid", None, errors=tuple(item.errors))
