"""How long an account rests after a carrier gave no answer. Pure.

The first question after a rest is the only one: a carrier that is still away costs one request, not a queue of them.
"""

import datetime as dt

from tracking.carriers.answers.base import Trouble

FIRST_REST = dt.timedelta(minutes=1)
# An outage is over sooner or later; wrong keys are until somebody changes them.
LONGEST_REST = {
    Trouble.AWAY: dt.timedelta(hours=1),
    Trouble.NONSENSE: dt.timedelta(hours=1),
    Trouble.TOO_FAST: dt.timedelta(hours=6),
}
AFTER_A_REFUSAL = dt.timedelta(hours=6)


def rest_after(trouble: Trouble, *, failures: int, retry_after: int | None = None) -> dt.timedelta:
    """Return how long to leave a carrier alone after the ``failures``-th failure in a row (from 1).

    ``retry_after`` is the carrier's own wish in seconds; we never ask sooner than that.
    """
    if trouble is Trouble.NOT_FOUND:
        return dt.timedelta()
    if trouble is Trouble.REFUSED:
        return AFTER_A_REFUSAL
    rest = min(FIRST_REST * (1 << min(max(failures - 1, 0), 12)), LONGEST_REST[trouble])
    return max(rest, dt.timedelta(seconds=retry_after)) if retry_after is not None else rest
