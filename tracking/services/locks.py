"""Holding tracking numbers, so that a parcel and the news about it cannot miss each other.

Registration looks for news that came first; news looks for a parcel. Without a lock both could look at the same moment
and find nothing. Whoever reads or writes what belongs to a number holds it until the transaction ends.
"""

import uuid
import zlib
from collections.abc import Iterable

from django.db import connection

# The two-part advisory locks are a space of their own, apart from the events' locks.
LOCK_CLASS = 7_315_002
# Numbers share this many locks per merchant: a batch of a thousand must not fill the server's lock table.
BUCKETS = 128


def hold_numbers(*, merchant_id: uuid.UUID, numbers: Iterable[str]) -> None:
    """Wait until nobody else works on these numbers. In sorted order, lest two batches wait for each other."""
    keys = sorted({_key(merchant_id, number) for number in numbers if number})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS key", [LOCK_CLASS, keys])


def _key(merchant_id: uuid.UUID, number: str) -> int:
    bucket = zlib.crc32(number.encode()) % BUCKETS
    return zlib.crc32(merchant_id.bytes + bytes([bucket])) - 2**31
