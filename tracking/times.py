"""Hours of a delivery: from one moment to another. Pure.

Whoever drives the van knows the hour: couriers and carriers on the day itself, a shop that delivers by itself.
"""

import datetime as dt
from dataclasses import dataclass

from tracking.inputs import Problem

LONGEST = dt.timedelta(hours=24)
INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Times:
    """When a parcel is expected: ``begins`` ≤ ``ends``, both with a time zone."""

    begins: dt.datetime
    ends: dt.datetime

    def days(self, zone: dt.tzinfo) -> tuple[dt.date, dt.date]:
        """Return the first and the last day in a time zone. What ends at midnight does not reach into the next day."""
        last = max(self.begins, self.ends - INSTANT)
        return self.begins.astimezone(zone).date(), last.astimezone(zone).date()


def times_of(begins: dt.datetime | None, ends: dt.datetime | None) -> Times | None:
    """Return stored or checked moments as one thing, None where there are none."""
    return Times(begins.astimezone(dt.UTC), ends.astimezone(dt.UTC)) if begins and ends else None


def times_told(begins: dt.datetime | None, ends: dt.datetime | None) -> Times | None:
    """Return the hours that a carrier's answer names, None for what is no more than a day or makes no sense.

    A window that begins with the day, in the time it is written in, names the day: nobody comes at midnight.
    """
    if begins is None or ends is None or not begins < ends or ends - begins > LONGEST:
        return None
    return None if begins.time() == dt.time.min else times_of(begins, ends)


def times_problems(begins: dt.datetime | None, ends: dt.datetime | None) -> list[Problem]:
    """Return what is wrong with ``window_from`` and ``window_to`` of a body."""
    if begins is None and ends is None:
        return []
    if begins is None or ends is None:
        missing = "/window_from" if begins is None else "/window_to"
        return [Problem(missing, "required", "A window has both ends: name window_from and window_to.")]
    if begins > ends:
        return [Problem("/window_to", "order", "The window ends before it begins.")]
    if ends - begins > LONGEST:
        return [Problem("/window_to", "too_long", "A window is at most 24 hours; name days for more.")]
    return []
