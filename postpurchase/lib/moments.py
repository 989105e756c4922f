"""Moments with any offset that RFC 3339 allows reach PostgreSQL, which itself reads offsets below 16 hours only."""

import datetime as dt
from typing import Any

from psycopg2.extensions import TimestampFromPy, register_adapter

EARLIEST, LATEST = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)


def hand_over_in_utc() -> None:
    """Make the database driver write every aware datetime in UTC; what has no time zone stays as it is."""
    register_adapter(dt.datetime, _adapted)


def in_utc(moment: dt.datetime) -> dt.datetime:
    """Return an aware moment in UTC. At the edges of what Python can hold it is the edge."""
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError:
        return EARLIEST if moment.year == dt.MINYEAR else LATEST


def _adapted(moment: dt.datetime) -> Any:
    if moment.tzinfo is not None and moment.tzinfo is not dt.UTC:
        moment = in_utc(moment)
    return TimestampFromPy(moment)
