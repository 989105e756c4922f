"""Customers, orders, parcels and messages for the tests of messaging, and a provider that does as it is told.

Everything here needs the merchant's scope unless it says otherwise.
"""

import datetime as dt
import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from messaging.channels.base import Envelope, Outcome
from messaging.enums import AttemptOutcome, Basis, Channel, PermissionStatus, Purpose
from messaging.journeys.definition import parse_definition
from messaging.models import Journey, JourneyVersion, Message, Permission, PermissionEvidence
from messaging.services.journeys import publish
from orders.models import ConsentReport, Customer, Order, OrderLine
from postpurchase.accounts.models import Merchant, Store
from postpurchase.events.dispatch import handle_subject
from postpurchase.events.record import Subject, record_event
from tests.conftest import NOW
from tracking.models import Shipment

_number = itertools.count(1001)


def make_customer(merchant: Merchant, **fields: Any) -> Customer:
    values = {"email": f"anna{next(_number)}@example.com", "first_name": "Anna", "created_at": NOW, "updated_at": NOW}
    return Customer.objects.create(merchant=merchant, **(values | fields))


def make_order(merchant: Merchant, customer: Customer | None = None, **fields: Any) -> Order:
    """A paid order of one line by a new customer, unless told otherwise (``customer=None`` in fields: by nobody)."""
    number = str(next(_number))
    values: dict[str, Any] = {
        "store": Store.objects.get(slug="default"),
        "customer": customer,
        "external_id": number,
        "number": number,
        "placed_at": NOW - dt.timedelta(minutes=5),
        "currency": "EUR",
        "total": Decimal("49.90"),
        "language": "de",
        "content_hash": b"",
        "created_at": NOW,
        "updated_at": NOW,
    }
    if customer is None and "customer" not in fields:
        values["customer"] = make_customer(merchant)
    order = Order.objects.create(merchant=merchant, **(values | fields))
    OrderLine.objects.create(
        merchant=merchant,
        order=order,
        external_id="1",
        position=1,
        name="Teelichthalter",
        quantity=2,
        unit_price="22.50",
        total="45.00",
    )
    return order


def make_shipment(order: Order, status: str = "in_transit", **fields: Any) -> Shipment:
    values = {"external_id": str(next(_number)), "carrier": "dhl", "created_at": NOW, "updated_at": NOW}
    return Shipment.objects.create(merchant_id=order.merchant_id, order=order, status=status, **(values | fields))


def move(shipment: Shipment, status: str, *, occurred_at: dt.datetime = NOW, now: dt.datetime = NOW) -> None:
    """Give a parcel a status, tell of it and let the handlers run."""
    before = shipment.status
    Shipment.objects.filter(pk=shipment.pk).update(status=status)
    shipment.status = status
    data = {"shipment_id": shipment.id, "from": before, "to": status, "substatus": "", "occurred_at": occurred_at}
    happen(shipment.order, "shipment.status_changed", now=now, **data)


def happen(order: Order, type: str, *, now: dt.datetime = NOW, **data: Any) -> None:
    """Record an event about an order and run its handlers."""
    record_event(merchant_id=order.merchant_id, type=type, subject=Subject.order(order.id), data=data, now=now)
    handle_subject(merchant_id=order.merchant_id, subject_id=order.id)


def happen_to(customer: Customer, type: str, *, now: dt.datetime = NOW, **data: Any) -> None:
    """Record an event about a customer and run its handlers."""
    subject = Subject.customer(customer.id)
    record_event(merchant_id=customer.merchant_id, type=type, subject=subject, data=data, now=now)
    handle_subject(merchant_id=customer.merchant_id, subject_id=customer.id)


def make_message(order: Order, **fields: Any) -> Message:
    """A confirmation that is ready to go, outside of any journey."""
    values: dict[str, Any] = {
        "merchant_id": order.merchant_id,
        "store": order.store,
        "order": order,
        "customer": order.customer,
        "journey_key": "order_confirmation",
        "step_key": "confirm",
        "template": "order_confirmation",
        "channel": Channel.EMAIL,
        "message_class": Purpose.SERVICE,
        "state": "ready",
        "dedupe_key": f"order_confirmation:confirm:order:{order.id}:once",
        "recipient": order.customer.email,
        "language": "de",
        "tone": "sie",
        "planned_at": NOW,
        "due_at": NOW,
        "expires_at": NOW + dt.timedelta(days=1),
        "state_at": NOW,
    }
    return Message.objects.create(**(values | fields))


def allow(
    customer: Customer, purpose: str, channel: str = "email", basis: str = "consent", phone: str | None = None
) -> Permission:
    """A granted permission with its evidence; one for a phone is for the customer's number unless told otherwise."""
    return set_permission(customer, purpose, channel, PermissionStatus.GRANTED, basis, phone)


def set_permission(
    customer: Customer,
    purpose: str,
    channel: str,
    status: str,
    basis: str = Basis.CONSENT,
    phone: str | None = None,
) -> Permission:
    evidence = PermissionEvidence.objects.create(
        merchant_id=customer.merchant_id,
        customer=customer,
        channel=channel,
        purpose=purpose,
        status=status,
        basis=basis,
        obtained_at=NOW - dt.timedelta(days=1),
        source="checkout",
        phone=phone if phone is not None else "" if channel == "email" else customer.phone,
        recorded_at=NOW,
    )
    permission, _ = Permission.objects.update_or_create(
        merchant_id=customer.merchant_id,
        customer=customer,
        channel=channel,
        purpose=purpose,
        defaults={"status": status, "basis": basis, "evidence": evidence, "updated_at": NOW},
    )
    return permission


def report_consent(customer: Customer, **fields: Any) -> ConsentReport:
    values = {
        "channel": "email",
        "purpose": "survey",
        "basis": "consent",
        "obtained_at": NOW - dt.timedelta(hours=1),
        "wording": "Ja, fragt mich gern, wie es war.",
        "source": "checkout",
        "fingerprint": str(next(_number)),
        "reported_at": NOW,
    }
    return ConsentReport.objects.create(merchant_id=customer.merchant_id, customer=customer, **(values | fields))


def make_journey(merchant: Merchant, *steps: dict[str, Any], key: str = "test", **fields: Any) -> JourneyVersion:
    """A journey that ``order.placed`` begins, published."""
    data = {
        "key": key,
        "name": {"en": "Test"},
        "entry": {"events": ["order.placed"], "subject": "order"},
        "steps": list(steps),
    }
    journey = Journey.objects.create(merchant=merchant, key=key, name=key, created_at=NOW, updated_at=NOW)
    return publish(journey=journey, definition=parse_definition(data | fields), now=NOW)


ACCEPTED = Outcome(AttemptOutcome.ACCEPTED, "250", "ok", provider_message_id="<1@example.com>")


class FakeProvider:
    """A channel that notes every envelope and answers from a list, then with ``ACCEPTED``.

    ``before_answer`` is called with each envelope while it is in the provider's hands.
    """

    provider = "fake"

    def __init__(
        self, *outcomes: Outcome | Exception, before_answer: Callable[[Envelope], None] = lambda _: None
    ) -> None:
        self.outcomes = list(outcomes)
        self.before_answer = before_answer
        self.envelopes: list[Envelope] = []
        self.opened = self.closed = 0

    def __call__(self, _name: str) -> "FakeProvider":
        return self

    def open(self) -> "FakeProvider":
        self.opened += 1
        return self

    def close(self) -> None:
        self.closed += 1

    def send(self, envelope: Envelope) -> Outcome:
        self.envelopes.append(envelope)
        self.before_answer(envelope)
        outcome = self.outcomes.pop(0) if self.outcomes else ACCEPTED
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def recipients(self) -> list[str]:
        return [envelope.recipient for envelope in self.envelopes]
