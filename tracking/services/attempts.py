"""Counting look-ups, so that order numbers cannot be tried out.

Two counters, both for wrong answers as well as unknown numbers, so that neither tells the two apart: per order number
(ten misses in a day close it: its link still works) and per network address. They live in the cache: losing them
opens the door for a day at most, and a look-up that cannot be counted is refused.
"""

import datetime as dt
import hashlib
import uuid

from django.core.cache import cache

from postpurchase.lib.client_addresses import network_of

MISSES_PER_NUMBER = 10
NUMBER_WINDOW = dt.timedelta(hours=24)
TRIES_PER_ADDRESS = 20
ADDRESS_WINDOW = dt.timedelta(hours=1)


class TooManyTries(Exception):
    """This network address has tried too often."""


def count_try(*, merchant_id: uuid.UUID, address: str) -> None:
    """Count one look-up from an address. Raises ``TooManyTries``, and ``RedisError`` where nothing can be counted."""
    if _count(f"look-up-address:{merchant_id}:{network_of(address)}", ADDRESS_WINDOW) > TRIES_PER_ADDRESS:
        raise TooManyTries


def is_closed(*, merchant_id: uuid.UUID, number: str) -> bool:
    """Say whether an order number had too many wrong answers today."""
    misses: int = cache.get(_number_key(merchant_id, number)) or 0
    return misses >= MISSES_PER_NUMBER


def count_miss(*, merchant_id: uuid.UUID, number: str) -> None:
    """Count one wrong answer for an order number, whether there is such an order or not."""
    _count(_number_key(merchant_id, number), NUMBER_WINDOW)


def _count(key: str, window: dt.timedelta) -> int:
    cache.add(key, 0, int(window.total_seconds()))
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out in between
        cache.add(key, 1, int(window.total_seconds()))
        return 1


def _number_key(merchant_id: uuid.UUID, number: str) -> str:
    digest = hashlib.sha256(number.strip().lstrip("#").strip().casefold().encode()).hexdigest()[:32]
    return f"look-up-number:{merchant_id}:{digest}"
