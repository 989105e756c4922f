"""Secrets at rest: sealed with the operator's keys, newest first, so that keys can be changed one after the other."""

from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> bytes:
    """Encrypt ``text`` with the newest key."""
    return _box(tuple(settings.FIELD_KEYS)).encrypt(text.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt what ``seal`` made with any of the configured keys. Raises ``cryptography.fernet.InvalidToken``."""
    return _box(tuple(settings.FIELD_KEYS)).decrypt(bytes(sealed)).decode()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
