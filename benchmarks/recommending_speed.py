"""How long learning takes, and a recommendation, on orders made up inside PostgreSQL."""

import datetime as dt
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection, connections

from benchmarks.reporting import most_memory_mb, verdict
from orders.models import LearnedArticle, Order, OrderLine, Product
from orders.recommendations.learn import learn
from orders.recommendations.select import recommend
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock

LINES_PER_ORDER = 5
ARTICLES = 5_000
SECONDS_GOAL, MEMORY_GOAL_MB, TIMES_GOAL = 30, 1_000, 100

# Every second article comes from the order's own corner of the shop, and few articles are in most orders.
_MAKE = """
SELECT setseed(0.5);
INSERT INTO orders_customer (id, merchant_id, external_id, email, phone, first_name, last_name, company, vat_id,
    told_kind, language, accepts_marketing, attributes, created_at, updated_at)
SELECT (%(family)s || '0000001-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(merchant)s, n::text, '', '', '',
    '', '', '', '', '', false, '{}', %(now)s, %(now)s
FROM generate_series(1, %(customers)s) AS n;
INSERT INTO orders_order (id, merchant_id, store_id, customer_id, external_id, number, placed_at, status,
    payment_status, currency, total, shipping_total, discount_total, tax_total, language, shipping_address,
    billing_address, attributes,
    source, backfill, content_hash, cancel_reason, created_at, updated_at)
SELECT (%(family)s || '0000002-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(merchant)s, %(store)s,
    (%(family)s || '0000001-0000-7000-8000-' || lpad(to_hex(1 + n %% %(customers)s), 12, '0'))::uuid, n::text, n::text,
    %(now)s - interval '1 day' - interval '300 days' * (n::float8 / %(orders)s), 'fulfilled',
    'paid', 'EUR', 10, 0, 0, 0, '', '{}', '{}', '{}', 'api', true, '', '', %(now)s, %(now)s
FROM generate_series(1, %(orders)s) AS n;
INSERT INTO orders_orderline (id, merchant_id, order_id, external_id, position, sku, name, quantity, unit_price, total,
    product_url, image_url, attributes)
SELECT (%(family)s || '0000003-' || lpad(to_hex(place), 4, '0') || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
    %(merchant)s, (%(family)s || '0000002-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, place::text, place,
    'A-' || CASE WHEN random() < 0.5
        THEN (n %% (%(articles)s / 20)) * 20 + floor(20 * power(random(), 2))::int
        ELSE floor(%(articles)s * power(random(), 3))::int END,
    '', 1, 1, 1, '', '', '{}'
FROM generate_series(1, %(orders)s) AS n, generate_series(1, %(each)s) AS place;
INSERT INTO orders_product (id, merchant_id, sku, name, description, url, image_url, currency, available, categories,
    related, spare_parts, how_tos, attributes, created_at, updated_at)
SELECT (%(family)s || '0000004-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(merchant)s, 'A-' || n,
    'Article ' || n, '',
    'https://shop.example.com/' || n, '', '', true, '{}', '{}', '{}', '[]', '{}', %(now)s, %(now)s
FROM generate_series(0, %(articles)s) AS n;
"""

_SELF_JOIN = """
SELECT other.sku, count(*) FROM orders_orderline AS mine
JOIN orders_orderline AS other
  ON other.merchant_id = mine.merchant_id AND other.order_id = mine.order_id AND other.sku <> ALL(%(basket)s)
WHERE mine.merchant_id = %(merchant)s AND mine.sku = ANY(%(basket)s)
GROUP BY other.sku ORDER BY count(*) DESC, other.sku LIMIT 8
"""


def learning(*, merchant: Merchant, lines: int) -> None:
    """Learn from so many lines in this process, and print how long it took and the most memory it ever held."""
    now = clock.now()
    make_orders(merchant, lines, now, family="1")
    before = most_memory_mb()
    with merchant_scope(merchant.id):
        looked = learn(merchant=merchant, now=now)
    most = most_memory_mb()
    sys.stdout.write(
        f"\nlearning: {looked.lines:,} lines, {looked.articles:,} articles: {looked.seconds:.1f} s"
        f" (goal < {SECONDS_GOAL}: {verdict(looked.seconds < SECONDS_GOAL)}), peak memory {most:.0f} MB, before"
        f" {before:.0f} MB (goal < {MEMORY_GOAL_MB}: {verdict(most < MEMORY_GOAL_MB)})\n"
    )


def serving(*, merchant: Merchant, lines: int, baskets: int = 40) -> None:
    """Print the median time of a recommendation and of the self-join that would count the same from order lines."""
    now = clock.now()
    make_orders(merchant, lines, now, family="2")
    with merchant_scope(merchant.id):
        looked = learn(merchant=merchant, now=now)
    analyze()
    with merchant_scope(merchant.id):
        chance = random.Random(7)  # noqa: S311 - the same baskets each time
        orders = OrderLine.objects.values_list("order_id", flat=True).distinct()
        ids = list(orders.order_by("order_id")[: baskets * 50])
        asked = [
            list(OrderLine.objects.filter(order_id=one).values_list("sku", flat=True)[:3])
            for one in chance.sample(ids, baskets)
        ]
        customer = OrderLine.objects.filter(order_id=ids[0]).values_list("order__customer_id", flat=True)[0]
        served = [_milliseconds(partial(_ask, basket, None, now)) for basket in asked]
        known = [_milliseconds(partial(_ask, basket, customer, now)) for basket in asked]
        joined = [_milliseconds(partial(_join, merchant, basket)) for basket in asked[: baskets // 4]]
    times = statistics.median(joined) / statistics.median(served)
    sys.stdout.write(
        f"\nserving: {looked.lines:,} lines read, learned in {looked.seconds:.1f} s\n"
        f"a basket of three: {statistics.median(served):.2f} ms,"
        f" with its buyer's history {statistics.median(known):.2f} ms,"
        f" by a self-join over {lines:,} lines {statistics.median(joined):.0f} ms:"
        f" {times:.0f} times (goal ≥ {TIMES_GOAL}: {verdict(times >= TIMES_GOAL)})\n"
    )


def _ask(basket: Sequence[str], customer: object, now: dt.datetime) -> None:
    found = recommend(
        basket=basket,
        customer_id=customer,  # type: ignore[arg-type]
        use_history=customer is not None,
        ordered=False,
        limit=8,
        now=now,
    )
    if not found:
        raise RuntimeError(f"nothing goes with {basket}")


def _join(merchant: Merchant, basket: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SELF_JOIN, {"merchant": merchant.id, "basket": list(basket)})
        cursor.fetchall()


def _milliseconds(call: Callable[[], None], rounds: int = 3) -> float:
    """Return the least of some rounds: what else the machine does only ever adds."""
    took = []
    for _ in range(rounds):
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1_000)
    return min(took)


def make_orders(merchant: Merchant, lines: int, now: dt.datetime, *, family: str) -> None:
    """Make up orders with so many lines, their customers and articles; ``family`` begins their ids (a hex digit)."""
    started = time.monotonic()
    orders = max(lines // LINES_PER_ORDER, 1)
    with merchant_scope(merchant.id), connection.cursor() as cursor:
        told: dict[str, Any] = {"merchant": merchant.id, "store": Store.objects.get().id, "now": now, "orders": orders}
        told |= {"family": family}
        told |= {"customers": max(orders // 4, 1), "articles": min(ARTICLES, lines // 20), "each": LINES_PER_ORDER}
        cursor.execute(_MAKE, told)
        articles = Product.objects.count()
    analyze()
    sys.stderr.write(
        f"made {orders * LINES_PER_ORDER:,} lines of {articles:,} articles in {time.monotonic() - started:.0f} s\n"
    )


def analyze() -> None:
    """Have PostgreSQL count, as it does by itself a minute after an import. The tables are their owner's."""
    with connections["owner"].cursor() as cursor:
        for model in (Order, OrderLine, Product, LearnedArticle):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
