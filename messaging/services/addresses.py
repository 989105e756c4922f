"""Addresses in the form in which they are compared, and the digest that is kept of a suppressed one."""

import datetime as dt
import uuid

from django.conf import settings

from messaging.enums import Channel, SuppressionReason
from messaging.models import Suppression
from postpurchase.lib.emails import normal_email
from postpurchase.lib.tokens import keyed_digest


def normalise(address: str, channel: str) -> str:
    """Return the address as it is compared: an e-mail address in its normal spelling, a number without spaces."""
    return normal_email(address) if channel == Channel.EMAIL else "".join(address.split())


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


def remember_objection(*, merchant_id: uuid.UUID, channel: str, address: str, purpose: str, now: dt.datetime) -> None:
    """Never write to this address for ``purpose`` again, unless its person agrees later than now."""
    Suppression.objects.bulk_create(
        [
            Suppression(
                merchant_id=merchant_id,
                channel=channel,
                address_digest=address_digest(merchant_id=merchant_id, channel=channel, address=address),
                purpose=purpose,
                reason=SuppressionReason.OBJECTED,
                created_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["merchant", "channel", "address_digest", "purpose"],
        update_fields=["created_at"],
    )


def lift_objection(
    *, merchant_id: uuid.UUID, channel: str, address: str, purpose: str, agreed_at: dt.datetime | None
) -> bool:
    """End an objection against which its person agreed since (None: not at all). Returns whether there is none now."""
    digest = address_digest(merchant_id=merchant_id, channel=channel, address=address)
    objection = Suppression.objects.filter(channel=channel, address_digest=digest, purpose=purpose)
    if agreed_at is not None:
        objection.filter(created_at__lt=agreed_at).delete()
    return not objection.exists()


def lift_stop(*, merchant_id: uuid.UUID, channel: str, phone: str) -> bool:
    """Write to a number again that said STOP, since its owner took that back. Returns whether it was blocked by it.

    What else speaks against an address stays: that it does not exist, or an objection of somebody erased since.
    """
    digest = address_digest(merchant_id=merchant_id, channel=channel, address=phone)
    stopped = Suppression.objects.filter(channel=channel, address_digest=digest, purpose="")
    deleted, _ = stopped.filter(reason=SuppressionReason.OPTED_OUT).delete()
    return deleted > 0


def suppression_of(*, merchant_id: uuid.UUID, channel: str, address: str, purpose: str = "") -> str | None:
    """Return why the address is suppressed for all messages or those of ``purpose``, None if it is not.

    Needs the merchant's scope.
    """
    digest = address_digest(merchant_id=merchant_id, channel=channel, address=address)
    return (
        Suppression.objects.filter(channel=channel, address_digest=digest, purpose__in=("", purpose))
        .order_by("purpose")
        .values_list("reason", flat=True)
        .first()
    )
