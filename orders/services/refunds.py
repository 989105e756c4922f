"""Money given back."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from orders.checks import refund_problems
from orders.enums import PaymentStatus
from orders.inputs import RefundInput
from orders.models import Order, OrderLine, Refund, RefundLine
from orders.services.locked import locked_order
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from postpurchase.lib.validation import Problem, Refused


@dataclass(frozen=True, slots=True)
class RefundResult:
    """The refund; ``created`` is False where the shop told of it before."""

    order: Order
    refund: Refund
    created: bool


def refund_order(*, merchant: Merchant, external_id: str, data: RefundInput, now: dt.datetime) -> RefundResult:
    """Record a refund, once per its own id, and what it makes of the payment. Records ``order.refunded``.

    Raises ``UnknownOrder``, or ``Refused`` for more money than was paid or more pieces than were bought.
    """
    order = locked_order(merchant=merchant, external_id=external_id)
    known = Refund.objects.filter(order_id=order.id, external_id=data.external_id).first()
    if known is not None:
        return RefundResult(order=order, refund=known, created=False)
    lines = {line.external_id: line for line in OrderLine.objects.filter(order_id=order.id)}
    before = Refund.objects.filter(order_id=order.id).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    problems = [
        *refund_problems(data, order.currency),
        *_more_than_was_paid(order, before, Decimal(data.amount)),
        *_more_than_was_bought(data, lines, _quantities_refunded(order)),
    ]
    if problems:
        raise Refused(problems)
    refund = _store(merchant, order, data, lines, now)
    everything = before + refund.amount >= order.total
    order.payment_status = PaymentStatus.REFUNDED if everything else PaymentStatus.PARTIALLY_REFUNDED
    order.updated_at = now
    order.save(update_fields=["payment_status", "updated_at"])
    record_event(
        merchant_id=merchant.id,
        type="order.refunded",
        subject=Subject.order(order.id),
        data={"refund_id": refund.id},
        now=now,
    )
    return RefundResult(order=order, refund=refund, created=True)


def _more_than_was_paid(order: Order, before: Decimal, amount: Decimal) -> list[Problem]:
    paid = Decimal(0) if order.payment_status == PaymentStatus.PENDING else order.total
    if before + amount > paid:
        return [Problem("/amount", "too_large", f"Of {paid} paid, {before} went back before.")]
    return []


def _quantities_refunded(order: Order) -> dict[object, int]:
    sums = RefundLine.objects.filter(refund__order_id=order.id).values_list("order_line_id").annotate(Sum("quantity"))
    return dict(sums)


def _more_than_was_bought(
    data: RefundInput, lines: Mapping[str, OrderLine], refunded: Mapping[object, int]
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


def _store(
    merchant: Merchant, order: Order, data: RefundInput, lines: Mapping[str, OrderLine], now: dt.datetime
) -> Refund:
    refund = Refund.objects.create(
        merchant=merchant,
        order=order,
        external_id=data.external_id,
        amount=Decimal(data.amount),
        reason=data.reason if order.erased_at is None else "",
        created_at=now,
    )
    RefundLine.objects.bulk_create(
        RefundLine(
            merchant=merchant,
            refund=refund,
            order_line=lines[line.line],
            quantity=line.quantity,
            amount=Decimal(line.amount),
        )
        for line in data.lines
    )
    return refund
