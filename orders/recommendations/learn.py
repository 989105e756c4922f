"""Learning from orders which articles go together: counted in SQL, kept in two small tables.

Two articles that share orders are scored by cosine: orders with both, divided by the root of the product of their own
counts. So what everybody buys anyway does not go with everything.
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from orders.models import Learning, Order, ProductAffinity, ProductDemand
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope

TOGETHER_WINDOW = dt.timedelta(days=365)
DEMAND_WINDOW = dt.timedelta(days=90)
# One shared order is chance.
LEAST_TOGETHER = 2
PARTNERS_PER_ARTICLE = 12
# Wholesale orders of hundreds of articles say nothing about what goes together, and cost the square of their length.
LARGEST_BASKET = 40
LEARN_AGAIN_AFTER = dt.timedelta(hours=20)
# An import of history is reason to look again at once.
GROWTH_WORTH_LEARNING = 1.2

_AFFINITIES = """
WITH basket AS (
    SELECT DISTINCT line.order_id, line.sku
    FROM orders_orderline AS line
    JOIN orders_order AS bought ON bought.merchant_id = line.merchant_id AND bought.id = line.order_id
    WHERE line.merchant_id = %(merchant)s AND line.sku <> ''
      AND bought.status <> 'cancelled' AND bought.placed_at >= %(since)s
), small AS (
    SELECT order_id, sku FROM (
        SELECT order_id, sku, count(*) OVER (PARTITION BY order_id) AS size FROM basket
    ) AS sized WHERE size <= %(largest)s
), counted AS (
    SELECT sku, count(*) AS orders FROM small GROUP BY sku
), pairs AS (
    SELECT one.sku, other.sku AS other_sku, count(*) AS together
    FROM small AS one JOIN small AS other ON other.order_id = one.order_id AND other.sku <> one.sku
    GROUP BY one.sku, other.sku HAVING count(*) >= %(least)s
), scored AS (
    SELECT pairs.*, together / sqrt(mine.orders::float * theirs.orders) AS score
    FROM pairs JOIN counted AS mine ON mine.sku = pairs.sku JOIN counted AS theirs ON theirs.sku = pairs.other_sku
)
SELECT sku, other_sku, together, score FROM (
    SELECT scored.*, row_number() OVER (PARTITION BY sku ORDER BY score DESC, together DESC, other_sku) AS rank
    FROM scored
) AS ranked WHERE rank <= %(partners)s
"""

_DEMAND = """
SELECT line.sku, count(DISTINCT line.order_id)
FROM orders_orderline AS line
JOIN orders_order AS bought ON bought.merchant_id = line.merchant_id AND bought.id = line.order_id
WHERE line.merchant_id = %(merchant)s AND line.sku <> ''
  AND bought.status <> 'cancelled' AND bought.placed_at >= %(since)s
GROUP BY line.sku
"""


def learn_all(*, now: dt.datetime) -> int:
    """Learn for every merchant for whom it is time. Returns for how many it was."""
    with all_merchants("learn what goes together"):
        merchants = list(Merchant.objects.all())
    learned = 0
    for merchant in merchants:
        with merchant_scope(merchant.id):
            if is_due(now=now):
                learn(merchant=merchant, now=now)
                learned += 1
    return learned


def is_due(*, now: dt.datetime) -> bool:
    """Say whether a merchant's orders have changed enough to look again. Needs the merchant's scope."""
    last = Learning.objects.order_by("-learned_at").first()
    if last is None:
        return Order.objects.exists()
    figures = Order.objects.aggregate(count=Count("id"), fresh=Count("id", filter=Q(updated_at__gt=last.learned_at)))
    grown: bool = figures["count"] >= max(last.order_count * GROWTH_WORTH_LEARNING, last.order_count + 1)
    return grown or (figures["fresh"] > 0 and last.learned_at <= now - LEARN_AGAIN_AFTER)


def learn(*, merchant: Merchant, now: dt.datetime) -> Learning:
    """Replace what is known of a merchant's articles; readers see the old until this commits. Needs its scope."""
    together = _rows(_AFFINITIES, merchant, since=now - TOGETHER_WINDOW)
    wanted = _rows(_DEMAND, merchant, since=now - DEMAND_WINDOW)
    ProductAffinity.objects.all().delete()
    ProductAffinity.objects.bulk_create(
        [
            ProductAffinity(merchant=merchant, sku=sku, other_sku=other, together=count, score=score)
            for sku, other, count, score in together
        ],
        batch_size=2_000,
    )
    ProductDemand.objects.all().delete()
    ProductDemand.objects.bulk_create(
        [ProductDemand(merchant=merchant, sku=sku, orders=orders) for sku, orders in wanted], batch_size=2_000
    )
    Learning.objects.filter(learned_at__lt=now - 30 * LEARN_AGAIN_AFTER).delete()
    return Learning.objects.create(merchant=merchant, learned_at=now, order_count=Order.objects.count())


def _rows(query: str, merchant: Merchant, *, since: dt.datetime) -> list[tuple[Any, ...]]:
    parameters: dict[str, Any] = {
        "merchant": str(merchant.id),
        "since": since,
        "largest": LARGEST_BASKET,
        "least": LEAST_TOGETHER,
        "partners": PARTNERS_PER_ARTICLE,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
