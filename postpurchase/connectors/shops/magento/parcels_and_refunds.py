"""Magento's shipments and credit memos in our words.

Both name the order's items, and sometimes those behind a line of ours: the parts of a bundle, the variant of a
configurable article. ``Behind`` says which line such an item stands for, and how many of the line one of it makes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from orders.inputs import RefundInput
from postpurchase.connectors.reading import Part, carrier_in, money, refund_from, shipment_from
from postpurchase.connectors.shops.magento.orders import or_nothing
from tracking.inputs import ShipmentInput


@dataclass(frozen=True, slots=True)
class Behind:
    """The line that an item stands behind. Two balls in one kit: each ball is half a kit."""

    line: str
    share: Decimal


def items_behind_lines(order: Part) -> dict[str, Behind]:
    """Return the items of an order that are no lines, by their id."""
    items = {item.text("item_id"): item for item in order.parts("items")}
    found = {}
    for name, item in items.items():
        parent = items.get(item.text("parent_item_id"))
        if name and parent is not None:
            ordered = or_nothing(item.number("qty_ordered"))
            share = or_nothing(parent.number("qty_ordered")) / ordered if ordered > 0 else Decimal(1)
            found[name] = Behind(parent.text("item_id"), share)
    return found


def shipment_of(shipment: Part, behind: Mapping[str, Behind]) -> ShipmentInput:
    """Return the parcel. Of several numbers the first is followed; Magento keeps them at one shipment."""
    track = next((part for part in shipment.parts("tracks") if part.has("track_number")), Part({}))
    carrier, title = track.text("carrier_code", most=100), track.text("title", most=100)
    return shipment_from(
        {
            "external_id": shipment.identifier("entity_id", "increment_id"),
            "carrier": carrier_in(carrier) or carrier_in(title) or (title if carrier == "custom" else carrier) or None,
            "tracking_number": track.text("track_number", most=100) or None,
            "shipped_at": shipment.moment("created_at"),
            "lines": [
                {"line": line, "quantity": quantity}
                for line, quantity in _quantities(shipment, behind, least=1).items()
            ],
        }
    )


def refund_of(memo: Part, behind: Mapping[str, Behind], currency: str) -> RefundInput:
    """Return a credit memo's refund. A line's amount is what was given back for it: with tax, less the discount."""
    amount = memo.amount("grand_total")
    return refund_from(
        {
            "external_id": memo.identifier("entity_id", "increment_id"),
            "amount": money(amount, currency),
            "lines": [
                {"line": line, "quantity": quantity, "amount": money(share, currency)}
                for line, quantity, share in _refunded_lines(memo, behind, amount)
            ],
            "reason": memo.text("customer_note", most=500),
        },
        currency,
    )


def _refunded_lines(memo: Part, behind: Mapping[str, Behind], amount: Decimal) -> list[tuple[str, int, Decimal]]:
    """Return lines, quantities and amounts. Where a fee was kept, the last lines get less: not more than was given."""
    own: dict[str, Decimal] = {}
    parts: dict[str, Decimal] = {}
    for item in memo.parts("items"):
        name, given = item.text("order_item_id"), _given_back(item)
        if name in behind:
            parts[behind[name].line] = parts.get(behind[name].line, Decimal(0)) + given
        else:
            own[name] = own.get(name, Decimal(0)) + given
    found = []
    left = amount
    for line, quantity in _quantities(memo, behind, least=0).items():
        # A bundle has its sum either itself or in its parts.
        share = min(own.get(line) or parts.get(line, Decimal(0)), left)
        left -= share
        found.append((line, quantity, share))
    return found


def _quantities(part: Part, behind: Mapping[str, Behind], *, least: int) -> dict[str, int]:
    """Return how many of each line are meant. What stands behind a line makes at least ``least`` of it.

    Half a kilogram is one piece, as in the order's lines.
    """
    found: dict[str, int] = {}
    for item in part.parts("items"):
        name, quantity = item.text("order_item_id"), or_nothing(item.number("qty"))
        if not name or quantity <= 0:
            continue
        pieces = int(quantity) if quantity == quantity.to_integral_value() else 1
        part_of = behind.get(name)
        if part_of:
            name, pieces = part_of.line, max(int(quantity * part_of.share), least)
        found[name] = max(found.get(name, 0), pieces)
    return {line: quantity for line, quantity in found.items() if quantity >= 1}


def _given_back(item: Part) -> Decimal:
    total, discount = item.number("row_total_incl_tax", "row_total"), item.number("discount_amount")
    return max(or_nothing(total) - abs(or_nothing(discount)), Decimal(0))
