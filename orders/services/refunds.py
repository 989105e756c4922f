"""Money given back, for one order or for many at once."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum

from orders.checks import refund_problems
from orders.enums import PaymentStatus
from orders.inputs import RefundInput
from orders.models import Order, OrderLine, Refund, RefundLine
from orders.services.locked import UnknownOrder
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib.locks import lock_names
from postpurchase.lib.validation import Problem, Refused


@dataclass(frozen=True, slots=True)
class RefundResult:
    """The refund; ``created`` is False where the shop told of it before."""

    order: Order
    refund: Refund
    created: bool


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """What became of one refund of a batch: a ``result``, or ``problems`` and nothing stored.

    Without either, the merchant has no such order.
    """

    result: RefundResult | None = None
    problems: tuple[Problem, ...] = ()


def refund_order(*, merchant: Merchant, external_id: str, data: RefundInput, now: dt.datetime) -> RefundResult:
    """Record a refund, once per its own id, and what it makes of the payment. Records ``order.refunded``.

    Raises ``UnknownOrder``, or ``Refused`` for more money than was paid or more pieces than were bought.
    """
    (outcome,) = refund_orders(merchant=merchant, refunds=[(external_id, data)], now=now)
    if outcome.problems:
        raise Refused(outcome.problems)
    if outcome.result is None:
        raise UnknownOrder(external_id)
    return outcome.result


def refund_orders(
    *, merchant: Merchant, refunds: Sequence[tuple[str, RefundInput]], now: dt.datetime
) -> list[RefundOutcome]:
    """Record many refunds, each given with its order's ``external_id``, in a fixed number of queries.

    Applied in turn; outcomes are in the order given. One that is refused never blocks another. Needs the merchant's
    scope.
    """
    lock_names(realm=f"{merchant.id}:orders", names=[external_id for external_id, _ in refunds])
    accounts = _accounts_of({external_id for external_id, _ in refunds})
    outcomes = []
    for external_id, data in refunds:
        account = accounts.get(external_id)
        outcomes.append(RefundOutcome() if account is None else account.refund(merchant, data, now))
    _save(merchant, list(accounts.values()), [item.result for item in outcomes if item.result], now)
    return outcomes


@dataclass(slots=True)
class _Account:
    """An order with what was given back of it, kept up to date while a batch is applied."""

    order: Order
    lines: dict[str, OrderLine] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    given_back: Decimal = Decimal(0)
    quantities: dict[uuid.UUID, int] = field(default_factory=dict)
    new_lines: list[RefundLine] = field(default_factory=list)

    def refund(self, merchant: Merchant, data: RefundInput, now: dt.datetime) -> RefundOutcome:
        known = self.refunds.get(data.external_id)
        if known is not None:
            return RefundOutcome(RefundResult(order=self.order, refund=known, created=False))
        problems = [
            *refund_problems(data, self.order.currency),
            *_more_than_was_paid(self.order, self.given_back, Decimal(data.amount)),
            *_more_than_was_bought(data, self.lines, self.quantities),
        ]
        if problems:
            return RefundOutcome(problems=tuple(problems))
        refund = Refund(
            merchant=merchant,
            order=self.order,
            external_id=data.external_id,
            amount=Decimal(data.amount),
            reason=data.reason if self.order.erased_at is None else "",
            created_at=now,
        )
        for wanted in data.lines:
            line = self.lines[wanted.line]
            self.quantities[line.id] = self.quantities.get(line.id, 0) + wanted.quantity
            amount = Decimal(wanted.amount)
            self.new_lines.append(
                RefundLine(merchant=merchant, refund=refund, order_line=line, quantity=wanted.quantity, amount=amount)
            )
        self.refunds[data.external_id] = refund
        self.given_back += refund.amount
        everything = self.given_back >= self.order.total
        self.order.payment_status = PaymentStatus.REFUNDED if everything else PaymentStatus.PARTIALLY_REFUNDED
        self.order.updated_at = now
        return RefundOutcome(RefundResult(order=self.order, refund=refund, created=True))


def _accounts_of(external_ids: set[str]) -> dict[str, _Account]:
    """Return the orders by the shop's ids, each with its lines and refunds."""
    by_id = {order.id: _Account(order) for order in Order.objects.filter(external_id__in=external_ids)}
    for line in OrderLine.objects.filter(order_id__in=by_id):
        by_id[line.order_id].lines[line.external_id] = line
    for refund in Refund.objects.filter(order_id__in=by_id):
        account = by_id[refund.order_id]
        account.refunds[refund.external_id] = refund
        account.given_back += refund.amount
    sums = (
        RefundLine.objects.filter(refund__order_id__in=by_id)
        .values_list("refund__order_id", "order_line_id")
        .annotate(Sum("quantity"))
    )
    for order_id, line_id, quantity in sums:
        by_id[order_id].quantities[line_id] = quantity
    return {account.order.external_id: account for account in by_id.values()}


def _save(merchant: Merchant, accounts: Sequence[_Account], results: Sequence[RefundResult], now: dt.datetime) -> None:
    new = [result for result in results if result.created]
    if not new:
        return
    Refund.objects.bulk_create(result.refund for result in new)
    RefundLine.objects.bulk_create(line for account in accounts for line in account.new_lines)
    Order.objects.bulk_create(
        {result.order.id: result.order for result in new}.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["payment_status", "updated_at"],
    )
    events = [
        NewEvent("order.refunded", Subject.order(result.order.id), {"refund_id": result.refund.id}) for result in new
    ]
    record_events(merchant_id=merchant.id, events=events, now=now)


def _more_than_was_paid(order: Order, before: Decimal, amount: Decimal) -> list[Problem]:
    paid = Decimal(0) if order.payment_status == PaymentStatus.PENDING else order.total
    if before + amount > paid:
        return [Problem("/amount", "too_large", f"Of {paid} paid, {before} went back before.")]
    return []


def _more_than_was_bought(
    data: RefundInput, lines: Mapping[str, OrderLine], refunded: Mapping[uuid.UUID, int]
) -> list[Problem]:
    problems = []
    for index, wanted in enumerate(data.lines):
        line = lines.get(wanted.line)
        if line is None:
            problems.append(Problem(f"/lines/{index}/line", "unknown_line", "The order has no such line."))
        elif refunded.get(line.id, 0) + wanted.quantity > line.quantity:
            problems.append(
                Problem(f"/lines/{index}/quantity", "too_large", f"{line.quantity} were bought, fewer are left.")
            )
    return problems
