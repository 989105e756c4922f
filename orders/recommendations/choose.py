"""Choosing articles, each with a reason that is true. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from msgspec import structs

# Bought this recently, nobody needs it again, unless it is used up.
NOT_AGAIN_FOR = dt.timedelta(days=60)
# Below this two articles are together by chance, or an article is in hardly any order.
LEAST_SCORE = 0.05
LEAST_DEMAND = 3
# What is used up shows in who buys it again (Bhagat et al., "Buy It Again: Modeling Repeat Purchase Recommendations",
# KDD 2018: the repeat customer probability, with a least share). Of buyers who never ordered anything again nobody
# knows whether they used it up, so the share is of those who came back; at least so many people were it.
USED_UP_SHARE = 0.2
USED_UP_BUYERS = 3
# Learned times are medians: some need it in a quarter of it. Due it is from the median on, up to a few times that.
EARLIEST_AGAIN, LATEST_AGAIN = 0.25, 4


class Reason(StrEnum):
    """Why an article is shown."""

    SPARE_PART = "spare_part"
    ACCESSORY = "accessory"
    REPLENISH = "replenish"
    BUY_AGAIN = "buy_again"
    OFTEN_AGAIN = "often_bought_again"
    BOUGHT_TOGETHER = "bought_together"
    BOUGHT_NEXT = "bought_next"
    POPULAR = "popular"


class Show(StrEnum):
    """What to choose from: everything, only what the customer had before, or only what they never had."""

    ALL = "all"
    AGAIN = "again"
    NEW = "new"


DECLARED = frozenset({Reason.SPARE_PART, Reason.ACCESSORY})
AGAIN = frozenset({Reason.REPLENISH, Reason.BUY_AGAIN, Reason.OFTEN_AGAIN})
LEARNED = frozenset({Reason.BOUGHT_TOGETHER, Reason.BOUGHT_NEXT})


class Candidate(msgspec.Struct, frozen=True):
    """An article that may be shown for one reason. Dozens are made for each page: a dataclass takes ten times as long.

    ``score`` compares candidates of the same kind. ``strength`` is how strongly it goes with ``because`` alone (0 to 1;
    for popular ones in how many orders it was). ``last_bought`` and ``times_bought`` are about the customer, None and 0
    where nobody is known. ``replenish_days`` is what the merchant says. What was learned: of its buyers so many ordered
    something again (``came_back``), and so many of these the same article (``repeat_buyers``), ``repeat_days`` later.
    """

    sku: str
    reason: Reason
    score: float
    strength: float = 1.0
    because: str = ""
    category: str = ""
    last_bought: dt.datetime | None = None
    times_bought: int = 0
    replenish_days: int | None = None
    came_back: int = 0
    repeat_buyers: int = 0
    repeat_days: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """An article with its reason; ``because`` is the article it goes with, empty where the reason needs none."""

    sku: str
    reason: Reason
    because: str = ""


def choose(
    *, candidates: Iterable[Candidate], now: dt.datetime, limit: int, basket_first: bool, show: Show = Show.ALL
) -> list[Choice]:
    """Return up to ``limit`` articles, the best first; the same candidates give the same choices.

    Three kinds take turns: what the merchant declared to belong to it, what is due or bought again and again, what was
    learned to go with it. With ``basket_first`` (there is a basket or a product to go with) the last comes before the
    second. What is popular stands in only where there is nothing else; and where nothing is good, there is nothing.
    """
    good = [judged for one in candidates if (judged := _judged(one, now)) is not None and _is_asked(judged, show)]
    best = _best_reasons(good)
    declared = _ranked(one for one in best if one.reason in DECLARED)
    again = _ranked(one for one in best if one.reason in AGAIN)
    learned = _spread(_ranked(one for one in best if one.reason in LEARNED))
    turns = [(declared, 2), (learned, 2), (again, 1)] if basket_first else [(declared, 1), (again, 2), (learned, 1)]
    chosen = _in_turns(turns, limit) or _ranked(one for one in best if one.reason is Reason.POPULAR)[:limit]
    return [Choice(one.sku, one.reason, one.because) for one in chosen]


def _judged(one: Candidate, now: dt.datetime) -> Candidate | None:
    """Return the candidate with its true reason, None where it has none or comes too early."""
    if one.reason is Reason.POPULAR:
        return one if one.strength >= LEAST_DEMAND and not _too_soon(one, now) else None
    if one.reason in LEARNED and one.strength < LEAST_SCORE:
        return None
    if _too_soon(one, now):
        return None
    if one.reason is not Reason.BUY_AGAIN:
        return one
    if _is_due(one, now):
        return structs.replace(one, reason=Reason.REPLENISH)
    if one.times_bought > 1:
        return one
    return structs.replace(one, reason=Reason.OFTEN_AGAIN) if _learned_days(one) is not None else None


def _too_soon(one: Candidate, now: dt.datetime) -> bool:
    if one.last_bought is None:
        return False
    if one.replenish_days:
        wait = dt.timedelta(days=one.replenish_days)
    elif (days := _learned_days(one)) is not None:
        wait = min(dt.timedelta(days=days * EARLIEST_AGAIN), NOT_AGAIN_FOR)
    else:
        wait = NOT_AGAIN_FOR
    return one.last_bought > now - wait


def _is_due(one: Candidate, now: dt.datetime) -> bool:
    days = one.replenish_days or _learned_days(one)
    if days is None or one.last_bought is None:
        return False
    return dt.timedelta(days=days) <= now - one.last_bought <= dt.timedelta(days=days * LATEST_AGAIN)


def _learned_days(one: Candidate) -> int | None:
    """Return after how many days an article is bought again, None where it is not used up."""
    is_used_up = one.repeat_buyers >= USED_UP_BUYERS and one.repeat_buyers >= one.came_back * USED_UP_SHARE
    return one.repeat_days if is_used_up else None


def _is_asked(one: Candidate, show: Show) -> bool:
    if show is Show.ALL:
        return True
    return (one.times_bought > 0) is (show is Show.AGAIN)


def _best_reasons(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep each article once, for the reason that stands first in ``Reason``."""
    ranks = {reason: rank for rank, reason in enumerate(Reason)}
    best: dict[str, Candidate] = {}
    for one in candidates:
        known = best.get(one.sku)
        if known is None or (ranks[one.reason], -one.score, one.because) < (
            ranks[known.reason],
            -known.score,
            known.because,
        ):
            best[one.sku] = one
    return list(best.values())


def _ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-one.score, one.sku))


def _spread(ranked: list[Candidate]) -> list[Candidate]:
    """Move back what is the third or a later one of its category: five mugs are one idea. Nothing is lost."""
    seen: dict[str, int] = {}
    first: list[Candidate] = []
    later: list[Candidate] = []
    for one in ranked:
        seen[one.category] = seen.get(one.category, 0) + 1
        (later if one.category and seen[one.category] > 2 else first).append(one)
    return first + later


def _in_turns(turns: list[tuple[list[Candidate], int]], limit: int) -> list[Candidate]:
    """Take from each list as many as its turn says, again and again, until there are enough or all are empty."""
    chosen: list[Candidate] = []
    places = [0] * len(turns)
    while len(chosen) < limit and any(place < len(ranked) for place, (ranked, _) in zip(places, turns, strict=True)):
        for index, (ranked, turn) in enumerate(turns):
            chosen += ranked[places[index] : places[index] + turn]
            places[index] += turn
    return chosen[:limit]
