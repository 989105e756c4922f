"""Proof of life: beat asks every ten seconds, a worker answers by writing the time into the broker's store.

One key covers the whole chain (beat, broker, worker). It is only a hint; losing it costs ten seconds.
"""

import datetime as dt

import redis
from django.conf import settings

KEY = "operations:heartbeat"
TIMEOUT_SECONDS = 1.0
STALE_AFTER = dt.timedelta(seconds=45)


def store() -> "redis.Redis":
    """A client of the broker that gives up quickly."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )


def give(*, now: dt.datetime) -> None:
    """Note that a worker is alive. Raises ``redis.RedisError``."""
    with store() as client:
        client.set(KEY, now.isoformat(), ex=dt.timedelta(days=1))


def age(*, now: dt.datetime) -> dt.timedelta | None:
    """How long ago a worker last answered; None where it never did or the broker does not answer."""
    try:
        with store() as client:
            noted = client.get(KEY)
    except redis.RedisError:
        return None
    return None if noted is None else now - dt.datetime.fromisoformat(bytes(noted).decode())
