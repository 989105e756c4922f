"""Moments in the cursors and questions of pollers."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from postpurchase.connectors.base import PollFailed
from postpurchase.lib.moments import in_utc


def since_of(cursor: Mapping[str, Any]) -> dt.datetime:
    """Return the moment from which on nothing is known to be in. Raises ``PollFailed`` where there is none."""
    try:
        return in_utc(dt.datetime.fromisoformat(str(cursor.get("since"))))
    except ValueError:
        raise PollFailed("The place where asking stopped cannot be read.") from None


def as_text(moment: dt.datetime) -> str:
    """Write a moment as RFC 3339 in UTC, whole seconds."""
    return in_utc(moment).replace(microsecond=0).isoformat().replace("+00:00", "Z")
