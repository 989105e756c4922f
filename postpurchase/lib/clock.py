"""The one place that reads the clock. Edges call it and pass ``now`` on; decisions never read it themselves."""

import datetime as dt


def now() -> dt.datetime:
    """Return the current moment, aware, in UTC."""
    return dt.datetime.now(dt.UTC)
