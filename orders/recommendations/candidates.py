"""The one query that a recommendation takes: everything ``choose.py`` needs, already joined with the catalogue.

Seeds are the articles to go with: the basket, and where a person's history may be used, the newest of what they bought.
Each seed is one row of ``LearnedArticle``; PostgreSQL unfolds their partners, adds them up and keeps the best.

Rows are looked up one by one, by their key (``LATERAL … OFFSET 0``): PostgreSQL cannot know how few there are, and a
hash of a whole catalogue takes longer than all look-ups, just after an import by minutes.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

import msgspec
from django.db import connection, connections

from orders.recommendations.choose import LEAST_SCORE, Candidate, Reason
from postpurchase.accounts.scoping import current_scope

# How far what was bought longer ago counts less: halved so many days before the newest purchase.
SEED_HALF_LIFE_DAYS = 60
AGAIN_HALF_LIFE_DAYS = 240
SEEDS_OF_HISTORY = 100
MOST_CANDIDATES = 50
POPULAR_CANDIDATES = 20

# What a person kept of what they bought: an order that was cancelled, a line that came back are none.
_THEIR_LINES = """
    FROM orders_order AS bought
    JOIN orders_orderline AS line ON line.merchant_id = bought.merchant_id AND line.order_id = bought.id
    WHERE bought.merchant_id = $1 AND bought.customer_id = $2 AND bought.placed_at <= $4
      AND bought.status <> 'cancelled' AND bought.payment_status <> 'refunded' AND bought.erased_at IS NULL
      AND line.sku {which}
      AND line.quantity > coalesce((
          SELECT sum(back.quantity) FROM orders_refundline AS back
          WHERE back.merchant_id = $1 AND back.order_line_id = line.id), 0)
"""

_MINE = """
    SELECT sku, max(placed_at) AS last, count(DISTINCT placed_at::date) AS times, max(newest) AS newest,
           sum(power(0.5, extract(epoch FROM newest - placed_at)::float8 / (86400.0 * {again_half_life}))) AS weight
    FROM (
        SELECT DISTINCT line.sku, bought.placed_at, max(bought.placed_at) OVER () AS newest {all_lines}
    ) AS each GROUP BY sku
"""

# Only what may be shown is looked for in what they bought.
_MINE_OF_THESE = """
    SELECT line.sku, max(bought.placed_at) AS last, count(DISTINCT bought.placed_at::date) AS times {these_lines}
    GROUP BY line.sku
"""

# Nobody is known: nothing was bought.
_NOTHING_MINE = """
    SELECT ''::text AS sku, NULL::timestamptz AS last, 0 AS times WHERE false
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

# For a machine somebody owns, its parts matter, whenever it was bought. Machines stay with the record that told of
# them, also when it was merged into another one; orders move.
_MACHINES = """
    UNION ALL SELECT sku, 0.9 FROM orders_machine
    WHERE {allowed} AND merchant_id = $1 AND sku <> '' AND customer_id IN (
        WITH RECURSIVE person(id) AS (
            SELECT $2
            UNION SELECT merged.id FROM person CROSS JOIN LATERAL (
                SELECT id FROM orders_customer WHERE merchant_id = $1 AND merged_into_id = person.id OFFSET 0
            ) AS merged
        )
        SELECT id FROM person
    )
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

# Popular articles are the last resort (``choose.py``): with so many companions they are not even read.
_QUERY = """
WITH {mine_before}
seed AS (
    SELECT sku, 1.0::float8 AS weight FROM unnest($3::text[]) AS sku {history}
),
known AS MATERIALIZED (
    SELECT learned.*, seed.weight FROM seed CROSS JOIN LATERAL (
        SELECT sku, together, together_scores, following, following_scores FROM orders_learnedarticle
        WHERE merchant_id = $1 AND sku = seed.sku OFFSET 0
    ) AS learned
),
pair AS (
    SELECT reason, sku, because, strength, strength * weight AS score FROM (
        SELECT 'bought_together' AS reason, unnest(together) AS sku, unnest(together_scores) AS strength,
               sku AS because, weight * $5 AS weight
        FROM known
        UNION ALL
        SELECT 'bought_next', unnest(following), unnest(following_scores), sku, weight * $6 FROM known
    ) AS partner WHERE sku <> ALL($3)
),
companion AS MATERIALIZED (
    SELECT (array_agg(reason ORDER BY score DESC, because, reason))[1] AS reason, sku, sum(score) AS score,
           (array_agg(strength ORDER BY score DESC, because, reason))[1] AS strength,
           (array_agg(because ORDER BY score DESC, because, reason))[1] AS because
    FROM pair GROUP BY sku
    HAVING (array_agg(strength ORDER BY score DESC, because, reason))[1] >= {least_score}
    ORDER BY 3 DESC, sku LIMIT $7
),
owner AS MATERIALIZED (
    SELECT product.*, owned.weight FROM (SELECT sku, weight FROM seed {machines}) AS owned CROSS JOIN LATERAL (
        SELECT sku, name, related, spare_parts FROM orders_product
        WHERE merchant_id = $1 AND sku = owned.sku OFFSET 0
    ) AS product
),
candidate(reason, sku, score, strength, because) AS (
    SELECT reason, sku, score, strength, because FROM companion
    UNION ALL
    SELECT declared.reason, declared.sku, owner.weight - 0.001 * declared.place, 1.0, owner.sku
    FROM owner
    CROSS JOIN LATERAL (
        SELECT 'accessory' AS reason, sku, place FROM unnest(owner.related) WITH ORDINALITY AS one(sku, place)
        UNION ALL
        SELECT 'spare_part', sku, place FROM unnest(owner.spare_parts) WITH ORDINALITY AS other(sku, place)
    ) AS declared
    {again}
    UNION ALL (
        SELECT 'popular', sku, recent_orders, recent_orders, '' FROM orders_learnedarticle
        WHERE (SELECT count(*) FROM companion) < $7 / 2 AND merchant_id = $1
        ORDER BY recent_orders DESC, sku LIMIT {popular}
    )
),
article AS MATERIALIZED (
    SELECT candidate.reason, candidate.score, candidate.strength, candidate.because, product.*
    FROM candidate CROSS JOIN LATERAL (
        SELECT sku, name, url, image_url, price, currency, categories[1] AS category, replenish_days, available
        FROM orders_product WHERE merchant_id = $1 AND sku = candidate.sku OFFSET 0
    ) AS product
    WHERE product.available AND product.sku <> ALL($3)
) {mine_after}
SELECT article.reason::text, article.sku::text, article.score::float8, article.strength::float8,
       article.because::text, coalesce((SELECT name FROM owner WHERE sku = article.because LIMIT 1), '')::text,
       article.name::text, article.url::text, article.image_url::text, article.price::numeric, article.currency::text,
       article.category::text, article.replenish_days::int, mine.last::timestamptz, coalesce(mine.times, 0)::bigint,
       coalesce(learned.came_back, 0)::int, coalesce(learned.repeat_buyers, 0)::int, learned.repeat_days::int
FROM article
LEFT JOIN mine ON mine.sku = article.sku
LEFT JOIN LATERAL (
    SELECT came_back, repeat_buyers, repeat_days FROM orders_learnedarticle
    WHERE mine.sku IS NOT NULL AND merchant_id = $1 AND sku = article.sku OFFSET 0
) AS learned ON true
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


class Article(msgspec.Struct, frozen=True):
    """What is shown of an article of the catalogue. ``price`` is None where nobody knows it."""

    sku: str
    name: str
    url: str
    image_url: str
    price: Decimal | None
    currency: str


class Found(msgspec.Struct, frozen=True):
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
        "least_score": LEAST_SCORE,
        "all_lines": _THEIR_LINES.format(which="<> ''"),
        "these_lines": _THEIR_LINES.format(which="IN (SELECT sku FROM article)"),
    }
    personal = kind is Kind.PERSONAL
    mine = {Kind.NOBODY: _NOTHING_MINE, Kind.BOUGHT: _MINE_OF_THESE, Kind.PERSONAL: _MINE}[kind].format(**numbers)
    return _QUERY.format(
        mine_before=f"mine AS MATERIALIZED ({mine})," if personal else "",
        mine_after="" if personal else f", mine AS MATERIALIZED ({mine})",
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
