"""When to try again, when to give up, and when an endpoint is dead: decisions without a clock or a table."""

import datetime as dt

from postpurchase.lib.moments import http_date

MOST_ATTEMPTS = 14
FIRST_WAIT = dt.timedelta(seconds=30)
# What failed together shall not come back together: each wait is up to a tenth shorter or longer.
JITTER = 0.1
LONGEST_RETRY_AFTER = dt.timedelta(hours=24)
# A later event of the same subject waits for an earlier one only while that is in its first attempts (eight minutes).
PATIENT_ATTEMPTS = 5
# A merchant's endpoint that does not answer must not keep the workers busy: after some failures it is left alone
# for a while, longer each time. Its deliveries wait and lose no attempts.
FAILURES_BEFORE_REST = 3
FIRST_REST = dt.timedelta(seconds=5)
LONGEST_REST = dt.timedelta(minutes=5)
DEAD_AFTER = dt.timedelta(days=7)
DEAD_AFTER_FAILURES = 14


def wait_before_next(*, attempts: int, fraction: float, retry_after: dt.timedelta | None) -> dt.timedelta:
    """Return how long to wait after ``attempts`` failures: 30 s, 60 s, 120 s … 34 h, give or take a tenth.

    ``fraction`` (0 to 1, drawn by the caller) says how much. Where the server asked for more time, it gets it.
    """
    wait: dt.timedelta = FIRST_WAIT * 2 ** (attempts - 1) * (1 - JITTER + 2 * JITTER * fraction)
    return max(wait, retry_after) if retry_after else wait


def rest_after(*, failed_in_a_row: int, retry_after: dt.timedelta | None) -> dt.timedelta | None:
    """Return how long an endpoint is left alone after so many failures one after the other; None: not at all."""
    rest: dt.timedelta | None = None
    if failed_in_a_row >= FAILURES_BEFORE_REST:
        rest = min(LONGEST_REST, FIRST_REST * 2 ** min(failed_in_a_row - FAILURES_BEFORE_REST, 20))
    return max(rest or retry_after, retry_after) if retry_after else rest


def is_dead(*, failing_since: dt.datetime, failed_in_a_row: int, now: dt.datetime) -> bool:
    """Say whether an endpoint has failed for so long and so often that it is switched off."""
    return failed_in_a_row >= DEAD_AFTER_FAILURES and now - failing_since >= DEAD_AFTER


def read_retry_after(value: str, *, now: dt.datetime) -> dt.timedelta | None:
    """Read a ``Retry-After`` header (RFC 9110 section 10.2.3): seconds or a date. None where it says nothing usable."""
    if value.isascii() and value.isdigit():
        return min(dt.timedelta(seconds=int(value[:9])), LONGEST_RETRY_AFTER)
    moment = http_date(value)
    return None if moment is None else min(max(moment - now, dt.timedelta()), LONGEST_RETRY_AFTER)
