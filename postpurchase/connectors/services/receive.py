"""Keeping what shops send: byte for byte, once, before anybody reads it."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from postpurchase.connectors.base import Envelope, Headers
from postpurchase.connectors.models import Connection, InboundDelivery
from postpurchase.connectors.services.doorbell import ring_after_commit

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
    row = InboundDelivery(
        merchant_id=connection.merchant_id,
        connection=connection,
        delivery_id=delivery_id_of(envelope, body),
        topic=_printable(envelope.topic)[:200],
        body=body,
        headers=kept_headers(headers),
        received_at=now,
        next_attempt_at=now,
    )
    InboundDelivery.objects.bulk_create([row], ignore_conflicts=True)
    stored = InboundDelivery.objects.get(connection=connection, delivery_id=row.delivery_id)
    if stored.id != row.id:
        return Receipt(delivery=stored, is_new=False)
    _note_sign_of_life(connection, now)
    ring_after_commit(merchant_id=connection.merchant_id)
    return Receipt(delivery=row, is_new=True)


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


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _note_sign_of_life(connection: Connection, now: dt.datetime) -> None:
    heard_long_ago = Q(last_delivery_at__isnull=True) | Q(last_delivery_at__lt=now - HEARD_EVERY)
    Connection.objects.filter(heard_long_ago, pk=connection.pk).update(last_delivery_at=now)
