"""Redis for what a request may do without: it answers at once or not at all."""

from functools import lru_cache

import redis
from django.conf import settings

# A request waits no longer than this.
TIMEOUT_SECONDS = 0.25


def hasty_redis() -> redis.Redis:
    """Return this process' client. Whatever is asked of it may raise ``redis.RedisError``."""
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=2)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
