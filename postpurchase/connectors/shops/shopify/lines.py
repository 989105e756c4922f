"""An order's positions as they are now: grossed up, and without what was taken out before it was paid back or sent.

https://shopify.dev/docs/api/admin-rest/latest/resources/order: ``price`` is one piece before discounts, ``tax_lines``
are for the whole line after discounts and stand beside the price unless the order says ``taxes_included``. Taking a
line out of an order leaves ``quantity`` and ``total_price`` as they were and adds a refund without a payment;
``current_quantity`` (since 2024-01) is what is left after that and after returns.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from postpurchase.connectors.base import Context
from postpurchase.connectors.reading import Part, quantity_and_price
from postpurchase.connectors.shops.common import fallback_sku, optional_id, pieces, said
from postpurchase.connectors.shops.shopify.purse import Purse
from postpurchase.connectors.shops.shopify.refunds import is_paid_back, paid_back_quantities
from postpurchase.connectors.shops.shopify.words import pairs
from postpurchase.connectors.shops.sums import ZERO, shares
from postpurchase.lib.money import rounded

# A cancellation and the refund that takes everything out are written within this.
CANCELLING = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Line:
    """A position. ``quantity`` is what was bought and not taken out; ``taken_out`` how many were.

    ``net`` and ``tax`` are of what was bought and not taken out, in the order's currency; ``net`` holds the tax
    already where the order's taxes are included. ``discount_gone`` is the discount that went with what was taken out.
    """

    body: Part
    id: str
    price: Decimal
    quantity: int
    discount: Decimal
    tax: Decimal
    taken_out: int = 0
    discount_gone: Decimal = ZERO
    tax_gone: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.price * self.quantity

    @property
    def net_gone(self) -> Decimal:
        return self.price * self.taken_out


def lines_of(order: Part, purse: Purse) -> tuple[list[Line], Decimal]:
    """Return the positions, also those of which nothing is left, and the tips, which Shopify keeps among them."""
    lines: list[Line] = []
    tips = ZERO
    for body in order.parts("line_items"):
        line = _line(body, purse)
        if body.has("tip_payment_gateway") or body.has("tip_payment_method") or body.has("tip"):
            tips += line.net
        else:
            lines.append(line)
    _take_out(order, lines, purse)
    return lines, tips


def spread_missing_tax(lines: Sequence[Line], missing: Decimal, currency: str) -> None:
    """Give lines their part of a tax that the order names only as a whole."""
    paid = [max(line.net - line.discount + line.discount_gone, ZERO) for line in lines]
    for line, share in zip(lines, shares(missing, paid, currency), strict=True):
        line.tax += share


def line_values(line: Line, purse: Purse, context: Context, *, is_gross: bool) -> dict[str, Any]:
    """Return a position as the input wants it. ``is_gross`` says that prices hold the tax already."""
    total = line.net if is_gross else line.net + line.tax
    body = line.body
    return {
        "external_id": line.id,
        "sku": body.text("sku") or fallback_sku(context, optional_id(body, "variant_id", "product_id")),
        "name": body.text("name", "title", most=500),
        **quantity_and_price(Decimal(line.quantity), total, purse.currency),
        "attributes": said(
            {
                "product_id": body.text("product_id"),
                "variant_id": body.text("variant_id"),
                "variant": body.text("variant_title"),
                "vendor": body.text("vendor"),
                **pairs(body.fields.get("properties")),
            }
        ),
    }


def _line(body: Part, purse: Purse) -> Line:
    quantity, price = pieces(body), purse.amount(body, "price")
    if quantity < 0:
        raise body.wrong("quantity", f"{quantity} is below 0")
    if price < 0:
        raise body.wrong("price", f"{price} is below 0")
    allocated = sum((purse.amount(part, "amount") for part in body.parts("discount_allocations")), ZERO)
    discount = allocated if body.has("discount_allocations") else purse.amount(body, "total_discount", ZERO)
    return Line(
        body=body,
        id=body.identifier("id"),
        price=price,
        quantity=quantity,
        discount=discount,
        tax=taxes(body, purse),
    )


def taxes(body: Part, purse: Purse) -> Decimal:
    """Return the sum of a body's tax lines."""
    return sum((purse.amount(tax, "price") for tax in body.parts("tax_lines")), ZERO)


def _take_out(order: Part, lines: Sequence[Line], purse: Purse) -> None:
    """Reduce lines by what was taken out of the order. What is in a parcel stays: it was sent.

    Cancelling an order that was not paid takes everything out as well; the order then stays what was cancelled.
    """
    refunds = order.parts("refunds")
    paid_back = paid_back_quantities(refunds, purse)
    cancelled_at = order.moment("cancelled_at")
    told = _told_taken_out([refund for refund in refunds if not _is_cancelling(refund, cancelled_at)], purse)
    sent = sent_quantities(order.parts("fulfillments"))
    for line in lines:
        bought = line.quantity
        gone = told[line.id].quantity if line.id in told else 0
        if line.body.has("current_quantity") and cancelled_at is None:
            left = pieces(line.body, "current_quantity")
            returned = _returned(refunds, line.id, purse)
            gone = max(gone, bought - left - paid_back[line.id] - returned)
        gone = max(0, min(gone, bought - sent[line.id]))
        if gone:
            exact = told[line.id] if line.id in told and told[line.id].quantity == gone else None
            _reduce(line, gone, exact, purse)


def _is_cancelling(refund: Part, cancelled_at: dt.datetime | None) -> bool:
    made_at = refund.moment("processed_at", "created_at")
    return cancelled_at is not None and (made_at is None or abs(made_at - cancelled_at) <= CANCELLING)


def _reduce(line: Line, gone: int, exact: "_TakenOut | None", purse: Purse) -> None:
    share = Decimal(gone) / line.quantity
    line.taken_out = gone
    if exact:
        line.discount_gone = line.price * gone - exact.subtotal
        line.tax_gone = exact.tax
    else:
        line.discount_gone = rounded(line.discount * share, purse.currency)
        line.tax_gone = rounded(line.tax * share, purse.currency)
    line.quantity -= gone
    line.tax -= line.tax_gone


@dataclass(slots=True)
class _TakenOut:
    quantity: int = 0
    subtotal: Decimal = ZERO
    tax: Decimal = ZERO


def _told_taken_out(refunds: Sequence[Part], purse: Purse) -> Mapping[str, _TakenOut]:
    told: dict[str, _TakenOut] = {}
    for refund in refunds:
        if is_paid_back(refund, purse):
            continue
        for part in refund.parts("refund_line_items"):
            if part.text("restock_type") != "return":
                known = told.setdefault(part.identifier("line_item_id"), _TakenOut())
                known.quantity += pieces(part)
                known.subtotal += purse.amount(part, "subtotal", ZERO)
                known.tax += purse.amount(part, "total_tax", ZERO)
    return told


def _returned(refunds: Sequence[Part], line: str, purse: Purse) -> int:
    """Count what came back without money for it: an exchange."""
    return sum(
        pieces(part)
        for refund in refunds
        if not is_paid_back(refund, purse)
        for part in refund.parts("refund_line_items")
        if part.text("restock_type") == "return" and part.text("line_item_id") == line
    )


def sent_quantities(fulfilments: Sequence[Part]) -> Counter[str]:
    """Count the pieces of each line that are in parcels."""
    sent: Counter[str] = Counter()
    for fulfilment in fulfilments:
        if fulfilment.text("status") not in ("cancelled", "error", "failure"):
            for line in fulfilment.parts("line_items"):
                sent[line.text("id")] += pieces(line, "quantity", ZERO)
    return sent
