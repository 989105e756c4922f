"""Deliveries laid into the inbox as the hook does it, and the inbox worked off."""

import datetime as dt
import itertools
import json
from typing import Any

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.base import Envelope
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.services.process import process_batch
from postpurchase.connectors.services.receive import store_delivery

_number = itertools.count(1)


def lay(connection: Connection, body: Any, *, now: dt.datetime, topic: str = "news") -> InboundDelivery:
    """Store a delivery with a new id."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with merchant_scope(connection.merchant_id):
        return store_delivery(
            connection=connection,
            envelope=Envelope(delivery_id=f"n-{next(_number)}", topic=topic),
            headers={},
            body=raw,
            now=now,
        ).delivery


def work(connection: Connection, now: dt.datetime) -> int:
    """Work everything off that is due. Returns how many deliveries were taken in hand."""
    return process_batch(merchant_id=connection.merchant_id, now=lambda: now, limit=1000).done


def bring(connection: Connection, *bodies: Any, now: dt.datetime) -> list[tuple[str, str]]:
    """Store deliveries one after the other, each worked off before the next comes. Returns their states and reasons."""
    laid = []
    for body in bodies:
        laid.append(lay(connection, body, now=now))
        work(connection, now)
    return [fate(delivery) for delivery in laid]


def fate(delivery: InboundDelivery) -> tuple[str, str]:
    with merchant_scope(delivery.merchant_id):
        delivery.refresh_from_db()
        return delivery.state, delivery.reason
