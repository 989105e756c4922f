"""Telling a story of parcels with a moved clock: the product's own doors, one worker by hand, a provider that notes.

story.at("2027-10-28T09:00")      the clock in Berlin; story.sweep() does a minute's work
story.order("1001", ...)          a shop's program pushes
story.scan("A", "in_transit")     a carrier's news
story.says("delivery.denied", …)  a shopper answers on the tracking page
story.events, story.mails         what happened and what was handed over, each with its moment
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from messaging.services.advance import wake_runs
from messaging.services.deliver import deliver_batch
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.models import Event, EventDelivery
from postpurchase.events.record import Subject, record_event
from postpurchase.lib import clock
from tests.conftest import ApiClient
from tests.flows.test_order_to_points import order_body
from tests.messaging.making import FakeProvider
from tracking.models import Shipment, ShipmentAlarm
from tracking.services.watch import watch_all

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Story:
    """One merchant's parcels. Times are written as people in Berlin read them."""

    merchant: Merchant
    api: ApiClient
    traveller: Any
    provider: FakeProvider = field(default_factory=FakeProvider)

    def at(self, local: str, *, fold: int = 0) -> None:
        """Move the clock; nothing happens yet."""
        moment = dt.datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold)
        self.traveller.move_to(moment.astimezone(dt.UTC), tick=False)

    def sweep(self) -> int:
        """Do what the worker does each minute. Returns the alarms raised."""
        raised = watch_all(now=clock.now())
        self._handle()
        wake_runs(now=clock.now())
        self._handle()
        deliver_batch(merchant_id=self.merchant.id, channels=self.provider)
        self._handle()
        return raised

    def order(self, number: str, **more: Any) -> None:
        """Push a paid order to Munich (``postal_code`` for elsewhere), promised for ``promised_to``."""
        body = order_body(clock.now())
        body["shipping_address"] |= {"postal_code": more.pop("postal_code", "80331"), "city": "München"}
        body["customer"] |= {"external_id": f"c-{number}", "email": f"{number}@example.com"}
        pushed = self.api.put(f"/api/v1/orders/{number}", {**body, **more})
        assert pushed.status_code == 201, pushed.content
        self.sweep()

    def parcel(self, number: str, tracking_number: str) -> None:
        """Push a parcel of an order."""
        body = {"carrier": "dhl", "tracking_number": tracking_number}
        pushed = self.api.put(f"/api/v1/orders/{number}/shipments/p-1", body)
        assert pushed.status_code == 201, pushed.content
        self.sweep()

    def scan(self, tracking_number: str, status: str, **more: str) -> None:
        """A carrier's news of this moment."""
        news = {"carrier": "dhl", "tracking_number": tracking_number, "status": status, **more}
        news |= {"occurred_at": clock.now().isoformat()}
        answer = self.api.post("/api/v1/checkpoints/batch", {"checkpoints": [news]})
        assert answer.json()["results"][0]["status"] == "recorded", answer.content
        self._handle()

    def says(self, number: str, type_: str, **data: Any) -> None:
        """What the shopper of an order answers on the tracking page about its parcel."""
        with merchant_scope(self.merchant.id):
            shipment = Shipment.objects.select_related("order").get(order__external_id=number)
            record_event(
                merchant_id=self.merchant.id,
                type=type_,
                subject=Subject.order(shipment.order_id),
                data={"shipment_id": shipment.id, **data},
                now=clock.now(),
            )
        self._handle()

    def events(self, number: str, *beginnings: str) -> list[tuple[str, str, str]]:
        """Moment in Berlin, type, and rule or cause (or the new status) of an order's events, oldest first."""
        with merchant_scope(self.merchant.id):
            order = Order.objects.get(external_id=number)
            rows = list(Event.objects.filter(subject_id=order.id).order_by("sequence"))
        return [
            (
                f"{row.recorded_at.astimezone(BERLIN):%a %d %H:%M}",
                row.type,
                str(row.data.get("rule") or row.data.get("cause") or row.data.get("to") or ""),
            )
            for row in rows
            if row.type.startswith(beginnings or ("shipment.", "order.not_sent", "delivery."))
        ]

    def mails(self, number: str) -> list[tuple[str, str]]:
        """Moment in Berlin and subject of the mails to an order's shopper, oldest first."""
        return [
            (f"{one.sent_at.astimezone(BERLIN):%a %d %H:%M}", one.subject)
            for one in self.provider.envelopes
            if one.recipient == f"{number}@example.com"
        ]

    def open_alarms(self, number: str) -> list[str]:
        """The kinds of alarm that wait for somebody."""
        with merchant_scope(self.merchant.id):
            alarms = ShipmentAlarm.objects.filter(order__external_id=number, ended_at=None)
            return sorted(alarms.values_list("kind", flat=True))

    def detail(self, number: str, kind: str) -> dict[str, Any]:
        """What an alarm says of its reason."""
        with merchant_scope(self.merchant.id):
            return ShipmentAlarm.objects.get(order__external_id=number, kind=kind).detail

    def nothing_failed(self) -> bool:
        """Say whether every handler got through."""
        with merchant_scope(self.merchant.id):
            return not EventDelivery.objects.exclude(state="done").exists()

    def _handle(self) -> None:
        for _ in range(5):
            with merchant_scope(self.merchant.id):
                pending = EventDelivery.objects.filter(state="pending")
                subjects = set(pending.values_list("subject_id", flat=True))
            if not subjects:
                return
            for subject_id in subjects:
                handle_subject(merchant_id=self.merchant.id, subject_id=subject_id)
