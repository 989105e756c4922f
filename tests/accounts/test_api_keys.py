"""Keys are shown once, found by prefix, proved by HMAC, and end when revoked."""

import datetime as dt
import re

from postpurchase.accounts.models import ApiKey, Scope
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key, recognise_api_key, revoke_api_key


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
