"""Choosing articles for one basket, each with a reason that is true. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# Bought this recently, nobody needs it again, unless the article says when it is used up.
NOT_AGAIN_FOR = dt.timedelta(days=60)
# Below this the two are together by chance.
LEAST_SCORE = 0.05
LEAST_DEMAND = 3


class Reason(StrEnum):
    """Why an article is shown."""

    BOUGHT_TOGETHER = "bought_together"
    POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Article:
    """What choosing needs to know of an article."""

    sku: str
    available: bool
    replenish_days: int | None


@dataclass(frozen=True, slots=True)
class Affinity:
    """``other`` was bought together with ``sku``."""

    sku: str
    other: str
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """An article with its reason; ``because`` is the article of the basket it goes with, empty where it is popular."""

    sku: str
    reason: Reason
    because: str = ""


def choose(
    *,
    basket: Sequence[str],
    affinities: Iterable[Affinity],
    popular: Sequence[tuple[str, int]],
    articles: Mapping[str, Article],
    last_bought: Mapping[str, dt.datetime],
    now: dt.datetime,
    limit: int,
) -> list[Choice]:
    """Return up to ``limit`` articles, the best first.

    What goes with the basket; only where nothing does, what is wanted anyway (``popular``: articles with their orders,
    most wanted first). Never what is in the basket, cannot be had, or was bought too recently. Nothing good: nothing.
    """

    def is_good(sku: str) -> bool:
        article = articles.get(sku)
        return (
            article is not None and article.available and sku not in basket and not _too_soon(article, last_bought, now)
        )

    scores: dict[str, float] = {}
    strongest: dict[str, Affinity] = {}
    for one in affinities:
        if one.score >= LEAST_SCORE and one.sku in basket and is_good(one.other):
            scores[one.other] = scores.get(one.other, 0.0) + one.score
            if one.other not in strongest or one.score > strongest[one.other].score:
                strongest[one.other] = one
    if scores:
        best = sorted(scores, key=lambda sku: (-scores[sku], sku))[:limit]
        return [Choice(sku, Reason.BOUGHT_TOGETHER, strongest[sku].sku) for sku in best]
    wanted = [sku for sku, orders in popular if orders >= LEAST_DEMAND and is_good(sku)]
    return [Choice(sku, Reason.POPULAR) for sku in wanted[:limit]]


def _too_soon(article: Article, last_bought: Mapping[str, dt.datetime], now: dt.datetime) -> bool:
    bought = last_bought.get(article.sku)
    if bought is None:
        return False
    wait = dt.timedelta(days=article.replenish_days) if article.replenish_days else NOT_AGAIN_FOR
    return bought > now - wait
