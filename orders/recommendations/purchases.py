"""What was bought, read from orders into flat arrays: a few bytes for each line, whatever the shop's size."""

import datetime as dt
import uuid
from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from postpurchase.accounts.models import Merchant

# Half a gigabyte of memory at the very most, the newest first.
MOST_LINES = 1_500_000
# Wholesale orders of hundreds of articles say little about what goes together, and cost the square of their length.
LARGEST_BASKET = 100
ORDERS_AT_ONCE = 2_000
NOBODY = -1

# Days without orders do not count: a shop that was closed, or has only brought in its history, forgets nothing.
_SELLING_DAYS = """
SELECT DISTINCT (placed_at AT TIME ZONE 'UTC')::date AS day FROM orders_order
WHERE merchant_id = %(merchant)s AND status <> 'cancelled' AND placed_at <= %(now)s
ORDER BY day DESC LIMIT %(days)s
"""

# What was given back in full was not liked. What an erased person bought still says what goes together, not who bought.
_BASKETS = """
SELECT CASE WHEN bought.erased_at IS NULL THEN bought.customer_id END,
       (bought.placed_at AT TIME ZONE 'UTC')::date, array_agg(DISTINCT line.sku)
FROM orders_order AS bought
JOIN orders_orderline AS line ON line.merchant_id = bought.merchant_id AND line.order_id = bought.id
LEFT JOIN (
    SELECT order_line_id, sum(quantity) AS quantity FROM orders_refundline
    WHERE merchant_id = %(merchant)s GROUP BY order_line_id
) AS back ON back.order_line_id = line.id
WHERE bought.merchant_id = %(merchant)s AND bought.status <> 'cancelled' AND bought.payment_status <> 'refunded'
  AND bought.placed_at >= %(since)s AND bought.placed_at <= %(now)s
  AND line.sku <> '' AND (back.quantity IS NULL OR back.quantity < line.quantity) {which}
GROUP BY bought.id ORDER BY bought.placed_at DESC, bought.id
"""

# All orders that hold one of the articles, and all orders of everybody who ever bought one.
_THAT_MATTER = """
  AND (bought.id IN (SELECT order_id FROM orders_orderline WHERE merchant_id = %(merchant)s AND sku = ANY(%(skus)s))
       OR bought.customer_id IN (
           SELECT theirs.customer_id FROM orders_order AS theirs JOIN orders_orderline AS had
             ON had.merchant_id = theirs.merchant_id AND had.order_id = theirs.id
           WHERE theirs.merchant_id = %(merchant)s AND had.sku = ANY(%(skus)s)))
"""


@dataclass(frozen=True, slots=True)
class Purchases:
    """Orders one after the other, the newest first; articles, customers and days are numbers.

    The articles of order ``n`` are ``articles[ends[n - 1]:ends[n]]``, each once. ``days`` counts back in selling days
    from the day that ages are measured from (newer ones are negative). ``customers`` holds ``NOBODY`` for guests that
    cannot be told apart and for erased people.
    """

    skus: list[str] = field(default_factory=list)
    articles: "array[int]" = field(default_factory=lambda: array("i"))
    ends: "array[int]" = field(default_factory=lambda: array("q"))
    days: "array[int]" = field(default_factory=lambda: array("i"))
    dates: "array[int]" = field(default_factory=lambda: array("i"))
    customers: "array[int]" = field(default_factory=lambda: array("i"))


def selling_days(*, merchant: Merchant, now: dt.datetime, most: int) -> list[dt.date]:
    """Return the newest days on which something was ordered, the newest first. Needs the merchant's scope."""
    with connection.cursor() as cursor:
        cursor.execute(_SELLING_DAYS, {"merchant": merchant.id, "now": now, "days": most})
        return [day for (day,) in cursor.fetchall()]


def read_purchases(
    *,
    merchant: Merchant,
    ages: Mapping[dt.date, int],
    now: dt.datetime,
    skus: Collection[str] | None = None,
) -> Purchases:
    """Read what was bought on the days of ``ages`` (their age in selling days), at most ``MOST_LINES``.

    ``skus`` asks only for what concerns these articles. Streams; needs the merchant's scope.
    """
    found = Purchases()
    if not ages:
        return found
    articles: dict[str, int] = {}
    customers: dict[uuid.UUID, int] = {}
    parameters: dict[str, Any] = {"merchant": merchant.id, "since": min(ages), "now": now, "skus": list(skus or ())}
    with connection.chunked_cursor() as cursor:
        cursor.execute(_BASKETS.format(which="" if skus is None else _THAT_MATTER), parameters)
        while len(found.articles) < MOST_LINES and (rows := cursor.fetchmany(ORDERS_AT_ONCE)):
            for customer, day, bought in rows:
                if day not in ages:
                    continue
                found.articles.extend(articles.setdefault(sku, len(articles)) for sku in bought)
                found.ends.append(len(found.articles))
                found.days.append(ages[day])
                found.dates.append(day.toordinal())
                found.customers.append(NOBODY if customer is None else customers.setdefault(customer, len(customers)))
    found.skus.extend(articles)
    return found
