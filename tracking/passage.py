"""A parcel's passage as its news tells it: when the carrier got it, when it arrived, what happened on the way. Pure.

A parcel has arrived when it was delivered, or lay ready to be fetched without the carrier having failed to deliver it
first: then somebody had chosen the place. A failed attempt is no arrival, whoever was to blame.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracking.enums import ShipmentStatus
from tracking.models import BreachCause

# Before these, the carrier had only heard of the parcel.
WITH_THE_CARRIER = frozenset(
    {
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.ATTEMPT_FAILED,
        ShipmentStatus.AVAILABLE_FOR_PICKUP,
    }
)
BAD_ADDRESS = frozenset({"exception_address_incorrect", "exception_recipient_moved"})
REFUSED = frozenset({"exception_refused", "exception_not_picked_up"})
# Every parcel from abroad passes customs; only one that stays there for longer than this is held.
HELD_IN_CUSTOMS = dt.timedelta(days=2)
# Words with which carriers explain a delay by the weather, in German, English, French and Italian.
WEATHER = re.compile(
    r"witterung|wetter|schnee|sturm|orkan|hochwasser|glatteis|glätte|weather|storm|snow|flood|hurricane|blizzard"
    r"|intempéries|météo|neige|tempête|inondation|maltempo|meteo|neve\b|alluvione",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scan:
    """One piece of the carrier's news with a status."""

    occurred_at: dt.datetime
    status: str
    substatus: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """``handed_over_at``: the carrier's first scan of the parcel; ``arrived_at``: see above; None where not (yet)."""

    scans: tuple[Scan, ...]
    handed_over_at: dt.datetime | None
    arrived_at: dt.datetime | None
    first_attempt_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a promise rested on: hand-over on ``leaves_on``, at most ``days`` on the road, arrival by ``due_on``."""

    leaves_on: dt.date
    days: int
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Way:
    """How it went, in local days; None for what has not happened. ``days``: business days to the arrival or today.

    ``late_leaving`` is by how many working days the hand-over was later than planned.
    """

    handed_over_on: dt.date | None
    days: int
    late_leaving: int
    first_attempt_on: dt.date | None


def passage_of(scans: Sequence[Scan]) -> Passage:
    """Read a parcel's news, in whatever order they come."""
    ordered = tuple(sorted(scans, key=lambda scan: scan.occurred_at))
    attempts = [scan.occurred_at for scan in ordered if scan.status == ShipmentStatus.ATTEMPT_FAILED]
    first_attempt = attempts[0] if attempts else None
    arrivals = [
        scan.occurred_at
        for scan in ordered
        if scan.status == ShipmentStatus.DELIVERED
        or (
            scan.status == ShipmentStatus.AVAILABLE_FOR_PICKUP
            and (first_attempt is None or scan.occurred_at < first_attempt)
        )
    ]
    return Passage(
        scans=ordered,
        handed_over_at=next((scan.occurred_at for scan in ordered if scan.status in WITH_THE_CARRIER), None),
        arrived_at=arrivals[0] if arrivals else None,
        first_attempt_at=first_attempt,
    )


def cause_of(passage: Passage, plan: Plan, way: Way) -> BreachCause:
    """Return why a promise was broken. What made it impossible comes before what made it worse.

    1. It was not handed over, or only when the planned time on the road led past the promised day and the carrier
       took no longer than planned: the warehouse.
    2. The carrier's own words: address, customs, weather.
    3. The carrier came by the promised day and found nobody, or the recipient refused: the recipient.
    4. Late leaving or longer on the road, whichever cost more days.
    """
    if way.handed_over_on is None:
        return BreachCause.WAREHOUSE
    if way.late_leaving > 0 and way.days <= plan.days:
        return BreachCause.WAREHOUSE
    if (named := _named_before_arrival(passage)) is not None:
        return named
    if way.first_attempt_on is not None and way.first_attempt_on <= plan.due_on:
        return BreachCause.RECIPIENT
    longer = way.days - plan.days
    if longer <= 0:
        return BreachCause.UNKNOWN
    return BreachCause.WAREHOUSE if way.late_leaving > longer else BreachCause.CARRIER


def named_cause(scans: Sequence[Scan]) -> BreachCause | None:
    """Return what the carrier's own news say is in the way: address, customs, weather; or nobody took the parcel."""
    substatuses = {scan.substatus for scan in scans}
    if substatuses & BAD_ADDRESS:
        return BreachCause.ADDRESS
    if "exception_customs" in substatuses or _was_held_in_customs(scans):
        return BreachCause.CUSTOMS
    if "exception_weather" in substatuses or any(WEATHER.search(scan.message) for scan in scans):
        return BreachCause.WEATHER
    return BreachCause.RECIPIENT if substatuses & REFUSED else None


def _named_before_arrival(passage: Passage) -> BreachCause | None:
    arrived_at = passage.arrived_at
    return named_cause([scan for scan in passage.scans if arrived_at is None or scan.occurred_at <= arrived_at])


def _was_held_in_customs(scans: Sequence[Scan]) -> bool:
    for index, scan in enumerate(scans):
        if scan.substatus == "in_transit_customs_started":
            next_news = scans[index + 1].occurred_at if index + 1 < len(scans) else None
            if next_news is None or next_news - scan.occurred_at > HELD_IN_CUSTOMS:
                return True
    return False
