"""How often promises were kept, by REST."""

import datetime as dt
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from rest_framework.request import Request

from postpurchase.accounts.models import Scope
from postpurchase.api.pagination import Page
from postpurchase.api.views import Answer, ApiView, operation
from postpurchase.lib import clock
from postpurchase.lib.validation import Problem, Refused
from tracking.inputs import Country
from tracking.selectors.hit_rate import LATELY, HitRateBy, hit_rates


class HitRateQuery(
    Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"first": "from", "last": "to"}
):
    """Which promises: those whose latest day was ``from`` … ``to``; without, the last 90 days."""

    by: HitRateBy = HitRateBy.CARRIER
    first: dt.date | UnsetType = UNSET
    last: dt.date | UnsetType = UNSET
    country: Annotated[Country, Meta(description="Only parcels to this country.")] = ""


class HitRateAnswer(Struct, frozen=True, kw_only=True):
    """Of so many judged promises: arrived by the latest day, between both ends, on the likely day."""

    group: str
    parcels: int
    on_time: int
    within: int
    exact: int
    on_time_rate: float
    within_rate: float
    exact_rate: float


class HitRateView(ApiView):
    """Kept and broken promises, counted."""

    @operation(
        "list_hit_rates",
        "How often promises were kept",
        scope=Scope.SHIPMENTS_READ,
        answers={200: Page[HitRateAnswer]},
    )
    def get(self, request: Request, query: HitRateQuery) -> Answer:
        """The first promise of every parcel, by carrier, region (country and first two signs of the postal code),
        month, source of the day, or cause of a breach (empty: kept). All groups stand on one page."""
        last = clock.now().date() if query.last is UNSET else query.last
        first = max(last, dt.date.min + LATELY) - LATELY if query.first is UNSET else query.first
        if first > last:
            raise Refused([Problem("/from", "out_of_range", "The first day comes after the last.")])
        found = hit_rates(by=query.by, first=first, last=last, country=query.country)
        results = [
            HitRateAnswer(
                group=one.group,
                parcels=one.parcels,
                on_time=one.on_time,
                within=one.within,
                exact=one.exact,
                on_time_rate=round(one.on_time_rate, 4),
                within_rate=round(one.within_rate, 4),
                exact_rate=round(one.exact_rate, 4),
            )
            for one in found
        ]
        return Answer(Page(results=results, next=None))
