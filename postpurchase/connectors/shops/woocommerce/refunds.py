"""Money given back.

An order names its refunds with id and total only; ``/orders/{id}/refunds`` also says of which lines.
https://woocommerce.github.io/woocommerce-rest-api-docs/#order-refunds: a refund's own lines have negative amounts and
quantities, and ``_refunded_item_id`` among their notes is the line of the order.
"""

from decimal import Decimal

from orders.inputs import RefundInput
from postpurchase.connectors.reading import Part, money, refund_from
from postpurchase.connectors.shops.common import number, optional_id, pieces
from postpurchase.connectors.shops.sums import ZERO, shares
from postpurchase.connectors.shops.woocommerce.words import meta
from postpurchase.lib.money import rounded

REFUNDED_LINE = "_refunded_item_id"


def amount_of(refund: Part) -> Decimal:
    """Return what was given back, as a positive amount. Raises ``Unreadable``."""
    return abs(number(refund, "amount" if refund.has("amount") else "total"))


def refund_of(refund: Part, currency: str, left: dict[str, int] | None = None) -> RefundInput | None:
    """Return a refund with its share of each line, None where it is of nothing. Raises ``Unreadable``.

    ``left`` is how many pieces of each line can still be refunded; it is counted down, and lines that are not in it
    are left out. Lines refunded without a quantity are part of the sum only.
    """
    amount = rounded(amount_of(refund), currency)
    if amount == 0:
        return None
    lines: dict[str, tuple[int, Decimal]] = {}
    for line in refund.parts("line_items"):
        name, quantity = _line_of_order(line), abs(pieces(line, "quantity", ZERO))
        if left is not None:
            quantity = min(quantity, left.get(name, 0))
            left[name] = left.get(name, 0) - quantity
        if name and quantity:
            before = lines.get(name, (0, ZERO))
            value = abs(number(line, "total", ZERO) + number(line, "total_tax", ZERO))
            lines[name] = (before[0] + quantity, before[1] + rounded(value, currency))
    parts = [value for _quantity, value in lines.values()]
    if sum(parts, ZERO) > amount:
        parts = shares(amount, parts, currency)
    return refund_from(
        {
            "external_id": refund.identifier("id"),
            "amount": money(amount, currency),
            "reason": refund.text("reason", "refund", most=500),
            "lines": [
                {"line": name, "quantity": quantity, "amount": money(part, currency)}
                for (name, (quantity, _value)), part in zip(lines.items(), parts, strict=True)
            ],
        },
        currency,
    )


def _line_of_order(line: Part) -> str:
    noted = next((value for name, value in meta(line) if name == REFUNDED_LINE), None)
    return optional_id(Part({"noted": noted, "told": line.fields.get("refunded_item_id")}), "noted", "told")
