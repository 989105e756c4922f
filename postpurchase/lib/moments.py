"""Moments with any offset that RFC 3339 allows reach PostgreSQL, which itself reads offsets below 16 hours only."""

import datetime as dt
from email.utils import parsedate_to_datetime
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


def http_date(text: str) -> dt.datetime | None:
    """Read the date of an HTTP header (RFC 9110 section 5.6.7), in UTC where it names no zone. None for anything else.

    Headers are written by other people's servers, so nothing they hold may raise.
    """
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _adapted(moment: dt.datetime) -> Any:
    if moment.tzinfo is not None and moment.tzinfo is not dt.UTC:
        moment = in_utc(moment)
    return TimestampFromPy(moment)
