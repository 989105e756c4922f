"""From an order as it comes in to the columns in which it is kept, and what differs between the two. Pure."""

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import msgspec

from orders.inputs import AddressInput, LineInput, OrderInput
from orders.models import Order, OrderLine
from postpurchase.lib.money import rounded

LINE_COLUMNS = (
    "position",
    "sku",
    "name",
    "quantity",
    "unit_price",
    "total",
    "product_url",
    "image_url",
    "attributes",
)


def content_hash(data: OrderInput) -> bytes:
    """Return the fingerprint of a body; ``updated_at`` aside, because alone it changes nothing."""
    plain = msgspec.structs.replace(data, updated_at=None)
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).digest()


def without_person(data: OrderInput) -> OrderInput:
    """Return a body without whoever is in it: what an order whose person was erased still takes from its shop."""
    address = data.shipping_address
    return msgspec.structs.replace(
        data,
        customer=None,
        recipient=None,
        shipping_address=AddressInput(country=address.country) if address else None,
        billing_address=None,
        attributes={},
        lines=[msgspec.structs.replace(line, attributes={}, product_url="", image_url="") for line in data.lines],
    )


def order_columns(data: OrderInput) -> dict[str, Any]:
    """Return the columns that a body sets (those that name other rows aside)."""
    return {
        "number": data.number or data.external_id,
        "placed_at": data.placed_at.astimezone(dt.UTC),
        "status": data.status,
        "payment_status": data.payment_status,
        "currency": data.currency,
        "total": Decimal(data.total),
        "shipping_total": Decimal(data.shipping_total),
        "discount_total": Decimal(data.discount_total),
        "tax_total": Decimal(data.tax_total),
        "language": data.language,
        "recipient": _dictionary(data.recipient),
        "shipping_address": _dictionary(data.shipping_address) or {},
        "billing_address": _dictionary(data.billing_address) or {},
        "promised_from": data.promised_from,
        "promised_to": data.promised_to,
        "attributes": data.attributes,
        "source": data.source,
        "backfill": data.backfill,
    }


def line_columns(line: LineInput, position: int, currency: str) -> dict[str, Any]:
    """Return the columns of a line; ``position`` counts from 1."""
    price = Decimal(line.unit_price)
    return {
        "position": position,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": price,
        "total": rounded(line.quantity * price, currency) if line.total is None else Decimal(line.total),
        "product_url": line.product_url,
        "image_url": line.image_url,
        "attributes": line.attributes,
    }


def line_id(line: LineInput, position: int) -> str:
    """Return the id of a line: the shop's, else its position from 1."""
    return line.external_id or str(position)


def write_columns(row: Order | OrderLine, columns: dict[str, Any]) -> set[str]:
    """Set the columns on a row (not saved) and return the names of those that differed."""
    changed = {name for name, value in columns.items() if _differ(getattr(row, name), value)}
    for name in changed:
        setattr(row, name, columns[name])
    return changed


def _differ(before: Any, after: Any) -> bool:
    if isinstance(before, dict) and isinstance(after, dict):
        # Python takes 1, 1.0 and true for the same; JSON does not.
        return msgspec.json.encode(before, order="sorted") != msgspec.json.encode(after, order="sorted")
    return bool(before != after)


def _dictionary(body: msgspec.Struct | None) -> dict[str, Any] | None:
    return None if body is None else msgspec.structs.asdict(body)
