"""An order in the database with everything a message may speak of, made the way programs make it."""

import datetime as dt
import os
from dataclasses import dataclass, field
from typing import Any

import pytest

from messaging.enums import MessageState
from messaging.models import Message
from orders.models import Customer, Order, Refund, RefundLine
from orders.services.ingest import upsert_order
from postpurchase.accounts.models import Merchant, Store
from tests.conftest import NOW
from tests.orders.bodies import order_input
from tracking.models import Shipment, ShipmentLine

# Without outside data, its test is not there; nothing is skipped.
collect_ignore_glob = [] if os.environ.get("OUTSIDE_DATA") else ["test_outside.py"]


@dataclass
class Desk:
    """Places orders and plans messages about them."""

    merchant: Merchant
    planned: int = field(default=0)

    def order(self, external_id: str = "1001", **changes: Any) -> Order:
        data = order_input(external_id=external_id, **changes)
        result = upsert_order(merchant=self.merchant, data=data, now=NOW)
        assert result.order is not None
        return Order.objects.get(pk=result.order.pk)

    def parcel(
        self, order: Order, external_id: str = "p-1", contents: dict[int, int] | None = None, **fields: Any
    ) -> Shipment:
        values: dict[str, Any] = {"carrier": "dhl", "tracking_number": "00340434161094042557", "status": "in_transit"}
        shipment = Shipment.objects.create(
            merchant=self.merchant,
            order=order,
            external_id="p-1",
            created_at=NOW,
            updated_at=NOW,
            **(values | {"status_at": NOW, "shipped_at": NOW} | fields),
        )
        for position, quantity in (contents or {}).items():
            ShipmentLine.objects.create(
                merchant=self.merchant,
                shipment=shipment,
                order_line=order.lines.get(position=position),
                quantity=quantity,
            )
        return shipment

    def refund(self, order: Order, amount: str) -> Refund:
        refund = Refund.objects.create(
            merchant=self.merchant, order=order, external_id="r-1", amount=amount, created_at=NOW
        )
        line = order.lines.order_by("position").first()
        assert line is not None
        RefundLine.objects.create(merchant=self.merchant, refund=refund, order_line=line, quantity=1, amount=amount)
        return refund

    def message(self, template: str, order: Order | None, customer: Customer | None = None, **fields: Any) -> Message:
        self.planned += 1
        whom = customer or (order.customer if order else None)
        assert whom is not None
        values: dict[str, Any] = {
            "channel": "email",
            "message_class": "service",
            "language": "de",
            "tone": "sie",
            "context": {},
        }
        message = Message.objects.create(
            merchant=self.merchant,
            store=order.store if order else Store.objects.get(),
            order=order,
            customer=whom,
            journey_key=template,
            step_key=template,
            template=template,
            state=MessageState.PLANNED,
            dedupe_key=f"{template}:{self.planned}",
            recipient=whom.email,
            planned_at=NOW,
            due_at=NOW,
            expires_at=NOW + dt.timedelta(days=1),
            state_at=NOW,
            **(values | fields),
        )
        return Message.objects.get(pk=message.pk)


@pytest.fixture
def desk(merchant: Merchant, in_scope: None) -> Desk:
    """Works in ``merchant``'s scope."""
    return Desk(merchant)
