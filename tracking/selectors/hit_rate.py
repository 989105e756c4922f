"""How often what was promised came true, and how often the learned windows held. Needs the merchant's scope."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from tracking.models import PromiseVerdict, TransitRecord

LATELY = dt.timedelta(days=90)


class HitRateBy(StrEnum):
    """By what promises are grouped. ``month`` is that of the promised day."""

    CARRIER = "carrier"
    REGION = "region"
    MONTH = "month"
    SOURCE = "source"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class HitRate:
    """Of so many promises: ``on_time`` by the latest day, ``within`` not too early either, ``exact`` to the day."""

    group: str
    parcels: int
    on_time: int
    within: int
    exact: int

    @property
    def on_time_rate(self) -> float:
        return self.on_time / self.parcels if self.parcels else 0.0

    @property
    def within_rate(self) -> float:
        return self.within / self.parcels if self.parcels else 0.0

    @property
    def exact_rate(self) -> float:
        return self.exact / self.parcels if self.parcels else 0.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of a carrier's parcels came within the window estimated for them before they were known."""

    group: str
    parcels: int
    within: int
    exact: int

    @property
    def rate(self) -> float:
        return self.within / self.parcels if self.parcels else 0.0

    @property
    def exact_rate(self) -> float:
        return self.exact / self.parcels if self.parcels else 0.0


def hit_rates(*, by: HitRateBy, first: dt.date, last: dt.date, country: str = "") -> list[HitRate]:
    """Return the hit rate of promises whose day was from ``first`` to ``last``, the largest groups first."""
    rows = _judged(first, last, country)
    column = {HitRateBy.REGION: "destination", HitRateBy.MONTH: "month"}.get(by, by.value)
    if by == HitRateBy.MONTH:
        rows = rows.annotate(month=TruncMonth("due_on"))
    counted = rows.values(column).annotate(**_FIGURES).order_by(column if by == HitRateBy.MONTH else "-parcels", column)
    return [_rate(_name(row[column]), row) for row in counted]


def whole_hit_rate(*, first: dt.date, last: dt.date) -> HitRate:
    """Return the hit rate of all promises whose day was from ``first`` to ``last``."""
    return _rate("", _judged(first, last, "").aggregate(**_FIGURES))


def estimate_coverage(*, first: dt.date, last: dt.date) -> list[Coverage]:
    """Return by carrier how good the estimates of transit were for parcels that arrived from ``first`` to ``last``."""
    learned = TransitRecord.objects.filter(learned_at__isnull=False, arrived_on__range=(first, last))
    rows = learned.values("carrier").annotate(
        parcels=Count("id"),
        within=Count("id", filter=Q(days__gte=F("earliest"), days__lte=F("latest"))),
        exact=Count("id", filter=Q(days=F("likely"))),
    )
    return [
        Coverage(row["carrier"], row["parcels"], row["within"], row["exact"])
        for row in rows.order_by("-parcels", "carrier")
    ]


_FIGURES = {
    "parcels": Count("id"),
    "on_time": Count("id", filter=Q(kept=True)),
    "within": Count("id", filter=Q(is_within=True)),
    "exact": Count("id", filter=Q(is_exact=True)),
}


def _judged(first: dt.date, last: dt.date, country: str) -> QuerySet[PromiseVerdict]:
    rows = PromiseVerdict.objects.filter(due_on__range=(first, last))
    return rows.filter(destination__startswith=country) if country else rows


def _rate(group: str, row: dict[str, int]) -> HitRate:
    return HitRate(group, row["parcels"], row["on_time"], row["within"], row["exact"])


def _name(value: object) -> str:
    return f"{value:%Y-%m}" if isinstance(value, dt.date) else str(value)
