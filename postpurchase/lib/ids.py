"""Identifiers: UUID version 7 (RFC 9562 section 5.7), made in Python so that every supported server works.

Python's own ``uuid.uuid7`` arrives with 3.14, PostgreSQL's with 18; we support less of both.
"""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last_timestamp = 0


def uuid7() -> uuid.UUID:
    """Return a UUIDv7 whose time part (milliseconds, 1/4096 steps below) never goes back within this process.

    Rows written one after the other therefore sort in the order in which they were made.
    """
    return uuid7s(1)[0]


def uuid7s(count: int) -> list[uuid.UUID]:
    """Return many at once, in rising order."""
    global _last_timestamp
    with _lock:
        # 48 bits of milliseconds and 12 bits of fraction (RFC 9562 section 6.2, method 3).
        first = max(time.time_ns() * 4096 // 1_000_000, _last_timestamp + 1)
        _last_timestamp = first + count - 1
    noise = os.urandom(8 * count)
    return [
        uuid.UUID(int=_value(timestamp, int.from_bytes(noise[8 * index : 8 * index + 8], "big")))
        for index, timestamp in enumerate(range(first, first + count))
    ]


def _value(timestamp: int, noise: int) -> int:
    milliseconds, fraction = timestamp >> 12, timestamp & 0xFFF
    return (milliseconds & 0xFFFFFFFFFFFF) << 80 | (0x7000 | fraction) << 64 | 0b10 << 62 | noise & 0x3FFFFFFFFFFFFFFF
