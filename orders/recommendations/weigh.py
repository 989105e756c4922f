"""What goes with what, counted and weighed. Pure: arrays in, arrays out. Needs numpy, which only the worker imports.

Both kinds are a cosine between two articles ``a`` and ``b`` over the groups ``g`` that hold them:

    score(a, b) = Σ_g w_g · e_gb / √(Σ_g w_g[a ∈ g] · Σ_g w_g · e_gb)

*Bought together*: a group is an order and weighs 1 / its number of articles, since what shares a small order belongs
together. *Bought next*: a group is all that a customer bought and weighs 1 / √(number of articles); ``e`` halves with
every ``HALF_LIFE`` selling days since that customer last bought ``b``, because what is new in their baskets is what the
next one holds. Whole orders beat whole customers for completing a basket, and the other way round for the next order
(``benchmarks/recommendations.py`` prints how much).

Kept is what two orders or three customers share, and more often than chance would have it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from orders.recommendations.purchases import LARGEST_BASKET, NOBODY, Purchases

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PARTNERS_PER_ARTICLE = 16
LEAST_ORDERS = 2
# Nothing that fewer people did is told to others.
LEAST_CUSTOMERS = 3
HALF_LIFE = 30.0
# Of who bought more, the newest.
ARTICLES_PER_CUSTOMER = 200
TOGETHER_DAYS = 180
RECENT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Groups:
    """Orders or customers with their articles: those of group ``n`` are ``items[starts[n]:starts[n + 1]]``."""

    starts: Whole
    items: Whole
    weights: Floats
    """Of each group."""
    ages: Floats
    """Of each item: what it weighs as a partner."""


@dataclass(frozen=True, slots=True)
class Norms:
    """What each article weighs for itself: ``left`` as the reason, ``right`` as the partner; ``counts`` its groups."""

    left: Floats
    right: Floats
    counts: Whole
    groups: int


@dataclass(frozen=True, slots=True)
class Partners:
    """The best partners of an article, the best first."""

    article: int
    others: list[int]
    scores: list[float]
    counts: list[int]


def baskets_of(bought: Purchases) -> Groups:
    """Return the orders of the last ``TOGETHER_DAYS`` that are small enough to mean something."""
    sizes = _sizes(bought)
    kept = (np.asarray(bought.days) < TOGETHER_DAYS) & (sizes <= LARGEST_BASKET)
    items = np.asarray(bought.articles, np.int64)[np.repeat(kept, sizes)]
    weights = 1.0 / np.maximum(sizes[kept], 2)
    return Groups(_starts(sizes[kept]), items, weights, np.ones(len(items)))


def customers_of(bought: Purchases) -> Groups:
    """Return what each known customer bought, every article once, as old as they last bought it."""
    sizes = _sizes(bought)
    who = np.repeat(np.asarray(bought.customers, np.int64), sizes)
    age = np.repeat(np.asarray(bought.days, np.int64), sizes)
    items = np.asarray(bought.articles, np.int64)
    known = who != NOBODY
    who, age, items = who[known], age[known], items[known]
    newest = np.lexsort((age, items, who))
    who, age, items = who[newest], age[newest], items[newest]
    first = _changes(who) | _changes(items)
    who, age, items = who[first], age[first], items[first]
    by_age = np.lexsort((items, age, who))
    who, age, items = who[by_age], age[by_age], items[by_age]
    begins = np.flatnonzero(_changes(who))
    place = np.arange(len(who)) - np.repeat(begins, np.diff(begins, append=len(who)))
    newest_few = place < ARTICLES_PER_CUSTOMER
    who, age, items = who[newest_few], age[newest_few], items[newest_few]
    counts = np.diff(np.flatnonzero(_changes(who)), append=len(who))
    weights = 1.0 / np.sqrt(np.maximum(counts, 2))
    return Groups(_starts(counts), items, weights, np.power(0.5, age / HALF_LIFE))


def norms_of(groups: Groups, articles: int) -> Norms:
    """Return what each of ``articles`` weighs for itself."""
    each = np.repeat(groups.weights, np.diff(groups.starts))
    return Norms(
        left=np.asarray(np.bincount(groups.items, each, articles), np.float64),
        right=np.asarray(np.bincount(groups.items, each * groups.ages, articles), np.float64),
        counts=np.bincount(groups.items, minlength=articles),
        groups=len(groups.weights),
    )


def places_of(skus: Sequence[str], wanted: Collection[str] | None) -> Whole:
    """Return where the ``wanted`` articles (None: all) stand among ``skus``."""
    return np.asarray([place for place, sku in enumerate(skus) if wanted is None or sku in wanted], np.int64)


def with_known(norms: Norms, counted: Whole, known: Sequence[tuple[float, float, int] | None], *, groups: int) -> Norms:
    """Replace what all but the ``counted`` articles weigh by what is ``known`` of them, where it is: only some of
    their groups were read. ``groups`` is how many there were at the last whole look.
    """
    left, right, counts = norms.left.copy(), norms.right.copy(), norms.counts.copy()
    for place in np.setdiff1d(np.arange(len(left)), counted).tolist():
        if (weights := known[place]) is not None:
            left[place], right[place], counts[place] = weights
    return Norms(left, right, counts, max(groups, norms.groups))


def ranks_of(skus: Sequence[str]) -> Whole:
    """Return the place of each article in the alphabet, which decides between equals."""
    ranks = np.empty(len(skus), np.int64)
    ranks[sorted(range(len(skus)), key=skus.__getitem__)] = np.arange(len(skus))
    return ranks


def partners_of(groups: Groups, norms: Norms, wanted: Whole, ranks: Whole, *, least: int) -> Iterator[Partners]:
    """Yield the partners of each of the ``wanted`` articles, also where it has none; ``ranks`` decide between equals.

    One article at a time: memory stays that of one article's own groups.
    """
    sizes = np.diff(groups.starts)
    holder = np.repeat(np.arange(len(sizes)), sizes)
    by_item = np.argsort(groups.items, kind="stable")
    holders = holder[by_item]
    articles = len(norms.left)
    begins = _starts(np.bincount(groups.items, minlength=articles))
    for article in wanted.tolist():
        mine = holders[begins[article] : begins[article + 1]]
        if len(mine) < least:
            yield Partners(article, [], [], [])
            continue
        lengths = sizes[mine]
        ends = np.cumsum(lengths)
        places = np.arange(ends[-1]) + np.repeat(groups.starts[mine] - (ends - lengths), lengths)
        others = groups.items[places]
        counts = np.bincount(others, minlength=articles)
        counts[article] = 0
        good = np.flatnonzero(counts >= least)
        # More often than chance: count / groups > share of one × share of the other.
        good = good[counts[good] * float(norms.groups) > norms.counts[article] * norms.counts[good].astype(float)]
        shared = np.bincount(others, np.repeat(groups.weights[mine], lengths) * groups.ages[places], articles)
        scores = np.round(shared[good] / np.sqrt(norms.left[article] * norms.right[good]), 6)
        best = np.lexsort((ranks[good], -scores))[:PARTNERS_PER_ARTICLE]
        yield Partners(article, good[best].tolist(), scores[best].tolist(), counts[good[best]].tolist())


def recent_orders(bought: Purchases, articles: int) -> Whole:
    """Return in how many orders of the last ``RECENT_DAYS`` each article was."""
    sizes = _sizes(bought)
    recent = np.repeat(np.asarray(bought.days) < RECENT_DAYS, sizes)
    return np.bincount(np.asarray(bought.articles, np.int64)[recent], minlength=articles)


@dataclass(frozen=True, slots=True)
class Repeats:
    """Of each article's buyers: who ordered anything on a later day, who ordered it again on one, and the days between
    (median, 0 without any).
    """

    came_back: Whole
    again: Whole
    days: Whole


def repeats(bought: Purchases, articles: int) -> Repeats:
    """Return how often and after how many days of the calendar articles are bought again by the same customer."""
    sizes = _sizes(bought)
    who = np.repeat(np.asarray(bought.customers, np.int64), sizes)
    date = np.repeat(np.asarray(bought.dates, np.int64), sizes)
    items = np.asarray(bought.articles, np.int64)
    order = np.lexsort((date, who, items))
    order = order[who[order] != NOBODY]
    who, date, items = who[order], date[order], items[order]
    begins = _changes(items) | _changes(who)
    last = np.zeros(int(who.max(initial=NOBODY)) + 1, np.int64)
    np.maximum.at(last, who, date)
    came_back = np.bincount(items[begins & (last[who] > date)], minlength=articles)
    gaps = np.diff(date, prepend=0)
    is_gap = ~begins & (gaps > 0)
    pair = np.cumsum(begins)
    _, one_each = np.unique(pair[is_gap], return_index=True)
    again = np.bincount(items[is_gap][one_each], minlength=articles)
    days = np.zeros(articles, np.int64)
    gap_items, gap_days = items[is_gap], gaps[is_gap]
    sorted_gaps = np.lexsort((gap_days, gap_items))
    gap_items, gap_days = gap_items[sorted_gaps], gap_days[sorted_gaps]
    first = np.flatnonzero(_changes(gap_items))
    middle = first + np.diff(first, append=len(gap_items)) // 2
    days[gap_items[first]] = gap_days[middle]
    return Repeats(came_back, again, days)


def _sizes(bought: Purchases) -> Whole:
    """Return the number of articles in each order."""
    return np.diff(np.asarray(bought.ends, np.int64), prepend=0).astype(np.int64)


def _starts(counts: npt.NDArray[Any]) -> Whole:
    starts: Whole = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return starts


def _changes(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Mark where a run of equal values begins."""
    changed = np.ones(len(values), np.bool_)
    changed[1:] = values[1:] != values[:-1]
    return changed
