"""Recommendations, for whoever asks: pages, mails and the API call this and nothing else."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from orders.models import RecommendationSettings
from orders.recommendations.candidates import MOST_CANDIDATES, Article, find_candidates
from orders.recommendations.choose import Reason, Show, choose

# What weighs how much (bought together, bought next). To complete a basket that is being filled, orders say most; for
# whoever has ordered already, customers do. Measured with benchmarks/recommendations.py.
WHILE_CHOOSING = (1.0, 0.2)
AFTER_ORDERING = (0.1, 1.0)


# Some candidates were bought lately or have no reason that can be said; so many more than wanted are looked at.
SPARE = 8


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An article with the reason it is shown for. ``because`` names the article it goes with, where one is the reason;
    ``last_bought`` is when the customer had it last, where that is.
    """

    product: Article
    reason: Reason
    because: str
    because_sku: str
    last_bought: dt.datetime | None


def recommend(
    *,
    basket: Sequence[str],
    customer_id: uuid.UUID | None,
    now: dt.datetime,
    limit: int = 4,
    use_history: bool = False,
    ordered: bool = True,
    show: Show = Show.ALL,
) -> list[Recommendation]:
    """Return up to ``limit`` articles for a basket of SKUs (may be empty), the best first. Needs the merchant's scope.

    ``customer_id`` keeps out what that person bought recently. ``use_history`` also lets what they bought before be a
    reason: only for where nobody else reads it, and without effect where the merchant says no. ``ordered`` says that
    the basket is an order already. One query.
    """
    together, following = AFTER_ORDERING if ordered else WHILE_CHOOSING
    found = find_candidates(
        basket=basket,
        customer_id=customer_id,
        use_history=use_history,
        together=together,
        following=following,
        now=now,
        most=min(MOST_CANDIDATES, SPARE + 3 * limit),
    )
    # The reason names an article; where the catalogue does not know it, there is no true sentence to say.
    sayable = [one for one in found if one.because_name or not one.candidate.because]
    choices = choose(
        candidates=(one.candidate for one in sayable), now=now, limit=limit, basket_first=bool(basket), show=show
    )
    articles = {one.article.sku: one.article for one in sayable}
    names = {one.candidate.because: one.because_name for one in sayable}
    bought = {one.candidate.sku: one.candidate.last_bought for one in sayable}
    return [
        Recommendation(
            product=articles[choice.sku],
            reason=choice.reason,
            because=names[choice.because],
            because_sku=choice.because,
            last_bought=bought[choice.sku],
        )
        for choice in choices
    ]


def personal_allowed() -> bool:
    """Say whether the merchant lets what a customer bought choose what they are shown. Needs the merchant's scope."""
    settings = RecommendationSettings.objects.first()
    return settings is None or settings.personal
