"""What recommendations are worth: hit@10 and nDCG@10 on the last months of real orders, beside others' answers."""

import datetime as dt
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.recommending_answers import ranking, served, store
from benchmarks.recommending_questions import (
    TASKS,
    Bought,
    Question,
    Score,
    answers_of,
    popular,
    questions_of,
    read_orders,
    scores_of,
)
from benchmarks.recommending_speed import analyze
from orders.recommendations.learn import learn
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope

RECENT = dt.timedelta(days=30)
ITEM_TO_ITEM = ("cosine", "tf-idf", "bm25")
NEIGHBOURS = (20, 0)

Scores = dict[str, Score]


def quality(*, merchant: Merchant, file: Path, cut: dt.datetime, sample: int, peer_python: str) -> None:
    """Learn from what was before ``cut``, ask for what came after, and print a table."""
    orders = read_orders(file)
    before = [order for order in orders if order.placed_at < cut]
    after = [order for order in orders if order.placed_at >= cut]
    questions = questions_of(before, after, sample)
    show_head("quality", before, after, questions)
    newest = max(order.placed_at for order in before)
    everything = scores_of(answers_of(popular(before), questions))
    show("popular, all orders", everything)
    lately = scores_of(answers_of(popular(o for o in before if o.placed_at > newest - RECENT), questions))
    show("popular, last 30 days", lately)
    peers = _peers(before, questions, peer_python)
    with merchant_scope(merchant.id):
        customers = store(merchant, before, orders)
    analyze()
    with merchant_scope(merchant.id):
        started = time.monotonic()
        learn(merchant=merchant, now=cut)
        seconds = time.monotonic() - started
    analyze()
    with merchant_scope(merchant.id):
        ranks = scores_of(ranking(questions, customers))
        show("ours: the ranking alone", ranks)
        started = time.monotonic()
        shown = scores_of(served(questions, customers))
        each = (time.monotonic() - started) / max(len(questions), 1) * 1_000
        show("ours: as it is served, with the shop's rules", shown)
    sys.stdout.write("better by, question by question, with 95 % confidence:\n")
    for name, ours in {"ranking": ranks, "as served": shown}.items():
        _compare(f"{name}, against popular of 30 days", ours, dict.fromkeys(TASKS, lately))
        if peers:
            cosines = [scores for peer, scores in peers.items() if peer.startswith("implicit, cosine")]
            _compare(f"{name}, against each task's best cosine", ours, _best(cosines))
            _compare(f"{name}, against each task's best of implicit", ours, _best(list(peers.values())))
    sys.stdout.write(f"learned in {seconds:.1f} s; {each:.1f} ms for each question (many articles are asked with)\n")


def show_head(part: str, before: Sequence[Bought], after: Sequence[Bought], questions: Sequence[Question]) -> None:
    """Print what is learned from and asked for, and the names of the columns."""
    counts = Counter(question.task for question in questions)
    sys.stdout.write(
        f"\n{part}: {sum(len(order.articles) for order in before):,} lines of {len(before):,} orders before"
        f" {after[0].placed_at:%Y-%m-%d}, {len(after):,} orders from then to {after[-1].placed_at:%Y-%m-%d}\n"
        f"{'hit@10 nDCG@10':<48}" + "".join(f"{f'{task} ({counts[task]})':>28}" for task in TASKS) + "\n"
    )


def show(name: str, scores: Scores) -> None:
    """Print a line of the table."""
    sys.stdout.write(f"{name:<48}" + "".join(f"{scores[task]!s:>28}" for task in TASKS) + "\n")
    sys.stdout.flush()


def _compare(name: str, ours: Scores, others: dict[str, Scores]) -> None:
    against = "".join(f"{ours[task].against(others[task][task]):>28}" for task in TASKS)
    sys.stdout.write(f"{name:<48}{against}\n")


def _best(peers: Sequence[Scores]) -> dict[str, Scores]:
    """Return for each task the peer with the highest nDCG@10: an advantage for them, who are chosen by the result."""
    return {task: max(peers, key=lambda scores: sum(scores[task].gains)) for task in TASKS}


def _peers(before: Sequence[Bought], questions: Sequence[Question], python: str) -> dict[str, Scores]:
    """Ask all variants of ``implicit``, print a line for each, and return their scores; empty where it is missing."""
    has_it = subprocess.run([python, "-c", "import implicit"], check=False, capture_output=True).returncode == 0
    if not has_it:
        sys.stdout.write(
            "implicit is left out: it is not installed. In an environment of its own:\n"
            "    python3 -m venv peer && peer/bin/pip install implicit   then   --peer-python peer/bin/python\n"
        )
        return {}
    by_customer: dict[str, dict[str, None]] = {}
    for order in before:
        if order.who:
            by_customer.setdefault(order.who, {}).update(dict.fromkeys(order.articles))
    groups = {"customers": [list(articles) for articles in by_customer.values()]}
    groups["orders"] = [list(order.articles) for order in before]
    found: dict[str, Scores] = {}
    for kind, told in groups.items():
        variants = [(model, k) for model in ITEM_TO_ITEM for k in NEIGHBOURS] + [("als", 0)]
        for model, neighbours in variants:
            kept = "" if model == "als" else f", {neighbours} neighbours" if neighbours else ", all"
            name = f"implicit, {model} of {kind}{kept}"
            found[name] = scores_of(_peer(model, told, neighbours, questions, python))
            show(name, found[name])
    return found


def _peer(
    model: str, groups: Sequence[Sequence[str]], neighbours: int, questions: Sequence[Question], python: str
) -> Iterator[tuple[Question, list[str]]]:
    skus = sorted({article for group in groups for article in group})
    codes = {sku: code for code, sku in enumerate(skus)}

    def coded(articles: Iterable[str]) -> list[int]:
        return sorted({codes[article] for article in articles if article in codes})

    asked = {
        "model": model,
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
        [python, "-W", "ignore", str(Path(__file__).parent / "peer" / "implicit_ranks.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    for question, best in zip(questions, json.loads(answer.stdout), strict=True):
        yield question, [skus[code] for code in best]
