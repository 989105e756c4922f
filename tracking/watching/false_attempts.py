"""What speaks against a carrier's "nobody was at home".

Nobody is accused without the shopper: only somebody who says "I was at home" makes it a question at all. Then the
carrier's own scans are weighed. Each sign has points; from ``SUSPICIOUS`` on it is worth asking the carrier, with the
signs as evidence. The shopper's word alone is not enough: people miss a doorbell.

    sign                 points  what it says
    at_home                 2    the shopper says so (without it there is no score)
    no_ring                 2    the shopper says that nobody rang, knocked or called
    unusual_hour            3    scanned before 6:00 or after 22:00, by the clock of the place
    day_off                 3    scanned on a Sunday or a public holiday
    same_minute             3    three or more "not at home" of this carrier in the same postal area and minute
    same_minute_pair        1    two of them
    never_out               2    no scan of that day says that the parcel was in the van
    at_the_shop_at_once     2    at the pick-up point within five minutes of the attempt
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracking.business_days import Where, is_holiday

SUSPICIOUS = 5
EARLIEST, LATEST = dt.time(6), dt.time(22)
SUNDAY = 6
AT_ONCE = dt.timedelta(minutes=5)
POINTS = {
    "at_home": 2,
    "no_ring": 2,
    "unusual_hour": 3,
    "day_off": 3,
    "same_minute": 3,
    "same_minute_pair": 1,
    "never_out": 2,
    "at_the_shop_at_once": 2,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A scan that says nobody was at home, and what is known around it.

    ``same_minute`` counts such scans of the carrier for this postal area within that minute, this one included.
    ``at_shop_at`` is when the parcel reached a pick-up point afterwards. Without ``is_time_known`` nobody knows which
    of its country's clocks the place goes by: hour and day then say nothing.
    """

    local_time: dt.datetime
    same_minute: int
    was_out_that_day: bool
    at_shop_at: dt.datetime | None
    is_time_known: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the shopper says. None: was not asked, or did not say."""

    was_home: bool | None
    was_rung: bool | None = None


@dataclass(frozen=True, slots=True)
class Suspicion:
    """``signs`` are the codes of the table above."""

    score: int
    signs: tuple[str, ...]

    @property
    def is_suspicious(self) -> bool:
        return self.score >= SUSPICIOUS


def weigh(*, attempt: Attempt, answer: Answer, places: Iterable[Where]) -> Suspicion | None:
    """Return what speaks against an attempt; None where the shopper does not say that they were at home."""
    if answer.was_home is not True:
        return None
    signs = ["at_home"]
    if answer.was_rung is False:
        signs.append("no_ring")
    if attempt.is_time_known:
        signs += _of_the_moment(attempt.local_time, places)
    if attempt.same_minute >= 3:
        signs.append("same_minute")
    elif attempt.same_minute == 2:
        signs.append("same_minute_pair")
    if not attempt.was_out_that_day:
        signs.append("never_out")
    if attempt.at_shop_at is not None and attempt.at_shop_at - attempt.local_time <= AT_ONCE:
        signs.append("at_the_shop_at_once")
    return Suspicion(sum(POINTS[sign] for sign in signs), tuple(signs))


def _of_the_moment(local: dt.datetime, places: Iterable[Where]) -> Iterator[str]:
    if not EARLIEST <= local.time() < LATEST:
        yield "unusual_hour"
    if local.weekday() == SUNDAY or any(is_holiday(local.date(), place) for place in places):
        yield "day_off"
