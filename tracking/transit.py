"""Time on the road, learned from the merchant's own parcels. Pure: what was counted comes in, days go out.

    a parcel's route ──▶ its groups, the most exact first ──▶ the first with enough parcels ──▶ its quantiles
                                                               └ none: the defaults below        ▼
                                             widened or narrowed by what the newest parcels showed (split conformal)

Business days are counted from the hand-over to the arrival. A group counts how many parcels took 0, 1, 2 … of them.
Every parcel is first estimated and then learned, so the newest parcels tell how good the estimates are: ``calibrate``
moves both ends until 90 of 100 of them would have come in between (Romano, Patterson, Candès: Conformalized Quantile
Regression, 2019; whole days, so it is often a little more).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# A parcel in ten may come outside of the window.
TARGET = 0.9
LOWER, LIKELY, UPPER = 0.1, 0.5, 0.9
# With fewer parcels the outer tenths are guesses.
ENOUGH = 40
ENOUGH_TO_CALIBRATE = 40
# How many of the newest parcels of a carrier and country are looked at.
CALIBRATED_BY = 500
LARGEST_SHIFT = 5
# Whoever is longer on the road counts as this long.
LONGEST = 30

ANY = "*"
DACH = frozenset({"DE", "AT", "CH", "LI"})
# Countries whose parcels cross no customs border and usually go by road from the DACH countries.
NEAR = DACH | frozenset({"BE", "CZ", "DK", "FR", "HU", "IT", "LU", "NL", "PL", "SI", "SK"})

Counts = tuple[int, ...]
"""How many parcels took 0, 1, 2 … business days."""


@dataclass(frozen=True, slots=True)
class TransitTime:
    """Business days on the road. ``earliest`` ≤ ``likely`` ≤ ``latest``; learned from so many ``parcels``."""

    earliest: int
    likely: int
    latest: int
    parcels: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """What a parcel's time depends on. Zones are those of ``tracking.places.zone_of``; ``weekday`` of the hand-over."""

    carrier: str
    service: str
    origin: str
    destination: str
    weekday: int

    @property
    def countries(self) -> tuple[str, str]:
        return self.origin.partition("-")[0], self.destination.partition("-")[0]

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the groups it belongs to, the most exact first."""
        service = self.service.strip().casefold()[:40]
        from_country, to_country = self.countries
        ways = (
            (self.carrier, service, self.origin, self.destination, str(self.weekday)),
            (self.carrier, service, self.origin, self.destination, ANY),
            (self.carrier, service, from_country, self.destination, ANY),
            (self.carrier, service, from_country, to_country, str(self.weekday)),
            (self.carrier, service, from_country, to_country, ANY),
            (self.carrier, ANY, from_country, self.destination, ANY),
            (self.carrier, ANY, from_country, to_country, str(self.weekday)),
            (self.carrier, ANY, from_country, to_country, ANY),
            (ANY, ANY, from_country, to_country, ANY),
        )
        return tuple(dict.fromkeys("/".join(parts) for parts in ways if self.carrier or parts[0] == ANY))

    @property
    def calibration(self) -> str:
        """The name of the group in which estimates are held against what happened."""
        return "/".join((self.carrier or ANY, *self.countries))


@dataclass(frozen=True, slots=True)
class Shift:
    """By how many days a window is opened (or, negative, closed) at its two ends."""

    early: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Model:
    """What is known: parcels by group and days, and the shifts by calibration group."""

    counts: Mapping[str, Counts] = field(default_factory=dict)
    shifts: Mapping[str, Shift] = field(default_factory=dict)


def estimate_transit(model: Model, route: Route) -> TransitTime:
    """Return the calibrated time for a route: 90 of 100 parcels come within, half until the likely day."""
    return shifted(raw_estimate(model, route), model.shifts.get(route.calibration, Shift()))


def raw_estimate(model: Model, route: Route) -> TransitTime:
    """Return the quantiles of the most exact group with enough parcels, the usual time where there is none."""
    for group in route.groups:
        counts = model.counts.get(group, ())
        if sum(counts) >= ENOUGH:
            return quantiles(counts)
    return usual_time(*route.countries)


def quantiles(counts: Counts) -> TransitTime:
    """Return the outer tenths and the median of what was counted."""
    total = sum(counts)
    return TransitTime(
        _day_of_rank(counts, max(1, math.floor(LOWER * (total + 1)))),
        _day_of_rank(counts, math.ceil(LIKELY * total)),
        _day_of_rank(counts, min(total, math.ceil(UPPER * (total + 1)))),
        total,
    )


def shifted(time: TransitTime, shift: Shift) -> TransitTime:
    """Return a time with its ends moved; the likely day stays inside."""
    return TransitTime(
        max(0, min(time.likely, time.earliest - shift.early)),
        time.likely,
        max(time.likely, time.latest + shift.late),
        time.parcels,
    )


def calibrate(newest: Sequence[tuple[TransitTime, int]]) -> Shift:
    """Return the smallest shift with which 90 of 100 of the newest parcels came within what was estimated for them.

    ``newest`` holds raw estimates made before the parcel was known, with the days it took.
    """
    if len(newest) < ENOUGH_TO_CALIBRATE:
        return Shift()
    wanted = math.ceil(TARGET * (len(newest) + 1))
    alike = Counter(newest)
    best: tuple[tuple[int, int, int], Shift] | None = None
    for early in range(-LARGEST_SHIFT, LARGEST_SHIFT + 1):
        for late in range(-LARGEST_SHIFT, LARGEST_SHIFT + 1):
            shift = Shift(early, late)
            windows = [(shifted(time, shift), days, count) for (time, days), count in alike.items()]
            within = sum(count for window, days, count in windows if window.earliest <= days <= window.latest)
            width = sum((window.latest - window.earliest) * count for window, _, count in windows)
            cost = (width, -within, abs(early) + abs(late))
            if within >= wanted and (best is None or cost < best[0]):
                best = (cost, shift)
    return best[1] if best else Shift(LARGEST_SHIFT, LARGEST_SHIFT)


def added(counts: Counts, days: int) -> Counts:
    """Return the counts with one more parcel that took so many days."""
    index = max(0, min(days, LONGEST))
    longer = [*counts, *([0] * (index + 1 - len(counts)))]
    longer[index] += 1
    return tuple(longer)


def together(many: Iterable[Counts]) -> Counts:
    """Return the sum of counts."""
    total: list[int] = []
    for counts in many:
        total += [0] * (len(counts) - len(total))
        for index, count in enumerate(counts):
            total[index] += count
    return tuple(total)


def usual_time(origin: str, destination: str) -> TransitTime:
    """Return the usual time on the road between two countries, where nothing was learned."""
    if origin == destination:
        return TransitTime(1, 2, 3)
    customs = "CH" in (origin, destination) or "LI" in (origin, destination)
    if {origin, destination} <= NEAR:
        return TransitTime(3, 4, 7) if customs else TransitTime(2, 3, 5)
    return TransitTime(5, 8, 15)


def _day_of_rank(counts: Counts, rank: int) -> int:
    """Return the days of the parcel that is the ``rank``-th fastest, counted from 1."""
    seen = 0
    for days, count in enumerate(counts):
        seen += count
        if seen >= rank:
            return days
    return len(counts) - 1
