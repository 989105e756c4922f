"""How many questions an account has left today, and when it may ask the next one. Pure; a day ends at 00:00 GMT.

What a carrier grants for a day is spread over the day: a quarter may be used at any time, the rest as the hours pass.
Else a morning's parcels would leave nothing for the vans of the afternoon.
"""

import datetime as dt
import math
from dataclasses import dataclass

from tracking.carriers.answers.base import Headers

DAY = dt.timedelta(days=1)
AT_ANY_TIME = 0.25
# A carrier says "none left" without saying until when.
REST_WITHOUT_A_WORD = dt.timedelta(minutes=1)
LONGEST_REST = dt.timedelta(hours=6)
# Larger numbers than this are not seconds to wait but a moment in seconds since 1970.
MOMENTS_BEGIN = 1_000_000_000

REMAINING = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
RESET = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset", "retry-after")


@dataclass(frozen=True, slots=True)
class Use:
    """How often an account asked on ``day``."""

    day: dt.date | None
    asked: int

    def today(self, now: dt.datetime) -> int:
        """Return how often it asked on the day of ``now``."""
        return self.asked if self.day == gmt_day(now) else 0


def gmt_day(now: dt.datetime) -> dt.date:
    """Return the day by which carriers count."""
    return now.astimezone(dt.UTC).date()


def left(quota: int | None, use: Use, *, now: dt.datetime) -> int | None:
    """Return how many questions are left for today, None where nobody counts."""
    return None if quota is None else max(0, quota - use.today(now))


def next_allowed(quota: int | None, use: Use, *, now: dt.datetime) -> dt.datetime:
    """Return the first moment from ``now`` on at which the quota allows a question."""
    if quota is None:
        return now
    midnight = dt.datetime.combine(gmt_day(now), dt.time(), tzinfo=dt.UTC)
    asked = use.today(now)
    if asked >= quota:
        return midnight + DAY
    from_now_on = asked + 1 - max(1, math.floor(quota * AT_ANY_TIME))
    if from_now_on <= 0:
        return now
    return max(now, midnight + DAY * from_now_on / quota)


def rest_asked_for(headers: Headers, *, now: dt.datetime) -> dt.timedelta | None:
    """Return how long to leave a carrier alone whose headers say that nothing is left; None where they do not."""
    remaining = next((value for name in REMAINING if (value := _whole(headers.get(name))) is not None), None)
    if remaining != 0:
        return None
    reset = next((value for name in RESET if (value := _whole(headers.get(name))) is not None), None)
    if reset is None:
        return REST_WITHOUT_A_WORD
    seconds = reset - now.timestamp() if reset >= MOMENTS_BEGIN else reset
    return min(max(dt.timedelta(seconds=seconds), dt.timedelta()), LONGEST_REST)


def _whole(value: str | None) -> int | None:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 14 else None
