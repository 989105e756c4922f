"""The signed proof that a notice's words were fetched at a moment. Pure, but for the operator's key.

``<version>.<seconds>.<nonce>:<signature>``: HMAC-SHA256 under the operator's SECRET_KEY, and those before it.
"""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass

from django.core import signing

# A checkout page may stay open over a weekend; a shop's clock may be a little ahead.
OLDEST_WHEN_ORDERED = dt.timedelta(days=7)
CLOCKS_MAY_DIFFER = dt.timedelta(minutes=10)
_SALT = "postpurchase.notice"


@dataclass(frozen=True, slots=True)
class NoticeProof:
    """What a proof says: the version, and when it was fetched."""

    version_id: uuid.UUID
    shown_at: dt.datetime


def make_proof(*, version_id: uuid.UUID, now: dt.datetime) -> str:
    """Return the proof that this version was fetched now."""
    value = f"{version_id.hex}.{int(now.timestamp())}.{secrets.token_urlsafe(6)}"
    return signing.Signer(salt=_SALT).sign(value)


def read_proof(proof: str, *, ordered_at: dt.datetime) -> NoticeProof | None:
    """Return what a proof says; None where it is not ours, or not of the days before ``ordered_at``."""
    try:
        version_id, shown_at, _nonce = signing.Signer(salt=_SALT).unsign(proof).split(".")
        found = NoticeProof(uuid.UUID(version_id), dt.datetime.fromtimestamp(int(shown_at), dt.UTC))
    except (signing.BadSignature, ValueError, OverflowError, OSError):
        return None
    fits = found.shown_at - CLOCKS_MAY_DIFFER <= ordered_at <= found.shown_at + OLDEST_WHEN_ORDERED
    return found if fits else None
