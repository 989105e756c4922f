"""Money given back.

https://shopify.dev/docs/api/admin-rest/latest/resources/refund: a refund's payments are its ``transactions``; one
without any is an edit of the order or a return without money. ``subtotal`` of a line holds its tax where the order's
taxes are included, else ``total_tax`` comes on top; a refund by itself does not say which.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orders.inputs import RefundInput
from postpurchase.connectors.reading import Part, money, refund_from
from postpurchase.connectors.shops.common import pieces
from postpurchase.connectors.shops.shopify.purse import Purse
from postpurchase.connectors.shops.sums import ZERO, shares
from postpurchase.lib.money import rounded


def paid_back(refund: Part, purse: Purse) -> Decimal:
    """Return what was really paid back: the payments that succeeded."""
    if refund.fields.get("transactions") is None:
        return _expected(refund, purse, is_gross=False)
    return sum(
        (
            purse.of_transaction(payment)
            for payment in refund.parts("transactions")
            if payment.text("kind") == "refund" and payment.text("status") == "success"
        ),
        ZERO,
    )


def is_paid_back(refund: Part, purse: Purse) -> bool:
    """Say whether money went back."""
    return paid_back(refund, purse) > 0


def paid_back_quantities(refunds: Sequence[Part], purse: Purse) -> Counter[str]:
    """Count the pieces of each line for which money went back."""
    paid_for: Counter[str] = Counter()
    for refund in refunds:
        if is_paid_back(refund, purse):
            for part in refund.parts("refund_line_items"):
                paid_for[part.text("line_item_id")] += pieces(part)
    return paid_for


def refund_of(
    refund: Part, purse: Purse, *, is_gross: bool | None = None, left: dict[str, int] | None = None
) -> RefundInput | None:
    """Return a refund with its share of each line, None where no money went back.

    ``is_gross`` says whether the order's prices hold the tax; None where nobody knows, it is then told from the sum.
    ``left`` is how many pieces of each line can still be refunded; it is counted down, and lines that are not in it
    are left out. The lines' amounts are cut to what was paid, in proportion. Raises ``Unreadable``.
    """
    amount = rounded(paid_back(refund, purse), purse.currency)
    if amount <= 0:
        return None
    if is_gross is None:
        is_gross = _looks_gross(refund, purse, amount)
    lines = _lines(refund, purse, is_gross, left)
    parts = [rounded(value, purse.currency) for _quantity, value in lines.values()]
    if sum(parts, ZERO) > amount:
        parts = shares(amount, parts, purse.currency)
    values: dict[str, Any] = {
        "external_id": refund.identifier("id"),
        "amount": money(amount, purse.currency),
        "reason": refund.text("note", most=500),
        "lines": [
            {"line": name, "quantity": quantity, "amount": money(part, purse.currency)}
            for (name, (quantity, _value)), part in zip(lines.items(), parts, strict=True)
        ],
    }
    return refund_from(values, purse.currency)


def _lines(
    refund: Part, purse: Purse, is_gross: bool, left: dict[str, int] | None
) -> Mapping[str, tuple[int, Decimal]]:
    lines: dict[str, tuple[int, Decimal]] = {}
    for part in refund.parts("refund_line_items"):
        name, quantity = part.identifier("line_item_id"), pieces(part)
        value = max(_value(part, purse, is_gross), ZERO)
        if left is not None:
            quantity = min(quantity, left.get(name, 0))
            left[name] = left.get(name, 0) - quantity
        if quantity > 0:
            before = lines.get(name, (0, ZERO))
            lines[name] = (before[0] + quantity, before[1] + value)
    return lines


def _value(part: Part, purse: Purse, is_gross: bool) -> Decimal:
    subtotal = purse.amount(part, "subtotal", ZERO)
    return subtotal if is_gross else subtotal + purse.amount(part, "total_tax", ZERO)


def _expected(refund: Part, purse: Purse, *, is_gross: bool) -> Decimal:
    """Return what should have been paid back: lines, shipping (a negative adjustment until 2024-07) and differences."""
    value = sum((_value(part, purse, is_gross) for part in refund.parts("refund_line_items")), ZERO)
    for adjustment in refund.parts("order_adjustments"):
        value -= purse.amount(adjustment, "amount", ZERO)
        value -= ZERO if is_gross else purse.amount(adjustment, "tax_amount", ZERO)
    for shipping in refund.parts("refund_shipping_lines"):
        value += purse.amount(shipping, "subtotal_amount", ZERO)
        value += ZERO if is_gross else sum((purse.amount(tax, "price") for tax in shipping.parts("tax_lines")), ZERO)
    return value


def _looks_gross(refund: Part, purse: Purse, amount: Decimal) -> bool:
    """Say which reading comes nearer to what was paid."""
    gross, net = (_expected(refund, purse, is_gross=is_gross) for is_gross in (True, False))
    return abs(gross - amount) < abs(net - amount)
