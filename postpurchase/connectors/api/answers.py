"""Connections and inbound deliveries as the API shows them: never a secret, never a body."""

import datetime as dt
import uuid

from msgspec import Struct

from postpurchase.accounts.models import Merchant
from postpurchase.connectors.models import Connection, InboundDelivery, ReferenceKind
from postpurchase.connectors.services.connections import credentials_of, hook_url


class ConnectionAnswer(Struct, frozen=True, kw_only=True):
    """A connected shop.

    ``previous_secret_until`` is set while a replaced secret is still good. ``credentials`` names what was given, by
    field. ``next_poll_at`` is null where the shop is not asked; ``poll_problem`` says why the last attempt failed.
    """

    id: uuid.UUID
    connector: str
    store: str
    active: bool
    hook_url: str
    previous_secret_until: dt.datetime | None
    address: str
    credentials: list[str]
    polled_at: dt.datetime | None
    next_poll_at: dt.datetime | None
    poll_problem: str
    created_at: dt.datetime
    last_delivery_at: dt.datetime | None
    first_order_at: dt.datetime | None


class InboundDeliveryAnswer(Struct, frozen=True, kw_only=True):
    """What a shop sent. ``delivery_id`` is the shop's own; ``orders`` are the orders it told of."""

    id: uuid.UUID
    connector: str
    store: str
    delivery_id: str
    topic: str
    state: str
    reason: str
    waits_for: str | None
    attempts: int
    received_at: dt.datetime
    processed_at: dt.datetime | None
    orders: list[str]


def connection_answer(connection: Connection, merchant: Merchant) -> ConnectionAnswer:
    """Return a connection; it needs its store at hand."""
    store = connection.store.slug
    return ConnectionAnswer(
        id=connection.id,
        connector=connection.connector,
        store=store,
        active=connection.active,
        hook_url=hook_url(merchant=merchant, connector=connection.connector, store=store),
        previous_secret_until=connection.previous_secret_until,
        address=connection.address,
        credentials=sorted(credentials_of(connection)),
        polled_at=connection.polled_at,
        next_poll_at=connection.next_poll_at,
        poll_problem=connection.poll_problem,
        created_at=connection.created_at,
        last_delivery_at=connection.last_delivery_at,
        first_order_at=connection.first_order_at,
    )


def inbound_delivery_answer(delivery: InboundDelivery) -> InboundDeliveryAnswer:
    """Return a delivery; it needs its connection, store and references at hand."""
    return InboundDeliveryAnswer(
        id=delivery.id,
        connector=delivery.connection.connector,
        store=delivery.connection.store.slug,
        delivery_id=delivery.delivery_id,
        topic=delivery.topic,
        state=delivery.state,
        reason=delivery.reason,
        waits_for=delivery.waits_for or None,
        attempts=delivery.attempts,
        received_at=delivery.received_at,
        processed_at=delivery.processed_at,
        orders=sorted(one.external_id for one in delivery.references.all() if one.kind == ReferenceKind.ORDER),
    )
