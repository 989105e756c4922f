"""How many requests a caller may still make this minute. Counted in Redis; when Redis is away everybody may go on."""

import datetime as dt
from dataclasses import dataclass

import redis
import structlog

from postpurchase.lib.redis_client import hasty_redis

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a minute. ``reset`` is in seconds from now."""

    limit: int
    remaining: int
    reset: int
    is_spent: bool

    @property
    def headers(self) -> dict[str, str]:
        headers = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }
        return {**headers, "Retry-After": str(self.reset)} if self.is_spent else headers


def spend(caller: str, limit: int | None, now: dt.datetime) -> Allowance | None:
    """Count one request of a caller, whatever names it. None where there is no limit or nobody can count."""
    if limit is None:
        return None
    window, passed = divmod(int(now.timestamp()), WINDOW_SECONDS)
    name = f"api:requests:{caller}:{window}"
    try:
        counter = hasty_redis()
        used = int(counter.incr(name))
        if used == 1:
            counter.expire(name, 2 * WINDOW_SECONDS)
    except redis.RedisError:
        log.warning("api.rate_limit_not_counted")
        return None
    return Allowance(
        limit=limit,
        remaining=max(0, limit - used),
        reset=WINDOW_SECONDS - passed,
        is_spent=used > limit,
    )
