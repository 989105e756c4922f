"""Orders, parcels and news for tests, with as little told as possible."""

import datetime as dt
from typing import Any

from orders.models import Order, OrderLine
from postpurchase.events.models import Event
from tests.conftest import NOW, World
from tracking.inputs import CheckpointInput, ShipmentInput
from tracking.models import Shipment
from tracking.services.register import register_shipment

# A number no carrier's pattern fits, so that nothing is guessed from it.
NUMBER = "TEST-1"

ADDRESS = {
    "name": "Anna Muster",
    "company": "",
    "street": "Hauptstr. 1",
    "street2": "",
    "postal_code": "10115",
    "city": "Berlin",
    "region": "",
    "country": "DE",
}


def make_order(world: World, external_id: str = "1001", **fields: Any) -> Order:
    """An order of two lines (2 × lamp, 1 × cup). Needs the scope of the world's merchant."""
    values: dict[str, Any] = {
        "merchant": world.merchant,
        "store": world.store,
        "external_id": external_id,
        "number": external_id,
        "placed_at": NOW - dt.timedelta(days=1),
        "currency": "EUR",
        "total": "49.90",
        "language": "de",
        "shipping_address": ADDRESS,
        "content_hash": b"",
        "created_at": NOW,
        "updated_at": NOW,
    }
    order = Order.objects.create(**(values | fields))
    make_line(order, 1, sku="lamp", name="Lampe", quantity=2, unit_price="22.50", total="45.00")
    make_line(order, 2, sku="cup", name="Tasse", quantity=1, unit_price="4.90", total="4.90")
    return order


def make_line(order: Order, position: int, **fields: Any) -> OrderLine:
    return OrderLine.objects.create(
        merchant_id=order.merchant_id, order=order, external_id=str(position), position=position, **fields
    )


def make_shipment(world: World, order: Order, external_id: str = "p1", **fields: Any) -> Shipment:
    """A registered DHL parcel with the number ``NUMBER``."""
    data = ShipmentInput(external_id=external_id, **({"carrier": "dhl", "tracking_number": NUMBER} | fields))
    return register_shipment(merchant=world.merchant, order=order, data=data, now=NOW).shipment


def news(hours: float, status: str | None = None, number: str = NUMBER, **fields: Any) -> CheckpointInput:
    """Carrier news, ``hours`` after a day before ``NOW``."""
    return CheckpointInput(
        tracking_number=number, occurred_at=NOW - dt.timedelta(hours=24 - hours), status=status, **fields
    )


def events_of(order: Order, *types: str) -> list[dict[str, Any]]:
    """The data of an order's events of these types, oldest first."""
    rows = Event.objects.filter(subject_id=order.id).order_by("sequence")
    return [row.data for row in rows if not types or row.type in types]
