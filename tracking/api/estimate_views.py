"""When a parcel would arrive, for product pages: asked by anybody's browser, without a key."""

import datetime as dt
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType
from rest_framework.request import Request

from orders.checks import moment_problems
from postpurchase.api.keyless import SLUG, Keyless
from postpurchase.api.views import Answer, ApiView, merchant_of, operation
from postpurchase.lib import clock
from postpurchase.lib.countries import COUNTRIES
from postpurchase.lib.validation import Problem, Refused
from tracking.carriers.registry import carrier_of_word
from tracking.inputs import Country, Moment
from tracking.promise import Journey, ParcelFacts, estimate
from tracking.selectors.delivery import delivery_choices
from tracking.transit import Model


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


class EstimateAnswer(Struct, frozen=True, kw_only=True):
    """The days of arrival, in the merchant's time zone."""

    earliest: dt.date
    likely: dt.date
    latest: dt.date


class DeliveryEstimateView(ApiView):
    """The estimate for shop pages."""

    @operation("read_delivery_estimate", "When it would arrive", keyless=Keyless(), answers={200: EstimateAnswer})
    def get(self, request: Request, query: EstimateQuery) -> Answer:
        """For product pages and checkouts: the days on which an order placed now would arrive."""
        merchant, now = merchant_of(request), clock.now()
        ordered_at = now if query.ordered_at is UNSET else query.ordered_at
        problems = list(moment_problems([("/ordered_at", ordered_at)]))
        if query.country and query.country not in COUNTRIES:
            problems.append(Problem("/country", "unknown_country", "This is not an ISO 3166-1 alpha-2 country."))
        if problems:
            raise Refused(problems)
        choices = delivery_choices(merchant=merchant)
        journey = Journey(
            warehouse=choices.warehouse,
            country=query.country or merchant.country,
            postal_code=query.postal_code,
            carrier=carrier_of_word(query.carrier) if query.carrier else choices.carrier,
            service=query.service or choices.service,
        )
        window = estimate(Model(), ParcelFacts(journey, ordered_at), ordered_at)
        return Answer(EstimateAnswer(earliest=window.earliest, likely=window.likely, latest=window.latest))
