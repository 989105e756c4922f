"""Waiting for each other by name, across processes, until the transaction ends."""

import hashlib
from collections.abc import Iterable, Sequence

from django.db import connection

BUCKETS = 256
# Takes the locks in the order of the parameter.
HOLD = "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key"


def lock_names(*, realm: str, names: Iterable[str]) -> None:
    """Hold ``names`` of a ``realm`` until this transaction ends; who else asks for one of them waits.

    Names share ``BUCKETS`` locks per realm: two names rarely wait for each other without need, and the largest batch
    stays far below the server's lock table. Taken in sorted order, so callers of one realm cannot block each other for
    good; a caller that needs two realms takes them in the order in which its module documents.
    """
    lock_keys(keys_of(realm=realm, names=names))


def keys_of(*, realm: str, names: Iterable[str]) -> list[int]:
    """Return the locks that stand for ``names``, in the order in which ``HOLD`` must take them."""
    return sorted({_key(f"{realm}:{_bucket(name)}") for name in names})


def lock_realm(*, realm: str) -> None:
    """Hold every name of a ``realm`` until this transaction ends: for rare work that concerns all of them."""
    lock_keys(sorted(_key(f"{realm}:{bucket}") for bucket in range(BUCKETS)))


def lock_keys(keys: Sequence[int]) -> None:
    """Hold what ``keys_of`` names until this transaction ends."""
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [list(keys)])


def _bucket(name: str) -> int:
    return _key(name) % BUCKETS


def _key(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
