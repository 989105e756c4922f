"""When somebody last knocked with a wrong signature: shown at the set-up, for a mistyped secret looks like that.

Kept in the broker's memory for a day, never in a table: anybody can knock, and a knock must leave no row.
"""

import datetime as dt
import uuid
from functools import lru_cache

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

KEPT_SECONDS = 24 * 3600
# A request waits no longer than this for it.
TIMEOUT_SECONDS = 0.25


def note_refusal(*, connection_id: uuid.UUID, now: dt.datetime) -> None:
    """Remember that a delivery was refused."""
    try:
        _redis(settings.REDIS_URL).set(_name(connection_id), now.isoformat(), ex=KEPT_SECONDS)
    except redis.RedisError:
        log.warning("connectors.refusal_not_noted")


def last_refusal(*, connection_id: uuid.UUID) -> dt.datetime | None:
    """Return when a delivery was refused last; None where there was none in a day, or nobody remembers."""
    try:
        noted = _redis(settings.REDIS_URL).get(_name(connection_id))
    except redis.RedisError:
        return None
    return dt.datetime.fromisoformat(noted.decode()) if isinstance(noted, bytes) else None


def _name(connection_id: uuid.UUID) -> str:
    return f"connectors:refused:{connection_id}"


@lru_cache(maxsize=2)
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
