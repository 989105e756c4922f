"""An order's sums, and what its lines are worth with tax.

A line's ``subtotal`` is before coupons, its ``total`` after; both are without tax, which stands beside them (``…_tax``,
rounded for each line; ``taxes`` hold it exactly). WooCommerce rounds the order's tax once, so the lines are rounded to
the order's total here: lines + shipping - discount = total, to the cent. Fees are part of the shipping total, negative
ones a discount.
"""

from collections.abc import Sequence
from decimal import Decimal

from postpurchase.connectors.reading import Part
from postpurchase.connectors.shops.common import number
from postpurchase.connectors.shops.sums import ZERO, shares
from postpurchase.connectors.shops.woocommerce.refunds import amount_of
from postpurchase.lib.money import MINOR_UNITS, rounded


def sums_of(order: Part, currency: str) -> tuple[dict[str, Decimal], list[Decimal]]:
    """Return the order's sums, and what each line was worth with tax and before coupons. Raises ``Unreadable``."""
    lines = order.parts("line_items")
    after = _worth(lines, "total")
    before = [max(pair) for pair in zip(_worth(lines, "subtotal"), after, strict=True)]
    shipping = number(order, "shipping_total" if order.has("shipping_total") else "total_shipping", ZERO)
    shipping += number(order, "shipping_tax", ZERO)
    discount = _discount(order, sum(before, ZERO) - sum(after, ZERO), len(lines), currency)
    for fee in order.parts("fee_lines"):
        value = number(fee, "total", ZERO) + number(fee, "total_tax", ZERO)
        shipping, discount = (shipping + value, discount) if value > 0 else (shipping, discount - value)
    total = number(order, "total")
    if total < 0:
        raise order.wrong("total", f"{total} is below 0")
    sums = {
        # Nobody gets back more than was paid.
        "total": max(total, given_back(order)),
        "shipping_total": shipping,
        "discount_total": discount,
        "tax_total": number(order, "total_tax", ZERO),
    }
    return sums, _rounded_to(total - shipping + discount, before, currency)


def given_back(order: Part) -> Decimal:
    """Return the sum of an order's refunds."""
    return sum((amount_of(refund) for refund in order.parts("refunds")), ZERO)


def _discount(order: Part, by_lines: Decimal, count: int, currency: str) -> Decimal:
    """Return what coupons took off: the order's own figure, which is rounded once, where the lines agree with it."""
    by_lines = rounded(by_lines, currency)
    if not order.has("discount_total") or not by_lines:
        return by_lines
    told = number(order, "discount_total") + number(order, "discount_tax", ZERO)
    return told if abs(told - by_lines) <= _cents(count, currency) else by_lines


def _worth(lines: Sequence[Part], name: str) -> list[Decimal]:
    """Return each line's ``subtotal`` or ``total`` with the tax on it, as exactly as it is told."""
    found = []
    for line in lines:
        told = name if line.has(name) else "total"
        tax = number(line, f"{told}_tax", ZERO)
        taxes = [part for part in line.parts("taxes") if part.has(told)]
        exact = sum((number(part, told) for part in taxes), ZERO)
        found.append(number(line, told) + (exact if taxes and abs(exact - tax) < 1 else tax))
    return found


def _rounded_to(target: Decimal, exact: Sequence[Decimal], currency: str) -> list[Decimal]:
    """Round the lines so that they add up to what the order says, where only rounding is between the two."""
    plain = [rounded(value, currency) for value in exact]
    off = abs(sum(plain, ZERO) - target)
    if 0 < off <= _cents(len(plain), currency) and target > 0:
        return shares(target, exact, currency)
    return plain


def _cents(count: int, currency: str) -> Decimal:
    return Decimal(count).scaleb(-MINOR_UNITS[currency])
