"""What recommendations are asked: articles of orders that came later, and how well they were guessed.

Four tasks. *next order*: the next order of everybody who bought before, from all articles; *buy again* and *new for
you*: its articles that they had or had not had before, from those alone; *basket*: one article taken out of a later
order, from the rest of it.
"""

import csv
import datetime as dt
import gzip
import io
import math
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean, stdev

TASKS = ("next order", "buy again", "new for you", "basket")
BEST = 10
# Of the normal distribution: nineteen in twenty are within.
DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class Bought:
    """One order: ``who`` is empty for guests."""

    placed_at: dt.datetime
    who: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What to guess (``held``) from what is known: the orders before, or the rest of a basket. ``only`` or ``without``
    bound the articles to choose from.
    """

    task: str
    at: dt.datetime
    who: str
    items: tuple[str, ...]
    held: frozenset[str]
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()


@dataclass(slots=True)
class Score:
    """How well the questions of a task were answered, in the order of the questions."""

    hits: list[float] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def add(self, ranked: Sequence[str], held: frozenset[str]) -> None:
        found = [article in held for article in ranked[:BEST]]
        gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(found) if hit)
        best = sum(1 / math.log2(place + 2) for place in range(min(BEST, len(held))))
        self.hits.append(float(any(found)))
        self.gains.append(gain / best)

    def __str__(self) -> str:
        return f"{fmean(self.hits):.3f} {fmean(self.gains):.3f}" if self.hits else "–     –"

    def against(self, other: "Score") -> str:
        """Return by how much this is better, question by question, with the half of its 95 % confidence interval."""
        if len(self.hits) < 2:
            return "–"
        pairs = ((self.hits, other.hits), (self.gains, other.gains))
        return " ".join(_difference([a - b for a, b in zip(mine, theirs, strict=True)]) for mine, theirs in pairs)


def _difference(differences: Sequence[float]) -> str:
    half = DEVIATIONS * stdev(differences) / math.sqrt(len(differences))
    return f"{fmean(differences):+.3f}±{half:.3f}"


def scores_of(answered: Iterable[tuple[Question, Sequence[str]]]) -> dict[str, Score]:
    """Return the score of each task."""
    scores = {task: Score() for task in TASKS}
    for question, ranked in answered:
        scores[question.task].add(ranked, question.held)
    return scores


def read_orders(file: Path) -> list[Bought]:
    """Read what was bought for money: no cancellations, adjustments, write-offs, postage or bank charges."""
    found: dict[str, tuple[dt.datetime, str, dict[str, None]]] = {}
    content = file.read_bytes()
    text = (gzip.decompress(content) if file.suffix == ".gz" else content).decode()
    with io.StringIO(text, newline="") as lines:
        for row in csv.DictReader(lines):
            invoice, article = row["InvoiceNo"], row["StockCode"].upper()
            is_sale = invoice.isdigit() and int(row["Quantity"]) > 0 and float(row["UnitPrice"]) > 0
            if is_sale and article[:1].isdigit():
                placed_at = dt.datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=dt.UTC)
                found.setdefault(invoice, (placed_at, row["CustomerID"], {}))[2][article] = None
    orders = [Bought(placed_at, who, tuple(articles)) for placed_at, who, articles in found.values()]
    return sorted(orders, key=lambda order: order.placed_at)


def questions_of(before: Sequence[Bought], after: Sequence[Bought], sample: int) -> list[Question]:
    """Return what to ask of the orders ``after``, knowing those ``before``: of at most so many (``sample``) customers
    and baskets, taken by chance, the same each time.
    """
    return [*_next_orders(before, after, sample), *_baskets(after, sample)]


def _next_orders(before: Sequence[Bought], after: Sequence[Bought], sample: int) -> Iterator[Question]:
    """Yield three questions for each customer of before who came back."""
    had: dict[str, list[str]] = {}
    for order in before:
        if order.who:
            had.setdefault(order.who, []).extend(order.articles)
    following: dict[str, Bought] = {}
    for order in after:
        if order.who in had:
            following.setdefault(order.who, order)
    for order in _by_chance(list(following.values()), sample):
        items, held = tuple(had[order.who]), frozenset(order.articles)
        known = frozenset(items)
        yield Question("next order", order.placed_at, order.who, items, held)
        if held & known:
            yield Question("buy again", order.placed_at, order.who, items, held & known, only=known)
        if held - known:
            yield Question("new for you", order.placed_at, order.who, items, held - known, without=known)


def _baskets(after: Sequence[Bought], sample: int) -> Iterator[Question]:
    """Yield a question for each order of two articles or more, one of which is taken out by chance."""
    chance = random.Random(1)  # noqa: S311 - the same articles each time
    for order in _by_chance([order for order in after if len(order.articles) > 1], sample):
        taken = chance.choice(order.articles)
        rest = tuple(article for article in order.articles if article != taken)
        yield Question("basket", order.placed_at, "", rest, frozenset({taken}), without=frozenset(rest))


def _by_chance(orders: list[Bought], sample: int) -> list[Bought]:
    return orders if len(orders) <= sample else random.Random(2).sample(orders, sample)  # noqa: S311 - no secret


def popular(orders: Iterable[Bought]) -> list[str]:
    """Return all articles, those in most orders first."""
    counts = Counter(article for order in orders for article in order.articles)
    return sorted(counts, key=lambda article: (-counts[article], article))


def answers_of(ranked: Sequence[str], questions: Sequence[Question]) -> Iterator[tuple[Question, list[str]]]:
    """Answer every question with the best of one list that it may be answered with."""
    for one in questions:
        fits = (a for a in ranked if a not in one.without and (one.only is None or a in one.only))
        yield one, [article for article, _ in zip(fits, range(BEST), strict=False)]
