"""Keys of shops' programs: made, shown once, recognised, revoked."""

import datetime as dt
import secrets
from collections.abc import Sequence

from postpurchase.accounts.models import ApiKey, Merchant, Scope
from postpurchase.accounts.rows import instance_of, selection
from postpurchase.accounts.scoping import look_up_across_merchants
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
    """Return the live key with this secret, its merchant at hand, or None. Compares in constant time."""
    found = look_up_across_merchants(
        f"SELECT {selection(ApiKey, alias='key')}, {selection(Merchant, alias='merchant')}"  # noqa: S608 - columns
        " FROM accounts_apikey AS key JOIN accounts_merchant AS merchant ON merchant.id = key.merchant_id"
        " WHERE key.prefix = %(prefix)s AND key.revoked_at IS NULL"
        " AND (key.expires_at IS NULL OR key.expires_at > %(now)s)",
        {"prefix": secret[:PREFIX_LENGTH], "now": now},
        reason="an API key says by itself whose it is",
    )
    if found is None:
        return None
    columns_of_key = len(ApiKey._meta.concrete_fields)
    key = instance_of(ApiKey, found[:columns_of_key])
    key.merchant = instance_of(Merchant, found[columns_of_key:])
    return key if same(bytes(key.digest), api_key_digest(secret)) else None


def revoke_api_key(*, merchant: Merchant, prefix: str, now: dt.datetime) -> bool:
    """End a key at once. Returns whether there was a live one. Needs the merchant's scope."""
    return bool(ApiKey.objects.filter(merchant=merchant, prefix=prefix, revoked_at__isnull=True).update(revoked_at=now))
