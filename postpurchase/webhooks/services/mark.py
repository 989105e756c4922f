"""How far the numbers of events have come, and who may still be writing below that.

An event's number is drawn before its transaction commits, so a higher number can be seen before a lower one. Whoever
reads events by number therefore sets a mark first: the last number drawn, and the transactions running right after.
Every number up to the mark was drawn by one of those or by one that has ended. Once none of those is running any more,
nothing up to the mark can appear any more.
"""

from dataclasses import dataclass

from django.db import connection

_RUNNING = """
    SELECT coalesce(array_agg(locks.virtualtransaction), '{}')
    FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid)
    WHERE locks.locktype = 'virtualxid' AND locks.mode = 'ExclusiveLock' AND locks.pid <> pg_backend_pid()
      AND activity.datname = current_database() AND activity.usename = current_user
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """``sequence`` is the last number drawn, ``running`` the transactions (PostgreSQL's virtual ids) running now."""

    sequence: int
    running: frozenset[str]


def read_mark() -> Mark:
    """Read both, in that order. Every transaction holds a lock on its own virtual id, which all roles can see."""
    sequence = last_sequence()
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING)
        return Mark(sequence=sequence, running=frozenset(cursor.fetchone()[0]))


def last_sequence() -> int:
    """Return the last number drawn, 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM event_sequence")
        return int(cursor.fetchone()[0])
