"""Learning from orders what goes together, what follows, what is bought again and what is wanted.

    look at everything      the first time, after growth by a fifth, and once a day when something changed
    look at what changed    in between: the articles of changed orders and of their customers' other orders

Both read orders as a stream into flat arrays, count in numpy, and replace rows of ``LearnedArticle`` in one
transaction: readers see the old until it commits. ``benchmarks/recommendations.py`` says how long and how much memory.
"""

import datetime as dt
import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from django.db import connection
from django.db.models import Count, Q

from orders.models import LearnedArticle, Learning, Order
from orders.recommendations.purchases import Purchases, read_purchases, selling_days
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.rows import insert_rows
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib.ids import uuid7s
from postpurchase.lib.locks import lock_names

if TYPE_CHECKING:
    from orders.recommendations.weigh import Norms, Partners

log = structlog.get_logger(__name__)

MOST_DAYS = 365
WHOLE_AGAIN_AFTER = dt.timedelta(hours=20)
# An import of history is reason to look again at once.
GROWTH_WORTH_LEARNING = 1.2
PART_AGAIN_AFTER = dt.timedelta(minutes=10)
# More than this is no part any more: it waits for the whole.
LARGEST_PART = 3_000
KEPT_LEARNINGS = dt.timedelta(days=30)
ROWS_AT_ONCE = 1_000

_CHANGED = """
WITH changed AS (
    SELECT id, customer_id FROM orders_order WHERE merchant_id = %(merchant)s AND updated_at > %(since)s
), concerned AS (
    SELECT id FROM changed
    UNION SELECT bought.id FROM orders_order AS bought
    WHERE bought.merchant_id = %(merchant)s AND bought.customer_id IN (SELECT customer_id FROM changed)
)
SELECT DISTINCT line.sku FROM concerned
JOIN orders_orderline AS line ON line.merchant_id = %(merchant)s AND line.order_id = concerned.id
WHERE line.sku <> '' LIMIT %(most)s
"""


def learn_all(*, now: dt.datetime) -> int:
    """Learn for every merchant for whom it is time. Returns for how many it was; one that fails never stops others."""
    with all_merchants("learn what goes together"):
        merchants = list(Merchant.objects.all())
    learned = 0
    for merchant in merchants:
        try:
            with merchant_scope(merchant.id):
                learned += learn_if_due(merchant=merchant, now=now) is not None
        except Exception:  # the loop's edge: one merchant must not stop the others
            log.exception("learning_failed", merchant=str(merchant.id))
    return learned


def learn_if_due(*, merchant: Merchant, now: dt.datetime) -> Learning | None:
    """Look at everything, at what changed, or at nothing: whatever it is time for. Needs the merchant's scope."""
    lock_names(realm=f"{merchant.id}:learning", names=["learn"])
    if is_due(now=now):
        return learn(merchant=merchant, now=now)
    last = Learning.objects.order_by("-learned_at").first()
    if last is None or last.learned_at > now - PART_AGAIN_AFTER:
        return None
    changed = _changed_articles(merchant, since=last.learned_at)
    if not changed or len(changed) > LARGEST_PART:
        return None
    return learn_part(merchant=merchant, skus=changed, now=now)


def is_due(*, now: dt.datetime) -> bool:
    """Say whether a merchant's orders have changed enough to look at all of them. Needs the merchant's scope."""
    last = Learning.objects.filter(whole=True).order_by("-learned_at").first()
    if last is None:
        return Order.objects.exists()
    figures = Order.objects.aggregate(count=Count("id"), fresh=Count("id", filter=Q(updated_at__gt=last.learned_at)))
    grown: bool = figures["count"] >= max(last.order_count * GROWTH_WORTH_LEARNING, last.order_count + 1)
    return grown or (figures["fresh"] > 0 and last.learned_at <= now - WHOLE_AGAIN_AFTER)


def learn(*, merchant: Merchant, now: dt.datetime) -> Learning:
    """Look at all orders and replace everything known of a merchant's articles. Needs its scope."""
    started = time.monotonic()
    days = selling_days(merchant=merchant, now=now, most=MOST_DAYS)
    bought = read_purchases(merchant=merchant, ages={day: age for age, day in enumerate(days)}, now=now)
    rows, figures = _learned(merchant, bought, None, {})
    LearnedArticle.objects.all().delete()
    _insert(rows)
    Learning.objects.filter(learned_at__lt=now - KEPT_LEARNINGS).delete()
    return Learning.objects.create(
        merchant=merchant,
        learned_at=now,
        order_count=Order.objects.count(),
        whole=True,
        ages_from=days[0] if days else None,
        lines=len(bought.articles),
        articles=len(bought.skus),
        seconds=round(time.monotonic() - started, 3),
        **figures,
    )


def learn_part(*, merchant: Merchant, skus: Collection[str], now: dt.datetime) -> Learning:
    """Look again at some articles, after a whole look. Needs the merchant's scope.

    Others keep their partners as they were, also where one of ``skus`` is among them: until the next whole look.
    """
    started = time.monotonic()
    whole = Learning.objects.filter(whole=True).latest("learned_at")
    days = selling_days(merchant=merchant, now=now, most=MOST_DAYS)
    first = sum(1 for day in days if whole.ages_from is None or day > whole.ages_from)
    ages = {day: place - first for place, day in enumerate(days)}
    bought = read_purchases(merchant=merchant, ages=ages, now=now, skus=skus)
    known = {row.sku: row for row in LearnedArticle.objects.filter(sku__in=bought.skus)}
    order_count = Order.objects.count()
    rows, figures = _learned(merchant, bought, set(skus), known, whole, order_count)
    LearnedArticle.objects.filter(sku__in=skus).delete()
    _insert(rows)
    return Learning.objects.create(
        merchant=merchant,
        learned_at=now,
        order_count=order_count,
        ages_from=whole.ages_from,
        lines=len(bought.articles),
        articles=len(skus),
        seconds=round(time.monotonic() - started, 3),
        **figures,
    )


def _changed_articles(merchant: Merchant, *, since: dt.datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, {"merchant": merchant.id, "since": since, "most": LARGEST_PART + 1})
        return [sku for (sku,) in cursor.fetchall()]


def _learned(
    merchant: Merchant,
    bought: Purchases,
    wanted: Collection[str] | None,
    known: dict[str, LearnedArticle],
    whole: Learning | None = None,
    order_count: int = 0,
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Return the rows of the ``wanted`` articles (None: of all), and what was counted.

    ``known`` says what the other articles weigh; ``whole`` counted how many baskets and customers there were when there
    were fewer than ``order_count`` orders.
    """
    # numpy is the worker's alone: no web process needs its memory.
    from orders.recommendations import weigh

    skus = bought.skus
    count = len(skus)
    codes = weigh.places_of(skus, wanted)
    baskets, customers = weigh.baskets_of(bought), weigh.customers_of(bought)
    basket_norms, customer_norms = weigh.norms_of(baskets, count), weigh.norms_of(customers, count)
    if whole is not None:
        others = [known.get(sku) for sku in skus]
        basket_norms = weigh.with_known(
            basket_norms,
            codes,
            [(row.basket_weight, row.basket_weight, row.basket_count) if row else None for row in others],
            groups=whole.baskets + order_count - whole.order_count,
        )
        customer_norms = weigh.with_known(
            customer_norms,
            codes,
            [(row.customer_weight, row.customer_weight_aged, row.customer_count) if row else None for row in others],
            groups=whole.customers,
        )
    recent, again = weigh.recent_orders(bought, count), weigh.repeats(bought, count)
    ranks = weigh.ranks_of(skus)
    together = weigh.partners_of(baskets, basket_norms, codes, ranks, least=weigh.LEAST_ORDERS)
    following = weigh.partners_of(customers, customer_norms, codes, ranks, least=weigh.LEAST_CUSTOMERS)
    rows = [
        {
            "id": row_id,
            "merchant_id": merchant.id,
            "sku": skus[code],
            **_partner_columns(skus, one, two),
            "recent_orders": int(recent[code]),
            "came_back": int(again.came_back[code]),
            "repeat_buyers": int(again.again[code]),
            "repeat_days": int(again.days[code]) or None,
            **_weight_columns(code, basket_norms, customer_norms),
        }
        for row_id, code, one, two in zip(uuid7s(len(codes)), codes.tolist(), together, following, strict=True)
    ]
    return rows, {"baskets": basket_norms.groups, "customers": customer_norms.groups}


def _partner_columns(skus: Sequence[str], together: "Partners", following: "Partners") -> dict[str, Any]:
    return {
        "together": [skus[code] for code in together.others],
        "together_scores": together.scores,
        "together_orders": together.counts,
        "following": [skus[code] for code in following.others],
        "following_scores": following.scores,
        "following_customers": following.counts,
    }


def _weight_columns(code: int, baskets: "Norms", customers: "Norms") -> dict[str, Any]:
    return {
        "basket_count": int(baskets.counts[code]),
        "basket_weight": float(baskets.left[code]),
        "customer_count": int(customers.counts[code]),
        "customer_weight": float(customers.left[code]),
        "customer_weight_aged": float(customers.right[code]),
    }


def _insert(rows: Sequence[dict[str, Any]]) -> None:
    for first in range(0, len(rows), ROWS_AT_ONCE):
        insert_rows(LearnedArticle, rows[first : first + ROWS_AT_ONCE])
