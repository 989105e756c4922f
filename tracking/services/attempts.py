"""Counting look-ups and codes, so that neither order numbers nor codes can be tried out.

Look-ups are counted for wrong answers as well as unknown numbers, so that nothing tells the two apart: per order
number (ten misses in a day, and a right answer alone opens nothing any more: it takes a one-time code), per merchant
(five hundred misses in an hour, and so it is for every number: somebody is trying them from many places), and per
network address. One-time codes are counted per order and per address when they are asked for, and per address when
they are given back. The counters live in the cache: losing them opens the door for a day at most, and what cannot be
counted is refused.
"""

import datetime as dt
import hashlib
import uuid

from django.core.cache import cache

from postpurchase.lib.client_addresses import network_of

MISSES_PER_NUMBER = 10
NUMBER_WINDOW = dt.timedelta(hours=24)
MISSES_PER_MERCHANT = 500
MERCHANT_WINDOW = dt.timedelta(hours=1)
TRIES_PER_ADDRESS = 20
ADDRESS_WINDOW = dt.timedelta(hours=1)
CODES_PER_ORDER = 5
CODES_PER_ADDRESS = 10
ANSWERS_PER_ADDRESS = 50
CODE_WINDOW = dt.timedelta(hours=1)


class TooManyTries(Exception):
    """This network address has tried too often, or too many codes were asked for one order."""


def count_try(*, merchant_id: uuid.UUID, address: str) -> None:
    """Count one look-up from an address. Raises ``TooManyTries``, and ``RedisError`` where nothing can be counted."""
    if _count(f"look-up-address:{merchant_id}:{network_of(address)}", ADDRESS_WINDOW) > TRIES_PER_ADDRESS:
        raise TooManyTries


def needs_code(*, merchant_id: uuid.UUID, number: str) -> bool:
    """Say whether an order number had too many wrong answers today, or the merchant's numbers within the hour."""
    of_number, of_merchant = _number_key(merchant_id, number), _merchant_key(merchant_id)
    misses: dict[str, int] = cache.get_many([of_number, of_merchant])
    return misses.get(of_number, 0) >= MISSES_PER_NUMBER or misses.get(of_merchant, 0) >= MISSES_PER_MERCHANT


def count_miss(*, merchant_id: uuid.UUID, number: str) -> None:
    """Count one wrong answer for an order number, whether there is such an order or not."""
    _count(_number_key(merchant_id, number), NUMBER_WINDOW)
    _count(_merchant_key(merchant_id), MERCHANT_WINDOW)


def count_code(*, merchant_id: uuid.UUID, key: str, address: str) -> None:
    """Count one request for a code, for an order's ``key`` and an address. Raises like ``count_try``."""
    of_address = _count(f"code-address:{merchant_id}:{network_of(address)}", CODE_WINDOW)
    of_order = _count(f"code-order:{merchant_id}:{key}", CODE_WINDOW)
    if of_address > CODES_PER_ADDRESS or of_order > CODES_PER_ORDER:
        raise TooManyTries


def count_answer(*, merchant_id: uuid.UUID, address: str) -> None:
    """Count one code given back from an address, right or wrong. Raises like ``count_try``."""
    if _count(f"code-answer:{merchant_id}:{network_of(address)}", CODE_WINDOW) > ANSWERS_PER_ADDRESS:
        raise TooManyTries


def number_key(number: str) -> str:
    """Return what stands for an order number in counters: the same for every way to write it, and unreadable."""
    return hashlib.sha256(number.strip().lstrip("#").strip().casefold().encode()).hexdigest()[:32]


def _count(key: str, window: dt.timedelta) -> int:
    cache.add(key, 0, int(window.total_seconds()))
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out in between
        cache.add(key, 1, int(window.total_seconds()))
        return 1


def _number_key(merchant_id: uuid.UUID, number: str) -> str:
    return f"look-up-number:{merchant_id}:{number_key(number)}"


def _merchant_key(merchant_id: uuid.UUID) -> str:
    return f"look-up-merchant:{merchant_id}"
