"""Cancellations of a file become refunds of the orders they take articles back from."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import Prefetch

from orders.models import Order, OrderLine, Refund
from orders.selectors import customer_by_external_id
from orders.services.refunds import refund_orders
from postpurchase.accounts.models import Merchant
from postpurchase.imports.cancellations import BoughtLine, BoughtOrder, Matched, match
from postpurchase.imports.enums import Outcome
from postpurchase.imports.findings import Finding, StagedRow
from postpurchase.imports.mapping import Mapped, Settings
from postpurchase.imports.orders_from_rows import Cancellation, read_cancellation


def apply_cancellations(
    *,
    merchant: Merchant,
    invoices: Sequence[Sequence[StagedRow]],
    mapping: Mapped,
    settings: Settings,
    now: dt.datetime,
) -> list[tuple[str, tuple[Finding, ...]]]:
    """Refund what the invoices take back, the oldest first. Needs the merchant's scope.

    Returns an outcome for each and, line by line, why something found no order.
    """
    read = [read_cancellation(rows, mapping, settings) if rows else None for rows in invoices]
    bought = _bought([cancellation for cancellation in read if cancellation])
    matched: dict[int, Matched] = {}
    for index in sorted(range(len(read)), key=lambda index: _age(read[index], index)):
        cancellation = read[index]
        if cancellation is not None:
            matched[index] = match(cancellation, bought.get(cancellation.customer, []))
    refunds = [(index, order, refund) for index in sorted(matched) for order, refund in matched[index].refunds]
    results = refund_orders(merchant=merchant, refunds=[(order, refund) for _, order, refund in refunds], now=now)
    refused: dict[int, list[Finding]] = {}
    for (index, _, _), result in zip(refunds, results, strict=True):
        refused.setdefault(index, []).extend(
            Finding(0, "", problem.code, problem.message) for problem in result.problems
        )
    return [
        _outcome(matched[index], refused.get(index, [])) if index in matched else (Outcome.REFUSED, (_TOO_LONG,))
        for index in range(len(read))
    ]


_TOO_LONG = Finding(0, "number", "too_many_lines")


def _age(cancellation: Cancellation | None, index: int) -> tuple[dt.datetime, int]:
    moment = cancellation.placed_at if cancellation else None
    return moment or dt.datetime.max.replace(tzinfo=dt.UTC), index


def _outcome(matched: Matched, refused: Sequence[Finding]) -> tuple[str, tuple[Finding, ...]]:
    findings = (*matched.findings, *refused)
    done = bool(matched.refunds) or bool(matched.known)
    if not findings:
        return (Outcome.REFUNDED if matched.refunds else Outcome.UNCHANGED), ()
    if not done:
        return Outcome.UNMATCHED, findings
    return (Outcome.PARTLY_REFUNDED if matched.refunds else Outcome.UNCHANGED), findings


def _bought(cancellations: Sequence[Cancellation]) -> dict[str, list[BoughtOrder]]:
    """Return what the customers bought of these articles, by customer, with what was given back of it."""
    customers = {cancellation.customer for cancellation in cancellations if cancellation.customer}
    skus = {line.sku for cancellation in cancellations for line in cancellation.lines}
    if not customers or not skus:
        return {}
    ids = {name: found.id for name in customers if (found := customer_by_external_id(external_id=name))}
    orders = (
        Order.objects.filter(customer_id__in=ids.values(), lines__sku__in=skus)
        .distinct()
        .prefetch_related(
            Prefetch("lines", OrderLine.objects.filter(sku__in=skus).order_by("position", "id")),
            Prefetch("refunds", Refund.objects.prefetch_related("lines__order_line")),
        )
    )
    bought: dict[object, list[BoughtOrder]] = {}
    for order in orders:
        bought.setdefault(order.customer_id, []).append(_bought_order(order, list(order.refunds.all())))
    return {name: bought.get(customer_id, []) for name, customer_id in ids.items()}


def _bought_order(order: Order, refunds: Iterable[Refund]) -> BoughtOrder:
    returned: dict[object, int] = {}
    by_refund: dict[str, dict[str, int]] = {}
    money = Decimal(0)
    for refund in refunds:
        money += refund.amount
        articles = by_refund.setdefault(refund.external_id, {})
        for line in refund.lines.all():
            returned[line.order_line_id] = returned.get(line.order_line_id, 0) + line.quantity
            articles[line.order_line.sku] = articles.get(line.order_line.sku, 0) + line.quantity
    return BoughtOrder(
        external_id=order.external_id,
        placed_at=order.placed_at,
        currency=order.currency,
        money_left=Decimal(0) if order.payment_status == "pending" else order.total - money,
        lines=[
            BoughtLine(line.external_id, line.sku, line.quantity - returned.get(line.id, 0))
            for line in order.lines.all()
        ],
        refunds=by_refund,
    )
