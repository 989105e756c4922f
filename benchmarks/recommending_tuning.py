"""Which parameters are best, asked of months that neither teach nor test.

One parameter at a time is set to other values, from what the product has; the table shows what each is worth. What is
tested (``recommending_quality.py``) is never looked at here.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from benchmarks.recommending_answers import ranking, served, store
from benchmarks.recommending_quality import Scores, show, show_head
from benchmarks.recommending_questions import (
    Question,
    answers_of,
    popular,
    questions_of,
    read_orders,
    scores_of,
)
from benchmarks.recommending_speed import analyze
from orders.recommendations import candidates, choose, select, weigh
from orders.recommendations.learn import learn
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope


@dataclass(frozen=True, slots=True)
class Parameter:
    """A constant of a module, with the ``others`` to try. ``rule``: it says what may be shown, not what is best."""

    module: ModuleType
    name: str
    others: tuple[object, ...]
    rule: bool = False


PARAMETERS = (
    Parameter(weigh, "HALF_LIFE", (15.0, 60.0)),
    Parameter(weigh, "PARTNERS_PER_ARTICLE", (8, 24)),
    Parameter(weigh, "TOGETHER_DAYS", (90, 365)),
    Parameter(weigh, "RECENT_DAYS", (15, 60)),
    Parameter(weigh, "ARTICLES_PER_CUSTOMER", (100, 400)),
    Parameter(weigh, "LARGEST_BASKET", (50, 200)),
    Parameter(candidates, "SEED_HALF_LIFE_DAYS", (30, 120)),
    Parameter(candidates, "AGAIN_HALF_LIFE_DAYS", (120, 480)),
    Parameter(candidates, "SEEDS_OF_HISTORY", (50, 200)),
    Parameter(select, "WHILE_CHOOSING", ((1.0, 0.0), (1.0, 0.5))),
    Parameter(select, "AFTER_ORDERING", ((0.0, 1.0), (0.3, 1.0))),
    Parameter(choose, "LEAST_SCORE", (0.02, 0.1), rule=True),
    Parameter(choose, "USED_UP_SHARE", (0.1, 0.15, 0.25, 0.3), rule=True),
    Parameter(choose, "EARLIEST_AGAIN", (0.1, 0.5), rule=True),
)


def tuning(*, merchant: Merchant, file: Path, since: dt.datetime, until: dt.datetime, sample: int) -> None:
    """Learn from what was before ``since``, ask for what came before ``until``, and print a table."""
    orders = [order for order in read_orders(file) if order.placed_at < until]
    before = [order for order in orders if order.placed_at < since]
    after = [order for order in orders if order.placed_at >= since]
    questions = questions_of(before, after, sample)
    show_head("tuning", before, after, questions)
    newest = max(order.placed_at for order in before)
    lately = popular(order for order in before if order.placed_at > newest - dt.timedelta(days=30))
    show("popular, last 30 days", scores_of(answers_of(lately, questions)))
    with merchant_scope(merchant.id):
        customers = store(merchant, before, orders)
    analyze()
    _learn(merchant, since)
    analyze()
    _ask(merchant, "the ranking as it is", questions, customers, as_served=False)
    _ask(merchant, "as it is served", questions, customers, as_served=True)
    for parameter in PARAMETERS:
        for value in parameter.others:
            with _set(parameter, value, merchant, since):
                name = f"{parameter.name.lower()} {value} instead of {_VALUES[parameter]}"
                _ask(merchant, name, questions, customers, as_served=parameter.rule)


_VALUES = {parameter: getattr(parameter.module, parameter.name) for parameter in PARAMETERS}


@contextmanager
def _set(parameter: Parameter, value: object, merchant: Merchant, now: dt.datetime) -> Iterator[None]:
    """Let a parameter have another value, in Python, in the database's functions and in what was learned."""
    try:
        _use(parameter, value, merchant, now)
        yield
    finally:
        _use(parameter, _VALUES[parameter], merchant, now)


def _use(parameter: Parameter, value: object, merchant: Merchant, now: dt.datetime) -> None:
    setattr(parameter.module, parameter.name, value)
    if parameter.name == "LEAST_SCORE":
        setattr(candidates, parameter.name, value)
    if parameter.module is candidates or parameter.name == "LEAST_SCORE":
        candidates.make_functions(using="owner")
    if parameter.module is weigh:
        _learn(merchant, now)


def _learn(merchant: Merchant, now: dt.datetime) -> None:
    with merchant_scope(merchant.id):
        learn(merchant=merchant, now=now)


def _ask(
    merchant: Merchant,
    name: str,
    questions: Sequence[Question],
    customers: Mapping[str, uuid.UUID],
    *,
    as_served: bool,
) -> None:
    with merchant_scope(merchant.id):
        scores: Scores = scores_of((served if as_served else ranking)(questions, customers))
    show(name, scores)
