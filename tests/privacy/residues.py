"""Looking for a mark in everything that is stored: every column of every table, and the broker."""

import redis
from django.conf import settings
from django.db import connection

# Look across merchants, as the owner of the data does; the test's own scope is given back afterwards.
from postpurchase.accounts.scoping import all_merchants


def columns_that_hold(mark: str) -> set[str]:
    """Return ``table.column`` wherever ``mark`` is found, as text or as bytes, in whatever case."""
    found: set[str] = set()
    with all_merchants("look into every column"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' ORDER BY 1, 2"
        )
        for table, column, kind in cursor.fetchall():
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE strpos(lower({text}), %s) > 0)', [mark.lower()])
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return found


def broker_keys_that_hold(mark: str) -> list[str]:
    """Return the keys of the broker and cache in whose name or content ``mark`` is found."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    try:
        return [str(key) for key in server.scan_iter() if mark.lower().encode() in _content(server, key).lower()]
    finally:
        server.close()


def _content(server: redis.Redis, key: bytes) -> bytes:
    match server.type(key):
        case b"string":
            return key + (server.get(key) or b"")
        case b"list":
            return key + b"".join(server.lrange(key, 0, -1))
        case b"set":
            return key + b"".join(server.smembers(key))
        case b"hash":
            return key + b"".join(part for pair in server.hgetall(key).items() for part in pair)
        case b"zset":
            return key + b"".join(server.zrange(key, 0, -1))
        case other:
            raise TypeError(f"a key of a kind nobody looks into: {other!r}")
