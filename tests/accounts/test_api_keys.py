"""Keys are shown once, found by prefix, proved by HMAC, and end when revoked."""

import datetime as dt
import re

from django.db import connection, transaction

from postpurchase.accounts.models import ApiKey, Scope
from postpurchase.accounts.scoping import current_merchant_id, merchant_scope, no_scope
from postpurchase.accounts.services.api_keys import (
    create_api_key,
    enter_scope_of_api_key,
    recognise_api_key,
    revoke_api_key,
)


def _create(merchant, now, **options):
    with merchant_scope(merchant.id):
        return create_api_key(merchant=merchant, name="shop", scopes=[Scope.ORDERS_READ], now=now, **options)


def test_a_key_is_recognised_by_its_secret_alone(merchant, other_merchant, now):
    _, secret = _create(merchant, now)
    _, foreign = _create(other_merchant, now)

    assert re.fullmatch(r"pp_[0-9a-f]{8}_[\w-]{43}", secret)
    assert recognise_api_key(secret=secret, now=now).merchant_id == merchant.id
    assert recognise_api_key(secret=foreign, now=now).merchant_id == other_merchant.id


def test_what_is_stored_cannot_be_used_as_a_key(merchant, now, settings):
    key, secret = _create(merchant, now)

    assert secret[:11] == key.prefix
    assert secret.encode() not in bytes(key.digest)
    settings.API_KEY_HASH_KEY = "another installation's"
    assert recognise_api_key(secret=secret, now=now) is None


def test_a_wrong_secret_with_a_right_prefix_is_nobody(merchant, now):
    _, secret = _create(merchant, now)

    assert recognise_api_key(secret=secret[:-1] + ("A" if secret[-1] != "A" else "B"), now=now) is None
    assert recognise_api_key(secret=secret[:11], now=now) is None
    assert recognise_api_key(secret="", now=now) is None


def test_the_scope_of_a_key_is_entered_with_the_whole_secret_only(db, merchant, other_merchant, now):
    _, secret = _create(merchant, now)
    with no_scope(), transaction.atomic():
        assert enter_scope_of_api_key(secret=f"{secret[:11]}_{'x' * 43}", now=now) is None
        assert _merchants_seen() == set()

        assert enter_scope_of_api_key(secret=secret, now=now).merchant == merchant
        assert (current_merchant_id(), _merchants_seen()) == (merchant.id, {merchant.id})


def _merchants_seen():
    """Whose stores the database itself shows, asked past the managers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT merchant_id FROM accounts_store")
        return {merchant_id for (merchant_id,) in cursor.fetchall()}


def test_revoked_and_expired_keys_are_nobody(merchant, other_merchant, now):
    key, secret = _create(merchant, now)
    _, short = _create(merchant, now, expires_at=now + dt.timedelta(hours=1))

    with merchant_scope(other_merchant.id):
        assert revoke_api_key(merchant=other_merchant, prefix=key.prefix, now=now) is False
    assert recognise_api_key(secret=secret, now=now) is not None
    with merchant_scope(merchant.id):
        assert revoke_api_key(merchant=merchant, prefix=key.prefix, now=now) is True
        assert ApiKey.objects.get(pk=key.pk).revoked_at == now

    assert recognise_api_key(secret=secret, now=now) is None
    assert recognise_api_key(secret=short, now=now) is not None
    assert recognise_api_key(secret=short, now=now + dt.timedelta(hours=1)) is None
