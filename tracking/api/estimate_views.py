"""When a parcel would arrive, for product pages: asked by anybody's browser, without a key."""

import datetime as dt
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from rest_framework.request import Request

from orders.checks import moment_problems
from postpurchase.api.keyless import LONGEST_AGE, SLUG, Keyless
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.validation import Problem, Refused
from tracking.carriers.registry import carrier_of_word, name_of
from tracking.inputs import Country, Moment
from tracking.promise import cut_off_after
from tracking.selectors.estimates import CarrierEstimate, estimates_for


class EstimateQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose parcel, and where to."""

    merchant: Annotated[str, Meta(pattern=SLUG, description="The merchant's name in addresses.")]
    country: Annotated[Country, Meta(description="Where to; without it the merchant's own country.")] = ""
    postal_code: Annotated[str, Meta(max_length=20, description="Where to, for the holidays of its region.")] = ""
    carrier: Annotated[str, Meta(max_length=100, description="Without it, the merchant's carriers compared.")] = ""
    service: Annotated[str, Meta(max_length=100)] = ""
    ordered_at: Annotated[Moment, Meta(description="When the order would be placed; without it, now.")] | UnsetType = (
        UNSET
    )


class CarrierDays(Struct, frozen=True, kw_only=True):
    """One carrier's days. ``on_time_rate``: the part of its promises to the country that was kept in the last 90 days;
    null where there are too few to say."""

    carrier: str
    name: str
    earliest: dt.date
    likely: dt.date
    latest: dt.date
    on_time_rate: float | None


class EstimateAnswer(Struct, frozen=True, kw_only=True):
    """The days of arrival, in the merchant's time zone: nine of ten parcels come from ``earliest`` to ``latest``.

    ``carrier`` is the one asked for, else the merchant's usual one, else the fastest; empty where nothing is known of
    any. ``leaves_on`` is the day on which it would be handed over, ``order_before`` until when an order placed now
    would still be. ``carriers`` compares those that the merchant uses, the fastest first.
    """

    earliest: dt.date
    likely: dt.date
    latest: dt.date
    carrier: str
    leaves_on: dt.date
    order_before: dt.datetime
    carriers: list[CarrierDays]


class DeliveryEstimateView(ApiView):
    """The estimate for shop pages."""

    @operation("read_delivery_estimate", "When it would arrive", keyless=Keyless(), answers={200: EstimateAnswer})
    def get(self, request: Request, query: EstimateQuery) -> Answer:
        """For product pages and checkouts: the days on which an order placed now would arrive, and by which carrier."""
        merchant, now = merchant_of(request), clock.now()
        ordered_at = now if query.ordered_at is UNSET else query.ordered_at
        problems = list(moment_problems([("/ordered_at", ordered_at)]))
        if query.country and query.country not in COUNTRIES:
            problems.append(Problem("/country", "unknown_country", "This is not an ISO 3166-1 alpha-2 country."))
        if problems:
            raise Refused(problems)
        found = estimates_for(
            merchant=merchant,
            country=query.country or merchant.country,
            postal_code=query.postal_code,
            carrier=carrier_of_word(query.carrier) if query.carrier else "",
            service=query.service,
            ordered_at=ordered_at,
        )
        window, order_before = found.chosen.window, cut_off_after(now=ordered_at, warehouse=found.warehouse)
        answer = EstimateAnswer(
            earliest=window.earliest,
            likely=window.likely,
            latest=window.latest,
            carrier=found.chosen.carrier,
            leaves_on=found.leaves_on,
            order_before=order_before,
            carriers=[_days(one) for one in found.carriers],
        )
        # An answer for now stays true until the next cut-off or midnight.
        until = min(order_before, _midnight_after(now, found.warehouse.time_zone))
        fresh = int((until - now).total_seconds()) if query.ordered_at is UNSET else LONGEST_AGE
        return Answer(answer, max_age=max(0, min(LONGEST_AGE, fresh)))


def _days(one: CarrierEstimate) -> CarrierDays:
    return CarrierDays(
        carrier=one.carrier,
        name=name_of(one.carrier),
        earliest=one.window.earliest,
        likely=one.window.likely,
        latest=one.window.latest,
        on_time_rate=None if one.on_time_rate is None else round(one.on_time_rate, 3),
    )


def _midnight_after(now: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    tomorrow = now.astimezone(zone).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=zone)
