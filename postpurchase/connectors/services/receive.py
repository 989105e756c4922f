"""Keeping what shops send: byte for byte, once, before anybody reads it."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from django.db.models import Q

from postpurchase.connectors.base import Envelope, Headers, Polled
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.lib.doorbell import ring_after_commit

# Headers that explain a body: what it is and which program sent it. Whatever proves something is left out.
KEPT_HEADERS = ("content-type", "user-agent", "x-shopify-", "x-wc-webhook-", "sw-", "x-magento-", "webhook-")
SECRET_WORDS = ("signature", "hmac", "token", "secret", "key", "auth")
# How exactly it is known when a shop was heard of last: finer would make every delivery wait for the one before.
HEARD_EVERY = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The delivery as it is stored. ``is_new`` is False where it had come before."""

    delivery: InboundDelivery
    is_new: bool


def store_delivery(
    *, connection: Connection, envelope: Envelope, headers: Headers, body: bytes, now: dt.datetime
) -> Receipt:
    """Keep one delivery and have it worked through after commit. Needs the merchant's scope.

    Of the same delivery sent twenty times at once, one is stored.
    """
    row = _row(connection, envelope, kept_headers(headers), body, now)
    InboundDelivery.objects.bulk_create([row], ignore_conflicts=True)
    stored = InboundDelivery.objects.get(connection=connection, delivery_id=row.delivery_id)
    if stored.id != row.id:
        return Receipt(delivery=stored, is_new=False)
    _note_sign_of_life(connection, now)
    ring_after_commit("connectors.process", merchant_id=connection.merchant_id)
    return Receipt(delivery=row, is_new=True)


def store_polled(*, connection: Connection, found: Sequence[Polled], now: dt.datetime) -> int:
    """Keep what a shop answered when it was asked. Returns how much of it was new. Needs the merchant's scope."""
    rows = []
    for one in found:
        body = msgspec.json.encode(one.body)
        envelope = Envelope(delivery_id=one.delivery_id, topic=one.topic)
        rows.append(_row(connection, envelope, {}, body, now))
    InboundDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    new = InboundDelivery.objects.filter(pk__in=[row.id for row in rows]).count()
    if new:
        _note_sign_of_life(connection, now)
        ring_after_commit("connectors.process", merchant_id=connection.merchant_id)
    return new


def delivery_id_of(envelope: Envelope, body: bytes) -> str:
    """Return the sender's own id, or a digest of topic and body where there is none that fits."""
    sent = envelope.delivery_id
    if 0 < len(sent) <= 200 and sent.isprintable():
        return sent
    content = b"\0".join((sent.encode(), envelope.topic.encode(), body))
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def kept_headers(headers: Headers) -> Mapping[str, str]:
    """Return the few headers that help to understand a body later."""
    return {
        name: _printable(value)[:300]
        for name, value in headers.items()
        if name.startswith(KEPT_HEADERS) and not any(word in name for word in SECRET_WORDS)
    }


def _row(
    connection: Connection, envelope: Envelope, headers: Mapping[str, str], body: bytes, now: dt.datetime
) -> InboundDelivery:
    return InboundDelivery(
        merchant_id=connection.merchant_id,
        connection=connection,
        delivery_id=delivery_id_of(envelope, body),
        topic=_printable(envelope.topic)[:200],
        body=body,
        headers=headers,
        received_at=now,
        next_attempt_at=now,
    )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _note_sign_of_life(connection: Connection, now: dt.datetime) -> None:
    heard_long_ago = Q(last_delivery_at__isnull=True) | Q(last_delivery_at__lt=now - HEARD_EVERY)
    Connection.objects.filter(heard_long_ago, pk=connection.pk).update(last_delivery_at=now)
