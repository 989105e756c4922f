"""What an endpoint is told: thin, with the state at the moment of sending, and no personal data unless it asked for it.

{"type": "shipment.status_changed", "timestamp": "…",
 "data": {"id": …, "sequence": 3, "subject": {"type", "id", "external_id"}, "data": {…}, "object": {…}}}

Bodies are written anew for each attempt and kept nowhere, so a person who is erased is in none of them.
"""

import datetime as dt
import uuid
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from orders.models import Customer, Order
from postpurchase.accounts.models import PageKind
from postpurchase.accounts.page_links import page_url
from postpurchase.events.models import SubjectKind
from postpurchase.lib.money import amount_text
from postpurchase.webhooks.models import WebhookDelivery, WebhookEndpoint
from tracking.models import Shipment

TEST_TYPE = "webhook.test"


class Person(Struct, frozen=True, kw_only=True):
    """Who it is, for endpoints that include personal data."""

    email: str
    phone: str
    first_name: str
    last_name: str
    company: str


class CustomerObject(Struct, frozen=True, kw_only=True, tag_field="type", tag="customer"):
    id: uuid.UUID
    external_id: str | None
    created_at: dt.datetime
    updated_at: dt.datetime
    person: Person | UnsetType = UNSET


class ShipmentObject(Struct, frozen=True, kw_only=True):
    """A parcel as it stands; ``tracking_url`` is the carrier's page."""

    id: uuid.UUID
    external_id: str
    carrier: str
    tracking_number: str
    tracking_url: str
    status: str
    substatus: str
    status_at: dt.datetime | None
    shipped_at: dt.datetime | None
    delivered_at: dt.datetime | None
    delivery_location: str


class OrderObject(Struct, frozen=True, kw_only=True, tag_field="type", tag="order"):
    """An order as it stands; ``tracking_url`` is the shopper's page."""

    id: uuid.UUID
    external_id: str
    number: str
    store: str
    status: str
    payment_status: str
    currency: str
    total: str
    placed_at: dt.datetime
    updated_at: dt.datetime
    cancelled_at: dt.datetime | None
    tracking_url: str
    customer: CustomerObject | None
    shipments: list[ShipmentObject]
    shipping_address: dict[str, str] | UnsetType = UNSET


class SubjectReference(Struct, frozen=True, kw_only=True):
    type: str
    id: uuid.UUID
    external_id: str | None


class PayloadData(Struct, frozen=True, kw_only=True):
    """``id`` and ``data`` are the event's, ``sequence`` counts the events of its subject from 1."""

    id: uuid.UUID
    sequence: int
    subject: SubjectReference | None
    data: dict[str, Any]
    object: OrderObject | CustomerObject | None


class Payload(Struct, frozen=True, kw_only=True):
    type: str
    timestamp: dt.datetime
    data: PayloadData


def body_of(delivery: WebhookDelivery, *, now: dt.datetime) -> str:
    """Return the JSON text to send. The delivery comes with its endpoint and event; needs the merchant's scope."""
    event = delivery.event
    if event is None:
        data = PayloadData(id=delivery.id, sequence=0, subject=None, data={}, object=None)
        return _text(Payload(type=delivery.event_type, timestamp=delivery.planned_at, data=data))
    found = _object_of(event.subject_kind, event.subject_id, delivery.endpoint, now)
    data = PayloadData(
        id=event.id,
        sequence=delivery.subject_number,
        subject=SubjectReference(
            type=event.subject_kind, id=event.subject_id, external_id=found.external_id if found else None
        ),
        data=event.data,
        object=found,
    )
    return _text(Payload(type=event.type, timestamp=event.recorded_at, data=data))


def _text(payload: Payload) -> str:
    return msgspec.json.encode(payload).decode()


def _object_of(
    kind: str, subject_id: uuid.UUID, endpoint: WebhookEndpoint, now: dt.datetime
) -> OrderObject | CustomerObject | None:
    if kind == SubjectKind.CUSTOMER:
        customer = Customer.objects.filter(pk=subject_id).first()
        return _customer(customer, endpoint) if customer else None
    order = Order.objects.select_related("store", "customer").filter(pk=subject_id).first()
    return _order(order, endpoint, now) if order else None


def _order(order: Order, endpoint: WebhookEndpoint, now: dt.datetime) -> OrderObject:
    shipments = Shipment.objects.filter(order=order).order_by("created_at", "id")
    return OrderObject(
        id=order.id,
        external_id=order.external_id,
        number=order.number,
        store=order.store.slug,
        status=order.status,
        payment_status=order.payment_status,
        currency=order.currency,
        total=amount_text(order.total, order.currency),
        placed_at=order.placed_at,
        updated_at=order.updated_at,
        cancelled_at=order.cancelled_at,
        tracking_url=page_url(
            merchant_id=order.merchant_id,
            kind=PageKind.TRACKING,
            subject_id=order.id,
            now=now,
            store_id=order.store_id,
        ),
        customer=_customer(order.customer, endpoint) if order.customer else None,
        shipments=[_shipment(shipment) for shipment in shipments],
        shipping_address=order.shipping_address if endpoint.include_personal_data else UNSET,
    )


def _shipment(shipment: Shipment) -> ShipmentObject:
    return ShipmentObject(
        id=shipment.id,
        external_id=shipment.external_id,
        carrier=shipment.carrier,
        tracking_number=shipment.tracking_number,
        tracking_url=shipment.tracking_url,
        status=shipment.status,
        substatus=shipment.substatus,
        status_at=shipment.status_at,
        shipped_at=shipment.shipped_at,
        delivered_at=shipment.delivered_at,
        delivery_location=shipment.delivery_location,
    )


def _customer(customer: Customer, endpoint: WebhookEndpoint) -> CustomerObject:
    return CustomerObject(
        id=customer.id,
        external_id=customer.external_id or None,
        created_at=customer.created_at,
        updated_at=customer.updated_at,
        person=_person(customer) if endpoint.include_personal_data else UNSET,
    )


def _person(customer: Customer) -> Person:
    return Person(
        email=customer.email,
        phone=customer.phone,
        first_name=customer.first_name,
        last_name=customer.last_name,
        company=customer.company,
    )
