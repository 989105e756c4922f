"""The one query that a recommendation takes: everything ``choose.py`` needs, already joined with the catalogue.

Seeds are the articles to go with: the basket, and where a person's history may be used, the newest of what they bought.
Each seed is one row of ``LearnedArticle``; PostgreSQL unfolds their partners, adds them up and keeps the best.

Rows are looked up one by one, by their key (``LATERAL … OFFSET 0``): PostgreSQL cannot know how few there are, and a
hash of a whole catalogue takes longer than all look-ups, just after an import by minutes.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db import connection, connections

from orders.recommendations.choose import Candidate, Reason
from postpurchase.accounts.scoping import current_scope

# How far what was bought longer ago counts less: halved so many days before the newest purchase.
SEED_HALF_LIFE_DAYS = 60
AGAIN_HALF_LIFE_DAYS = 240
SEEDS_OF_HISTORY = 100
MOST_CANDIDATES = 50
POPULAR_CANDIDATES = 20

_MINE = """
    SELECT sku, max(placed_at) AS last, count(DISTINCT placed_at::date) AS times, max(newest) AS newest,
           sum(power(0.5, extract(epoch FROM newest - placed_at)::float8 / (86400.0 * {again_half_life}))) AS weight
    FROM (
        SELECT DISTINCT line.sku, bought.placed_at, max(bought.placed_at) OVER () AS newest
        FROM orders_order AS bought
        JOIN orders_orderline AS line ON line.merchant_id = bought.merchant_id AND line.order_id = bought.id
        WHERE bought.merchant_id = $1 AND bought.customer_id = $2 AND bought.placed_at <= $4
          AND bought.status <> 'cancelled' AND bought.payment_status <> 'refunded' AND bought.erased_at IS NULL
          AND line.sku <> ''
          AND line.quantity > coalesce((
              SELECT sum(back.quantity) FROM orders_refundline AS back
              WHERE back.merchant_id = $1 AND back.order_line_id = line.id), 0)
    ) AS each GROUP BY sku
"""

# Nobody is known: nothing was bought.
_NOTHING_MINE = """
    SELECT ''::text AS sku, NULL::timestamptz AS last, 0 AS times, NULL::timestamptz AS newest, 0::float8 AS weight
    WHERE false
"""

# Whether what somebody bought may be a reason is the merchant's to say.
_ALLOWED = """coalesce(
    (SELECT personal FROM orders_recommendationsettings WHERE merchant_id = $1), true)"""

_SEEDS_OF_HISTORY = """
    UNION ALL (
        SELECT sku, power(0.5, extract(epoch FROM newest - last)::float8 / (86400.0 * {seed_half_life}))
        FROM mine WHERE {allowed} AND sku <> ALL($3) ORDER BY last DESC, sku LIMIT {seeds}
    )
"""

# For a machine somebody owns, its parts matter, whenever it was bought.
_MACHINES = """
    UNION ALL SELECT sku, 0.9 FROM orders_machine
    WHERE {allowed} AND merchant_id = $1 AND customer_id = $2 AND sku <> ''
"""

_AGAIN = """
    UNION ALL (
        SELECT 'buy_again', mine.sku, mine.weight * sqrt(1 + coalesce(learned.recent_orders, 0)), 1.0, ''
        FROM mine LEFT JOIN LATERAL (
            SELECT recent_orders FROM orders_learnedarticle
            WHERE merchant_id = $1 AND sku = mine.sku OFFSET 0
        ) AS learned ON true
        WHERE {allowed} ORDER BY 3 DESC, 2 LIMIT $7
    )
"""

_QUERY = """
WITH mine AS ({mine}),
seed AS (
    SELECT sku, 1.0::float8 AS weight FROM unnest($3::text[]) AS sku {history}
),
pair AS (
    SELECT partner.reason, partner.sku, learned.sku AS because, partner.score AS strength,
           partner.score * seed.weight * partner.weight AS score
    FROM seed
    CROSS JOIN LATERAL (
        SELECT * FROM orders_learnedarticle WHERE merchant_id = $1 AND sku = seed.sku OFFSET 0
    ) AS learned
    CROSS JOIN LATERAL (
        SELECT 'bought_together' AS reason, sku, score, $5::float8 AS weight
        FROM unnest(learned.together, learned.together_scores) AS one(sku, score)
        UNION ALL
        SELECT 'bought_next', sku, score, $6::float8
        FROM unnest(learned.following, learned.following_scores) AS other(sku, score)
    ) AS partner
    WHERE partner.sku <> ALL($3)
),
companion AS (
    SELECT (array_agg(reason ORDER BY score DESC, because, reason))[1] AS reason, sku, sum(score) AS score,
           (array_agg(strength ORDER BY score DESC, because, reason))[1] AS strength,
           (array_agg(because ORDER BY score DESC, because, reason))[1] AS because
    FROM pair GROUP BY sku ORDER BY 3 DESC, sku LIMIT $7
),
candidate(reason, sku, score, strength, because) AS (
    SELECT reason, sku, score, strength, because FROM companion
    UNION ALL
    SELECT declared.reason, declared.sku, owned.weight - 0.001 * declared.place, 1.0, owner.sku
    FROM (SELECT sku, weight FROM seed {machines}) AS owned
    CROSS JOIN LATERAL (
        SELECT * FROM orders_product WHERE merchant_id = $1 AND sku = owned.sku OFFSET 0
    ) AS owner
    CROSS JOIN LATERAL (
        SELECT 'accessory' AS reason, sku, place FROM unnest(owner.related) WITH ORDINALITY AS one(sku, place)
        UNION ALL
        SELECT 'spare_part', sku, place FROM unnest(owner.spare_parts) WITH ORDINALITY AS other(sku, place)
    ) AS declared
    {again}
    UNION ALL (
        SELECT 'popular', sku, recent_orders, recent_orders, '' FROM orders_learnedarticle
        WHERE merchant_id = $1 ORDER BY recent_orders DESC, sku LIMIT {popular}
    )
)
SELECT candidate.reason::text, candidate.sku::text, candidate.score::float8, candidate.strength::float8,
       candidate.because::text, coalesce(why.name, '')::text,
       product.name::text, product.url::text, product.image_url::text, product.price::numeric, product.currency::text,
       product.categories[1]::text, product.replenish_days::int, mine.last::timestamptz,
       coalesce(mine.times, 0)::bigint, coalesce(learned.came_back, 0)::int,
       coalesce(learned.repeat_buyers, 0)::int, learned.repeat_days::int
FROM candidate
CROSS JOIN LATERAL (
    SELECT * FROM orders_product WHERE merchant_id = $1 AND sku = candidate.sku OFFSET 0
) AS product
LEFT JOIN LATERAL (
    SELECT name FROM orders_product WHERE merchant_id = $1 AND sku = candidate.because OFFSET 0
) AS why ON true
LEFT JOIN LATERAL (
    SELECT came_back, repeat_buyers, repeat_days FROM orders_learnedarticle
    WHERE merchant_id = $1 AND sku = candidate.sku OFFSET 0
) AS learned ON true
LEFT JOIN mine ON mine.sku = candidate.sku
WHERE product.available AND candidate.sku <> ALL($3)
"""


_COLUMNS = (
    "reason text, sku text, score float8, strength float8, because text, because_name text, name text, url text,"
    " image_url text, price numeric, currency text, category text, replenish_days int, last_bought timestamptz,"
    " times_bought bigint, came_back int, repeat_buyers int, repeat_days int"
)


class Kind(StrEnum):
    """What of a person is read; each kind is a function of the database."""

    NOBODY = "recommended_to_nobody"
    BOUGHT = "recommended_after_purchases"  # what they bought is left out
    PERSONAL = "recommended_by_history"  # and it is a reason


@dataclass(frozen=True, slots=True)
class Article:
    """What is shown of an article of the catalogue. ``price`` is None where nobody knows it."""

    sku: str
    name: str
    url: str
    image_url: str
    price: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with its article and the name of the one it goes with, empty where the catalogue does not know it."""

    candidate: Candidate
    article: Article
    because_name: str


def find_candidates(
    *,
    basket: Sequence[str],
    customer_id: uuid.UUID | None,
    use_history: bool,
    together: float,
    following: float,
    now: dt.datetime,
    most: int = MOST_CANDIDATES,
) -> list[Found]:
    """Return what may be shown, in no order, in one query. Needs the merchant's scope.

    ``basket`` are the SKUs to go with. Of a customer it is read what they bought, to leave out what they had lately;
    with ``use_history`` it is also a reason, unless the merchant says no. ``together`` and ``following`` weigh the two
    kinds of companions. At most so many (``most``) come of each kind.
    """
    kind = Kind.NOBODY if customer_id is None else Kind.PERSONAL if use_history else Kind.BOUGHT
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM {kind.value}(%s, %s, %s, %s, %s, %s, %s) AS found({_COLUMNS})",  # noqa: S608 - names of our own
            [current_scope().merchant_id, customer_id, sorted(set(basket)), now, together, following, most],
        )
        return [_found(*row) for row in cursor.fetchall()]


def make_functions(*, using: str = "default", **_signal: object) -> None:
    """Have the database know the query under a name for each kind; called after each migration.

    PostgreSQL keeps the plan of a function's statement for the session: planning so many small look-ups takes as long
    as doing them. It works with its caller's rights, so row-level security holds.
    """
    with connections[using].cursor() as cursor:
        for kind in Kind:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {kind.value}(uuid, uuid, text[], timestamptz, float8, float8, int)"
                " RETURNS SETOF record LANGUAGE plpgsql STABLE SET search_path = public, pg_temp"
                f" SET plan_cache_mode = force_generic_plan AS $$ BEGIN RETURN QUERY {_statement(kind)}; END $$"
            )


def _statement(kind: Kind) -> str:
    """The query with $1 merchant, $2 customer, $3 basket, $4 now, $5 and $6 the weights of both kinds, $7 the most."""
    numbers: dict[str, object] = {
        "allowed": _ALLOWED,
        "seed_half_life": SEED_HALF_LIFE_DAYS,
        "again_half_life": AGAIN_HALF_LIFE_DAYS,
        "seeds": SEEDS_OF_HISTORY,
        "popular": POPULAR_CANDIDATES,
    }
    personal = kind is Kind.PERSONAL
    return _QUERY.format(
        mine=_NOTHING_MINE if kind is Kind.NOBODY else _MINE.format(**numbers),
        history=_SEEDS_OF_HISTORY.format(**numbers) if personal else "",
        machines=_MACHINES.format(**numbers) if personal else "",
        again=_AGAIN.format(**numbers) if personal else "",
        **numbers,
    )


def _found(
    reason: str,
    sku: str,
    score: float,
    strength: float,
    because: str,
    because_name: str,
    name: str,
    url: str,
    image_url: str,
    price: Decimal | None,
    currency: str,
    category: str | None,
    replenish_days: int | None,
    last_bought: dt.datetime | None,
    times_bought: int,
    came_back: int,
    repeat_buyers: int,
    repeat_days: int | None,
) -> Found:
    candidate = Candidate(
        sku=sku,
        reason=Reason(reason),
        score=float(score),
        strength=float(strength),
        because=because,
        category=category or "",
        last_bought=last_bought,
        times_bought=times_bought,
        replenish_days=replenish_days,
        came_back=came_back,
        repeat_buyers=repeat_buyers,
        repeat_days=repeat_days,
    )
    return Found(candidate, Article(sku, name, url, image_url, price, currency), because_name)
