"""Keys of shops' programs: made, shown once, recognised, revoked."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db.models import Q

from postpurchase.accounts.models import ApiKey, Merchant, Scope
from postpurchase.accounts.scoping import all_merchants
from postpurchase.lib.tokens import api_key_digest, same

PREFIX_LENGTH = 11  # "pp_" and eight characters


def create_api_key(
    *,
    merchant: Merchant,
    name: str,
    scopes: Sequence[Scope],
    now: dt.datetime,
    requests_per_minute: int | None = 600,
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Store a key and return it with its secret, which nobody can read again. Needs the merchant's scope."""
    secret = f"pp_{secrets.token_hex(4)}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        merchant=merchant,
        name=name,
        prefix=secret[:PREFIX_LENGTH],
        digest=api_key_digest(secret),
        scopes=[str(scope) for scope in scopes],
        requests_per_minute=requests_per_minute,
        created_at=now,
        expires_at=expires_at,
    )
    return key, secret


def recognise_api_key(*, secret: str, now: dt.datetime) -> ApiKey | None:
    """Return the live key with this secret, or None. Looks across merchants; compares in constant time."""
    with all_merchants("an API key says by itself whose it is"):
        key = (
            ApiKey.objects.filter(prefix=secret[:PREFIX_LENGTH], revoked_at__isnull=True)
            .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
            .first()
        )
    if key is None or not same(bytes(key.digest), api_key_digest(secret)):
        return None
    return key


def revoke_api_key(*, merchant: Merchant, prefix: str, now: dt.datetime) -> bool:
    """End a key at once. Returns whether there was a live one. Needs the merchant's scope."""
    return bool(ApiKey.objects.filter(merchant=merchant, prefix=prefix, revoked_at__isnull=True).update(revoked_at=now))
