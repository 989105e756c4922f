"""Addresses in the form in which they are compared, and the digest that is kept of a suppressed one."""

import datetime as dt
import uuid

from django.conf import settings

from messaging.enums import Channel, SuppressionReason
from messaging.models import Suppression
from postpurchase.lib.tokens import keyed_digest


def normalise(address: str, channel: str) -> str:
    """Return the address as it is compared: an e-mail address lower-case and trimmed, a number without spaces."""
    return address.strip().lower() if channel == Channel.EMAIL else "".join(address.split())


def address_digest(*, merchant_id: uuid.UUID, channel: str, address: str) -> bytes:
    """Return HMAC-SHA256 of a merchant's address: recognisable, never readable, and not comparable across merchants."""
    value = f"{merchant_id}:{channel}:{normalise(address, channel)}"
    return keyed_digest(key=settings.SUPPRESSION_HASH_KEY, value=value)


def suppress(
    *, merchant_id: uuid.UUID, channel: str, address: str, reason: SuppressionReason, now: dt.datetime
) -> bool:
    """Never write to this address again. Returns whether that is news. Needs the merchant's scope."""
    row = Suppression(
        merchant_id=merchant_id,
        channel=channel,
        address_digest=address_digest(merchant_id=merchant_id, channel=channel, address=address),
        reason=reason,
        created_at=now,
    )
    Suppression.objects.bulk_create([row], ignore_conflicts=True)
    return Suppression.objects.filter(pk=row.pk).exists()


def lift_suppression(*, merchant_id: uuid.UUID, channel: str, address: str) -> bool:
    """Write to this address again, after a person has checked it. Returns whether it was suppressed."""
    digest = address_digest(merchant_id=merchant_id, channel=channel, address=address)
    deleted, _ = Suppression.objects.filter(channel=channel, address_digest=digest).delete()
    return deleted > 0


def suppression_of(*, merchant_id: uuid.UUID, channel: str, address: str) -> str | None:
    """Return why the address is suppressed, None if it is not. Needs the merchant's scope."""
    digest = address_digest(merchant_id=merchant_id, channel=channel, address=address)
    return Suppression.objects.filter(channel=channel, address_digest=digest).values_list("reason", flat=True).first()
