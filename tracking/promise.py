"""When a parcel will arrive: dates in, a window of days out. Pure.

    named by shop or carrier? ──yes──▶ that day, whoever comes first in the merchant's order of sources
             no ▼
    handed over? ──yes──▶ hand-over + transit
             no ▼
    order date, or the next working day after cut-off ▶ + processing ▶ + transit

Dates are the merchant's local dates. Processing counts the warehouse's working days; transit counts the days on which
the carrier works in both countries and in the destination's Land or canton.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracking.business_days import (
    MONDAY_TO_FRIDAY,
    MONDAY_TO_SATURDAY,
    Where,
    add_business_days,
    business_days_between,
    next_business_day,
)
from tracking.carriers.registry import delivers_on_saturdays
from tracking.enums import ShipmentStatus
from tracking.models import PromiseSource
from tracking.places import Place, place_of, zone_of
from tracking.times import Times, times_of
from tracking.transit import Model, Route, TransitTime, estimate_transit

# While one of these stands, a day would only mislead: something must be solved first, or it is nearly over.
SILENT_STATUSES = frozenset(
    {
        ShipmentStatus.EXCEPTION,
        ShipmentStatus.ATTEMPT_FAILED,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.AVAILABLE_FOR_PICKUP,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.EXPIRED,
    }
)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a promise, and who named them. ``earliest`` ≤ ``likely`` ≤ ``latest``.

    ``window_from`` and ``window_to`` are the hours, where somebody named them.
    """

    source: PromiseSource
    earliest: dt.date
    likely: dt.date
    latest: dt.date
    window_from: dt.datetime | None = None
    window_to: dt.datetime | None = None

    @property
    def times(self) -> Times | None:
        """The hours, None where only days were named."""
        return times_of(self.window_from, self.window_to)


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Where parcels start, and when they leave. An order placed at ``cut_off`` (local) or later leaves a day later."""

    country: str
    time_zone: dt.tzinfo
    postal_code: str = ""
    cut_off: dt.time = dt.time(14, 0)
    processing_days: int = 1
    working_days: frozenset[int] = MONDAY_TO_FRIDAY

    @property
    def place(self) -> Place:
        return place_of(self.country, self.postal_code)


@dataclass(frozen=True, slots=True)
class Journey:
    """A parcel's way: from which warehouse, where to, by whom. Empty ``carrier``: nobody knows yet."""

    warehouse: Warehouse
    country: str
    postal_code: str = ""
    carrier: str = ""
    service: str = ""

    @property
    def places(self) -> tuple[Where, ...]:
        """Where the carrier must work for the parcel to move: all along the way, and where it arrives."""
        return self.warehouse.country, place_of(self.country, self.postal_code)

    @property
    def weekdays(self) -> frozenset[int]:
        return MONDAY_TO_SATURDAY if delivers_on_saturdays(self.carrier, self.country) else MONDAY_TO_FRIDAY

    def starts_on(self, handed_over: dt.date) -> dt.date:
        """Return the day from which transit counts: of the hand-over, or the next on which the carrier works."""
        return next_business_day(handed_over, self.places, weekdays=self.weekdays)

    def arrives_on(self, handed_over: dt.date, days: int) -> dt.date:
        """Return the day so many business days after a hand-over."""
        return add_business_days(handed_over, days, self.places, weekdays=self.weekdays)

    def days_on_the_way(self, handed_over: dt.date, arrived: dt.date) -> int:
        """Return how many business days a parcel took: the reverse of ``arrives_on``, never less than 0."""
        return business_days_between(self.starts_on(handed_over), arrived, self.places, weekdays=self.weekdays)

    def route(self, handed_over: dt.date) -> Route:
        """Return what the time on the road depends on."""
        return Route(
            carrier=self.carrier,
            service=self.service,
            origin=zone_of(self.warehouse.country, self.warehouse.postal_code),
            destination=zone_of(self.country, self.postal_code),
            weekday=self.starts_on(handed_over).weekday(),
        )


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """What an estimate starts from: when it was ordered and, where it is on its way already, handed over."""

    journey: Journey
    ordered_at: dt.datetime
    handed_over_at: dt.datetime | None = None

    @property
    def handed_over_on(self) -> dt.date:
        """The day of the hand-over, the planned one where there was none yet."""
        if self.handed_over_at is not None:
            return self.handed_over_at.astimezone(self.journey.warehouse.time_zone).date()
        return leaves_on(ordered_at=self.ordered_at, warehouse=self.journey.warehouse)

    @property
    def route(self) -> Route:
        """What the time on the road depends on."""
        return self.journey.route(self.handed_over_on)


def named_window(
    first: dt.date | None, last: dt.date | None, source: PromiseSource = PromiseSource.SHOP
) -> Window | None:
    """Return the window somebody named, None where nobody did. One day alone is the whole window."""
    latest = last or first
    if latest is None:
        return None
    return Window(source, min(first or latest, latest), latest, latest)


def chosen_window(named: Mapping[PromiseSource, Window | None], order: Sequence[str]) -> Window | None:
    """Return the window of the first source that has one, in the merchant's order; sources left out come last."""
    rest = [source for source in PromiseSource if source.value not in order]
    return next((window for source in [*order, *rest] if (window := named.get(PromiseSource(source)))), None)


def timed_window(times: Times | None, zone: dt.tzinfo, source: PromiseSource = PromiseSource.SHOP) -> Window | None:
    """Return the window of somebody's hours, None without any. Their day is the promised one."""
    if times is None:
        return None
    first, last = times.days(zone)
    return Window(source, first, last, last, times.begins, times.ends)


def more_exact(
    best: Window | None, named: Iterable[Window | None], *, today: dt.date, now: dt.datetime
) -> Window | None:
    """Return a window of hours to come that keeps what ``best`` promises in days, else ``best``.

    Hours say more than days, whoever names them. They wait only for a day that may still be kept and lies before them:
    whom to believe then is the merchant's order of sources.
    """
    if best is None or best.times:
        return best
    to_come = (window for window in named if window and window.times and window.times.ends > now)
    return next((window for window in to_come if window.latest <= best.latest or best.latest < today), best)


def estimate(model: Model, facts: ParcelFacts, now: dt.datetime) -> Window:
    """Return when a parcel will probably arrive. No day before today is named: it has not arrived yet."""
    handed_over = facts.handed_over_on
    time = estimate_transit(model, facts.route)
    today = now.astimezone(facts.journey.warehouse.time_zone).date()
    return window_of_transit(facts.journey, handed_over, time, not_before=today)


def window_of_transit(
    journey: Journey, handed_over: dt.date, time: TransitTime, *, not_before: dt.date = dt.date.min
) -> Window:
    """Return the days that a time on the road leads to."""
    earliest, likely, latest = (
        max(journey.arrives_on(handed_over, days), not_before) for days in (time.earliest, time.likely, time.latest)
    )
    return Window(PromiseSource.ESTIMATE, earliest, likely, latest)


def leaves_on(*, ordered_at: dt.datetime, warehouse: Warehouse) -> dt.date:
    """Return the day an order is handed to the carrier: after cut-off a working day later, then packing."""
    day = _day_of_next_cut_off(ordered_at, warehouse)
    return add_business_days(day, warehouse.processing_days, (warehouse.place,), weekdays=warehouse.working_days)


def cut_off_after(*, now: dt.datetime, warehouse: Warehouse) -> dt.datetime:
    """Return the next moment at which an order comes to leave later: the cut-off of the next working day."""
    return dt.datetime.combine(_day_of_next_cut_off(now, warehouse), warehouse.cut_off, tzinfo=warehouse.time_zone)


def _day_of_next_cut_off(moment: dt.datetime, warehouse: Warehouse) -> dt.date:
    places, weekdays = (warehouse.place,), warehouse.working_days
    local = moment.astimezone(warehouse.time_zone)
    day = next_business_day(local.date(), places, weekdays=weekdays)
    if day == local.date() and local.time() >= warehouse.cut_off:
        return add_business_days(day, 1, places, weekdays=weekdays)
    return day


def is_shown(status: str) -> bool:
    """Say whether a day may be named while a parcel has this status."""
    return status not in SILENT_STATUSES


def may_name_hours(status: str) -> bool:
    """Say whether hours may be named while a parcel has this status: in the van they are what is left to know."""
    return is_shown(status) or status == ShipmentStatus.OUT_FOR_DELIVERY
