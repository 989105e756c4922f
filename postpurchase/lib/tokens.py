"""Random secrets and what is stored of them."""

import hashlib
import hmac
import secrets

from django.conf import settings


def new_page_token() -> str:
    """Return 128 bits of randomness as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


def page_token_digest(token: str) -> bytes:
    """Return what is stored of a page token. The token is random, so a plain hash is enough to hide it."""
    return hashlib.sha256(token.encode()).digest()


def keyed_digest(*, key: str, value: str) -> bytes:
    """Return HMAC-SHA256 of ``value`` under ``key`` (both text)."""
    return hmac.new(key.encode(), value.encode(), hashlib.sha256).digest()


def api_key_digest(secret: str) -> bytes:
    """Return what is stored of an API key: an HMAC under a key of its own, so a copy of the table proves nothing."""
    return keyed_digest(key=settings.API_KEY_HASH_KEY, value=secret)
