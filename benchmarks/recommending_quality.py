"""What recommendations are worth: hit@10 and nDCG@10 on orders that came later.

Four tasks. *next order*: the next order of everybody who bought before the cut, from all articles; *buy again* and *new
for you*: its articles that they had or had not had before, from those alone; *basket*: one article taken out of a later
order, from the rest of it.
"""

import csv
import datetime as dt
import gzip
import io
import json
import math
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.recommending_speed import analyze
from orders.models import Customer, Order, OrderLine, Product
from orders.recommendations.candidates import find_candidates
from orders.recommendations.choose import LEARNED, Reason, Show
from orders.recommendations.learn import learn
from orders.recommendations.select import AFTER_ORDERING, WHILE_CHOOSING, recommend
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.scoping import merchant_scope

TASKS = ("next order", "buy again", "new for you", "basket")
BEST = 10
RECENT = dt.timedelta(days=30)
NEIGHBOURS = (20, 0)


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
    """Sums over the questions of a task."""

    hits: list[int] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def add(self, ranked: Sequence[str], held: frozenset[str]) -> None:
        found = [article in held for article in ranked[:BEST]]
        gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(found) if hit)
        best = sum(1 / math.log2(place + 2) for place in range(min(BEST, len(held))))
        self.hits.append(int(any(found)))
        self.gains.append(gain / best)

    def __str__(self) -> str:
        count = len(self.hits)
        return f"{sum(self.hits) / count:.3f} {sum(self.gains) / count:.3f}" if count else "    –     –"


def quality(*, merchant: Merchant, file: Path, cut: dt.datetime, sample: int, peer_python: str) -> None:
    """Learn from what was before ``cut``, ask for what came after, and print a table."""
    orders = read_orders(file)
    before = [order for order in orders if order.placed_at < cut]
    after = [order for order in orders if order.placed_at >= cut]
    questions = [*next_orders(before, after, sample), *baskets(after, sample)]
    counts = Counter(question.task for question in questions)
    sys.stdout.write(
        f"\nquality: {sum(len(order.articles) for order in before):,} lines of {len(before):,} orders before"
        f" {cut:%Y-%m-%d}, {len(after):,} orders after it\n"
        f"{'hit@10 nDCG@10':<46}" + "".join(f"{f'{task} ({counts[task]})':>22}" for task in TASKS) + "\n"
    )
    _show("popular, all orders", answers_of(popular(before), questions))
    newest = max(order.placed_at for order in before)
    _show("popular, last 30 days", answers_of(popular(o for o in before if o.placed_at > newest - RECENT), questions))
    _show_peers(before, questions, peer_python)
    with merchant_scope(merchant.id):
        customers = _store(merchant, before, orders)
    analyze()
    with merchant_scope(merchant.id):
        started = time.monotonic()
        learn(merchant=merchant, now=cut)
        seconds = time.monotonic() - started
    analyze()
    with merchant_scope(merchant.id):
        _show("ours: the ranking alone", (ranking(one, customers) for one in questions))
        started = time.monotonic()
        _show("ours: as it is served, with the shop's rules", (served(one, customers) for one in questions))
        each = (time.monotonic() - started) / max(len(questions), 1) * 1_000
    sys.stdout.write(f"learned in {seconds:.1f} s; {each:.1f} ms for each question (many articles are asked with)\n")


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


def next_orders(before: Sequence[Bought], after: Sequence[Bought], sample: int) -> Iterator[Question]:
    """Yield three questions for each customer of before who came back."""
    had: dict[str, list[str]] = {}
    for order in before:
        if order.who:
            had.setdefault(order.who, []).extend(order.articles)
    seen: set[str] = set()
    for order in after:
        if order.who not in had or order.who in seen or len(seen) >= sample:
            continue
        seen.add(order.who)
        items, held = tuple(had[order.who]), frozenset(order.articles)
        known = frozenset(items)
        yield Question("next order", order.placed_at, order.who, items, held)
        if held & known:
            yield Question("buy again", order.placed_at, order.who, items, held & known, only=known)
        if held - known:
            yield Question("new for you", order.placed_at, order.who, items, held - known, without=known)


def baskets(after: Sequence[Bought], sample: int) -> Iterator[Question]:
    """Yield a question for each order of two articles or more, one of which is taken out by chance."""
    chance = random.Random(1)  # noqa: S311 - the same articles each time
    for order in [order for order in after if len(order.articles) > 1][:sample]:
        taken = chance.choice(order.articles)
        rest = tuple(article for article in order.articles if article != taken)
        yield Question("basket", order.placed_at, "", rest, frozenset({taken}), without=frozenset(rest))


def popular(orders: Iterable[Bought]) -> list[str]:
    """Return all articles, those in most orders first."""
    counts = Counter(article for order in orders for article in order.articles)
    return sorted(counts, key=lambda article: (-counts[article], article))


def answers_of(ranked: Sequence[str], questions: Sequence[Question]) -> Iterator[tuple[Question, list[str]]]:
    """Answer every question with the best of one list that it may be answered with."""
    for one in questions:
        fits = (a for a in ranked if a not in one.without and (one.only is None or a in one.only))
        yield one, [article for article, _ in zip(fits, range(BEST), strict=False)]


def ranking(question: Question, customers: Mapping[str, uuid.UUID]) -> tuple[Question, list[str]]:
    """Answer with the learned order of articles, whenever they were bought last."""
    is_basket = question.task == "basket"
    together, following = WHILE_CHOOSING if is_basket else AFTER_ORDERING
    found = find_candidates(
        basket=question.items if is_basket else (),
        customer_id=customers.get(question.who),
        use_history=not is_basket,
        together=together,
        following=following,
        now=question.at,
    )
    ranked = sorted((one.candidate for one in found), key=lambda one: (-one.score, one.sku))
    again = [one.sku for one in ranked if one.reason is Reason.BUY_AGAIN]
    learned = [one.sku for one in ranked if one.reason in LEARNED]
    if question.task in ("basket", "new for you"):
        return question, [sku for sku in learned if sku not in question.without][:BEST]
    return question, list(dict.fromkeys([*again, *learned]))[:BEST]


def served(question: Question, customers: Mapping[str, uuid.UUID]) -> tuple[Question, list[str]]:
    """Answer with what pages, mails and the API get."""
    is_basket = question.task == "basket"
    shows = {"buy again": Show.AGAIN, "new for you": Show.NEW}
    found = recommend(
        basket=question.items if is_basket else (),
        customer_id=customers.get(question.who),
        use_history=not is_basket,
        ordered=not is_basket,
        show=shows.get(question.task, Show.ALL),
        limit=BEST,
        now=question.at,
    )
    return question, [one.product.sku for one in found]


def _show(name: str, answered: Iterable[tuple[Question, Sequence[str]]]) -> None:
    scores = {task: Score() for task in TASKS}
    for question, ranked in answered:
        scores[question.task].add(ranked, question.held)
    sys.stdout.write(f"{name:<46}" + "".join(f"{scores[task]!s:>22}" for task in TASKS) + "\n")
    sys.stdout.flush()


def _show_peers(before: Sequence[Bought], questions: Sequence[Question], python: str) -> None:
    has_it = subprocess.run([python, "-c", "import implicit"], check=False, capture_output=True).returncode == 0
    if not has_it:
        sys.stdout.write(
            "item-item cosine is left out: the package implicit is not installed. In an environment of its own:\n"
            "    python3 -m venv peer && peer/bin/pip install implicit   then   --peer-python peer/bin/python\n"
        )
        return
    by_customer: dict[str, dict[str, None]] = {}
    for order in before:
        if order.who:
            by_customer.setdefault(order.who, {}).update(dict.fromkeys(order.articles))
    groups = {"customers": [list(articles) for articles in by_customer.values()]}
    groups["orders"] = [list(order.articles) for order in before]
    for name, told in groups.items():
        for neighbours in NEIGHBOURS:
            kept = f"{neighbours} neighbours" if neighbours else "all"
            _show(f"implicit, cosine of {name}, {kept}", _peer(told, neighbours, questions, python))


def _peer(
    groups: Sequence[Sequence[str]], neighbours: int, questions: Sequence[Question], python: str
) -> Iterator[tuple[Question, list[str]]]:
    skus = sorted({article for group in groups for article in group})
    codes = {sku: code for code, sku in enumerate(skus)}

    def coded(articles: Iterable[str]) -> list[int]:
        return sorted({codes[article] for article in articles if article in codes})

    asked = {
        "articles": len(skus),
        "k": neighbours,
        "groups": [coded(group) for group in groups],
        "queries": [
            {
                "items": coded(one.items),
                "only": None if one.only is None else coded(one.only),
                "without": coded(one.without),
            }
            for one in questions
        ],
    }
    answer = subprocess.run(
        [python, "-W", "ignore", str(Path(__file__).parent / "peer" / "cosine.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    for question, best in zip(questions, json.loads(answer.stdout), strict=True):
        yield question, [skus[code] for code in best]


def _store(merchant: Merchant, before: Sequence[Bought], orders: Sequence[Bought]) -> dict[str, uuid.UUID]:
    """Store the orders of before as the product holds them, and all articles as available."""
    store, now = Store.objects.get(), before[-1].placed_at
    skus = sorted({article for order in orders for article in order.articles})
    Product.objects.bulk_create(
        [Product(merchant=merchant, sku=sku, name=sku, created_at=now, updated_at=now) for sku in skus],
        batch_size=2_000,
    )
    people = {
        who: Customer(merchant=merchant, external_id=who, created_at=now, updated_at=now)
        for who in sorted({order.who for order in before} - {""})
    }
    Customer.objects.bulk_create(people.values(), batch_size=2_000)
    rows = [
        Order(
            merchant=merchant,
            store=store,
            customer=people.get(order.who),
            external_id=str(number),
            number=str(number),
            placed_at=order.placed_at,
            currency="GBP",
            total=0,
            content_hash=b"",
            created_at=order.placed_at,
            updated_at=order.placed_at,
        )
        for number, order in enumerate(before)
    ]
    Order.objects.bulk_create(rows, batch_size=2_000)
    lines = (
        OrderLine(
            merchant=merchant,
            order=row,
            external_id=str(position),
            position=position,
            sku=sku,
            quantity=1,
            unit_price=0,
            total=0,
        )
        for row, order in zip(rows, before, strict=True)
        for position, sku in enumerate(order.articles, start=1)
    )
    OrderLine.objects.bulk_create(lines, batch_size=5_000)
    return {who: customer.id for who, customer in people.items()}
