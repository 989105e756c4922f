"""Recommendations: for a shop's server by customer, order and product; for any shop page by product, without a key."""

from typing import Annotated

from django.http import Http404
from msgspec import UNSET, Meta, Struct, UnsetType
from rest_framework.request import Request

from orders.inputs import Identifier
from orders.recommendations.ask import Answered, Asked, NotKnown, answer
from orders.recommendations.choose import Reason, Show
from postpurchase.accounts.models import Scope
from postpurchase.api.keyless import SLUG, Keyless
from postpurchase.api.views import Answer, ApiView, operation
from postpurchase.lib import clock
from postpurchase.lib.money import unit_price_text
from postpurchase.lib.validation import Problem, Refused

MOST = 50


class RecommendationsQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to recommend for. With nothing named: what is popular."""

    merchant: (
        Annotated[str, Meta(pattern=SLUG, description="The merchant's name in addresses; then no key is needed.")]
        | UnsetType
    ) = UNSET
    customer: (
        Annotated[Identifier, Meta(description="Who will read it: what they bought is taken into account.")] | UnsetType
    ) = UNSET
    order: Annotated[Identifier, Meta(description="An order that was placed.")] | UnsetType = UNSET
    product: Annotated[Identifier, Meta(description="The SKU being looked at.")] | UnsetType = UNSET
    show: Annotated[
        Show, Meta(description="`again`: only what the customer had before; `new`: only what they never had.")
    ] = Show.ALL
    language: Annotated[str, Meta(max_length=35, description="Of the reasons (BCP 47).")] = ""
    limit: Annotated[int, Meta(ge=1, le=MOST)] = 8


class ReasonAnswer(Struct, frozen=True, kw_only=True):
    """Why it is shown: ``text`` is the sentence for the shopper, ``product`` the SKU it goes with, if any."""

    code: Reason
    text: str
    product: str | None


class RecommendedProductAnswer(Struct, frozen=True, kw_only=True):
    """An article that can be had, with what a page needs to show it."""

    sku: str
    name: str
    url: str
    image_url: str
    price: str | None
    currency: str
    reason: ReasonAnswer


class RecommendationsAnswer(Struct, frozen=True, kw_only=True):
    """The best first; empty where nothing is good."""

    results: list[RecommendedProductAnswer]


class RecommendationsView(ApiView):
    """What may be good for a customer, with an order or with a product."""

    @operation(
        "read_recommendations",
        "Recommend products",
        scope=Scope.ORDERS_READ,
        keyless=Keyless(),
        answers={200: RecommendationsAnswer},
        refusals=(404,),
    )
    def get(self, request: Request, query: RecommendationsQuery) -> Answer:
        """Products with a true reason each. Never what is in the order, cannot be had, came back, or was bought within
        60 days, unless it is used up by then. Name `customer` only for what that customer alone will read.
        """
        if query.merchant and (query.customer or query.order or query.show is not Show.ALL):
            person = [name for name in ("customer", "order") if getattr(query, name)] or ["show"]
            raise Refused(
                [Problem(f"/{name}", "needs_key", "Without a key nothing is said about people.") for name in person]
            )
        asked = Asked(
            customer=query.customer or "",
            order=query.order or "",
            product=query.product or "",
            language=query.language,
            limit=query.limit,
            show=query.show,
        )
        try:
            found = answer(asked=asked, now=clock.now())
        except NotKnown as error:
            raise Http404(error.kind) from None
        return Answer(RecommendationsAnswer(results=[_shown(one) for one in found]))


def _shown(one: Answered) -> RecommendedProductAnswer:
    article = one.article
    return RecommendedProductAnswer(
        sku=article.sku,
        name=article.name,
        url=article.url,
        image_url=article.image_url,
        price=None if article.price is None else unit_price_text(article.price, article.currency),
        currency=article.currency,
        reason=ReasonAnswer(code=one.reason, text=one.words, product=one.because_sku or None),
    )
