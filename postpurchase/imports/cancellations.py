"""Which earlier order a cancellation gives money back for. Pure.

Each line goes to the latest earlier order of the same customer in which enough of the article is left: bought and not
given back before. What finds no such order is named with its reason, never forced upon another one.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from orders.inputs import RefundInput, RefundLineInput
from postpurchase.imports.findings import Finding
from postpurchase.imports.orders_from_rows import Cancellation, CancelledLine
from postpurchase.lib.money import amount_text


@dataclass(slots=True)
class BoughtLine:
    """A line of an order; ``left`` is how much of it was not given back."""

    external_id: str
    sku: str
    left: int


@dataclass(slots=True)
class BoughtOrder:
    """An order of the customer; ``money_left`` is what was paid and not given back.

    ``refunds`` are those it has: external id → article → quantity.
    """

    external_id: str
    placed_at: dt.datetime
    currency: str
    money_left: Decimal
    lines: list[BoughtLine]
    refunds: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matched:
    """What a cancellation comes to. ``known`` counts lines that an earlier import gave back."""

    refunds: tuple[tuple[str, RefundInput], ...]
    findings: tuple[Finding, ...]
    known: int = 0


def match(cancellation: Cancellation, orders: Sequence[BoughtOrder]) -> Matched:
    """Give the lines of one cancellation back. ``orders`` are the customer's; what was taken of them is noted there."""
    if not cancellation.customer:
        return Matched((), _all(cancellation, "no_customer"))
    if cancellation.placed_at is None:
        return Matched((), cancellation.findings)
    earlier = sorted(
        (order for order in orders if order.placed_at < cancellation.placed_at),
        key=lambda order: (order.placed_at, order.external_id),
        reverse=True,
    )
    known = _given_back_before(cancellation.number, orders)
    drafts: dict[str, _Draft] = {}
    findings = list(cancellation.findings)
    repeated = 0
    for line in cancellation.lines:
        if known.get(line.sku, 0) >= line.quantity:
            known[line.sku] -= line.quantity
            repeated += 1
            continue
        reason = _place(line, [order for order in earlier if cancellation.number not in order.refunds], drafts)
        if reason:
            findings.append(Finding(line.row, "", reason))
    refunds = tuple((draft.order.external_id, draft.refund(cancellation.number)) for draft in drafts.values())
    for draft in drafts.values():
        draft.order.refunds[cancellation.number] = {}
    return Matched(refunds, tuple(findings), repeated)


@dataclass(slots=True)
class _Draft:
    """The refund of one order, as its lines come together."""

    order: BoughtOrder
    quantities: dict[str, int] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def refund(self, number: str) -> RefundInput:
        currency = self.order.currency
        return RefundInput(
            external_id=number,
            amount=amount_text(sum(self.amounts.values(), Decimal(0)), currency),
            lines=[
                RefundLineInput(line=line, quantity=quantity, amount=amount_text(self.amounts[line], currency))
                for line, quantity in self.quantities.items()
            ],
            reason="import",
        )


def _place(line: CancelledLine, earlier: Sequence[BoughtOrder], drafts: dict[str, _Draft]) -> str:
    """Take a line's articles from the first order that has them; returns why there is none."""
    reason = "no_such_order"
    for order in earlier:
        candidates = [bought for bought in order.lines if bought.sku == line.sku and bought.left]
        if sum(bought.left for bought in candidates) < line.quantity:
            continue
        if order.money_left < line.amount:
            reason = "more_than_paid"
            continue
        _take(line, order, candidates, drafts.setdefault(order.external_id, _Draft(order)))
        return ""
    return reason


def _take(line: CancelledLine, order: BoughtOrder, candidates: Iterable[BoughtLine], draft: _Draft) -> None:
    wanted, amount = line.quantity, line.amount
    order.money_left -= amount
    for bought in candidates:
        taken = min(wanted, bought.left)
        if not taken:
            break
        # Where an article stands in several lines, the last one takes what rounding leaves of the money.
        share = amount if taken == wanted else (line.amount * taken / line.quantity).quantize(amount)
        bought.left -= taken
        wanted -= taken
        amount -= share
        draft.quantities[bought.external_id] = draft.quantities.get(bought.external_id, 0) + taken
        draft.amounts[bought.external_id] = draft.amounts.get(bought.external_id, Decimal(0)) + share


def _given_back_before(number: str, orders: Sequence[BoughtOrder]) -> dict[str, int]:
    """Return how much of each article refunds of this cancellation gave back already: an import that is repeated."""
    known: dict[str, int] = {}
    for order in orders:
        for sku, quantity in order.refunds.get(number, {}).items():
            known[sku] = known.get(sku, 0) + quantity
    return known


def _all(cancellation: Cancellation, reason: str) -> tuple[Finding, ...]:
    return (*cancellation.findings, *(Finding(line.row, "", reason) for line in cancellation.lines))
