"""When somebody last knocked with a wrong signature: shown at the set-up, for a mistyped secret looks like that.

Kept in the broker's memory for a day, never in a table: anybody can knock, and a knock must leave no row.
"""

import datetime as dt
import uuid

import redis
import structlog

from postpurchase.lib.redis_client import hasty_redis

log = structlog.get_logger(__name__)

KEPT_SECONDS = 24 * 3600


def note_refusal(*, connection_id: uuid.UUID, now: dt.datetime) -> None:
    """Remember that a delivery was refused."""
    try:
        hasty_redis().set(_name(connection_id), now.isoformat(), ex=KEPT_SECONDS)
    except redis.RedisError:
        log.warning("connectors.refusal_not_noted")


def last_refusal(*, connection_id: uuid.UUID) -> dt.datetime | None:
    """Return when a delivery was refused last; None where there was none in a day, or nobody remembers."""
    try:
        noted = hasty_redis().get(_name(connection_id))
    except redis.RedisError:
        return None
    return dt.datetime.fromisoformat(noted.decode()) if isinstance(noted, bytes) else None


def _name(connection_id: uuid.UUID) -> str:
    return f"connectors:refused:{connection_id}"
