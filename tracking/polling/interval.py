"""When a parcel is asked about next: often when it is about to arrive, seldom while it rolls, never when it is done.

Pure. Times of day are the merchant's own. The jitter comes from the parcel's id, so a thousand parcels of one evening
are not asked about in the same minute, and the same decision comes out again.
"""

import datetime as dt
import enum
import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tracking.enums import ShipmentStatus

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)

# A new number is known to a carrier after 10 to 30 minutes (DHL's own words).
FIRST = 15 * MINUTE
# Not known yet → how long the parcel may have been known to us, and how long we wait then.
UNKNOWN_YET = ((2 * HOUR, 20 * MINUTE), (24 * HOUR, 2 * HOUR), (72 * HOUR, 6 * HOUR))
UNKNOWN_FOR_LONG = 12 * HOUR
ON_DELIVERY_DAY = HOUR
ON_THE_WAY = 6 * HOUR
ANNOUNCED, ANNOUNCED_LONG_AGO = 8 * HOUR, 12 * HOUR
AFTER_AN_ATTEMPT = 3 * HOUR
WAITING_FOR_PICKUP = 12 * HOUR
# No answer: the account rests by itself (circuit.py); the parcel goes to the back of the queue.
AFTER_TROUBLE, LONGEST_AFTER_TROUBLE = 15 * MINUTE, 6 * HOUR
EXPIRES_AFTER = dt.timedelta(days=30)
# Vans are on the road between these hours; outside them nothing changes within the hour.
DAY_BEGINS, DAY_ENDS = dt.time(6), dt.time(22)


class Stop(enum.StrEnum):
    """Why a parcel is not asked about any more."""

    FINAL = "final"  # delivered, or back at the sender
    EXPIRED = "expired"  # nothing heard for a month
    NO_NUMBER = "no_number"  # no number a carrier could be asked about


class Answer(enum.StrEnum):
    """What the last question brought."""

    HEARD = "heard"
    NOT_FOUND = "not_found"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What decides. ``known_since`` is when the shop told us; ``heard_at`` when there was news last.

    ``expected`` are the days on which it may arrive, as far as somebody named them. ``troubles`` counts the questions
    without an answer since the last one that had one.
    """

    id: uuid.UUID
    status: str
    substatus: str
    known_since: dt.datetime
    heard_at: dt.datetime | None = None
    expected: tuple[dt.date, dt.date] | None = None
    troubles: int = 0


def stopped(parcel: Parcel, *, now: dt.datetime) -> Stop | None:
    """Say why a parcel need not be asked about, None where it must."""
    if parcel.status in (ShipmentStatus.DELIVERED, ShipmentStatus.EXPIRED) or parcel.substatus == "exception_returned":
        return Stop.FINAL
    if now - (parcel.heard_at or parcel.known_since) >= EXPIRES_AFTER:
        return Stop.EXPIRED
    return None


def first_poll(parcel: Parcel, *, now: dt.datetime) -> dt.datetime:
    """Return when a parcel that was never asked about is asked about: once the carrier can know it, else soon."""
    return max(parcel.known_since + FIRST, now) + fraction(parcel.id) * 5 * MINUTE


def next_poll(parcel: Parcel, answer: Answer, *, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return when a parcel that goes on is asked about again, after ``answer`` at ``now``."""
    wait = _wait(parcel, answer, now, zone)
    due = now + wait * (0.9 + 0.2 * fraction(parcel.id))
    if answer is Answer.HEARD and wait == ON_DELIVERY_DAY:
        return _in_daytime(due, parcel, zone)
    if answer is Answer.HEARD and parcel.expected and wait > ON_DELIVERY_DAY:
        morning = _morning(parcel.expected[0], parcel, zone)
        return min(due, morning) if morning > now else due
    return due


def fraction(parcel_id: uuid.UUID) -> float:
    """Return a number from 0 to 1 that is always the same for a parcel and differs from parcel to parcel."""
    return (parcel_id.int & 0xFFFFFFFF) / 0x1_0000_0000


def _wait(parcel: Parcel, answer: Answer, now: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    age = now - parcel.known_since
    if answer is Answer.TROUBLE:
        return min(AFTER_TROUBLE * (1 << min(max(parcel.troubles - 1, 0), 10)), LONGEST_AFTER_TROUBLE)
    if answer is Answer.NOT_FOUND:
        return next((wait for until, wait in UNKNOWN_YET if age < until), UNKNOWN_FOR_LONG)
    if parcel.status == ShipmentStatus.OUT_FOR_DELIVERY or _is_expected_today(parcel, now, zone):
        return ON_DELIVERY_DAY
    if parcel.status == ShipmentStatus.ATTEMPT_FAILED:
        return AFTER_AN_ATTEMPT
    if parcel.status == ShipmentStatus.AVAILABLE_FOR_PICKUP:
        return WAITING_FOR_PICKUP
    if parcel.status in (ShipmentStatus.PENDING, ShipmentStatus.INFO_RECEIVED):
        return ANNOUNCED if age < dt.timedelta(days=3) else ANNOUNCED_LONG_AGO
    return ON_THE_WAY


def _is_expected_today(parcel: Parcel, now: dt.datetime, zone: ZoneInfo) -> bool:
    """A parcel that was only announced, or waits somewhere, does not arrive because a day was named."""
    if parcel.expected is None or parcel.status != ShipmentStatus.IN_TRANSIT:
        return False
    return parcel.expected[0] <= now.astimezone(zone).date() <= parcel.expected[1]


def _in_daytime(due: dt.datetime, parcel: Parcel, zone: ZoneInfo) -> dt.datetime:
    local = due.astimezone(zone)
    if local.time() < DAY_BEGINS:
        return max(due, _morning(local.date(), parcel, zone))
    if local.time() >= DAY_ENDS:
        return _morning(local.date() + dt.timedelta(days=1), parcel, zone)
    return due


def _morning(day: dt.date, parcel: Parcel, zone: ZoneInfo) -> dt.datetime:
    begins = dt.datetime.combine(day, DAY_BEGINS, tzinfo=zone)
    return begins.astimezone(dt.UTC) + fraction(parcel.id) * 30 * MINUTE
