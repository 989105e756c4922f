"""Keys of shops' programs: made, shown once, recognised, revoked."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from postpurchase.accounts.models import ApiKey, Merchant, Scope
from postpurchase.accounts.rows import instance_of, selection
from postpurchase.accounts.scoping import enter_scope_of_row, look_up_across_merchants
from postpurchase.lib.tokens import api_key_digest

PREFIX_LENGTH = 11  # "pp_" and eight characters

# The prefix finds a row; the digest is an HMAC under a key of ours, so how long it takes to compare two of them tells
# nobody anything about a secret.
_LIVE_KEY = (
    f"SELECT key.merchant_id AS entered, {selection(ApiKey, alias='key')}, {selection(Merchant, alias='merchant')}"  # noqa: S608 - columns
    " FROM accounts_apikey AS key JOIN accounts_merchant AS merchant ON merchant.id = key.merchant_id"
    " WHERE key.prefix = %(prefix)s AND key.digest = %(digest)s AND key.revoked_at IS NULL"
    " AND (key.expires_at IS NULL OR key.expires_at > %(now)s)"
)
_REASON = "an API key says by itself whose it is"


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
    """Return the live key with this secret, its merchant at hand, or None."""
    return _key_of(look_up_across_merchants(_LIVE_KEY, _named(secret, now), reason=_REASON))


def enter_scope_of_api_key(*, secret: str, now: dt.datetime) -> ApiKey | None:
    """Return the live key with this secret and scope the rest of the request to its merchant; None without one."""
    return _key_of(enter_scope_of_row(_LIVE_KEY, _named(secret, now), reason=_REASON))


def revoke_api_key(*, merchant: Merchant, prefix: str, now: dt.datetime) -> bool:
    """End a key at once. Returns whether there was a live one. Needs the merchant's scope."""
    return bool(ApiKey.objects.filter(merchant=merchant, prefix=prefix, revoked_at__isnull=True).update(revoked_at=now))


def _named(secret: str, now: dt.datetime) -> dict[str, object]:
    return {"prefix": secret[:PREFIX_LENGTH], "digest": api_key_digest(secret), "now": now}


def _key_of(row: tuple[Any, ...] | None) -> ApiKey | None:
    if row is None:
        return None
    _, *found = row
    columns_of_key = len(ApiKey._meta.concrete_fields)
    key = instance_of(ApiKey, found[:columns_of_key])
    key.merchant = instance_of(Merchant, found[columns_of_key:])
    return key
