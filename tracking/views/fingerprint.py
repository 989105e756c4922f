"""Which state everything is in that a tracking page shows: one look-up that says whether kept bytes still hold.

PostgreSQL stamps each row with the transaction that wrote it (``xmin``); how many rows there are and the sum of their
stamps tell whether any was added, changed or removed. So no write has to remember which pages it makes old, and what a
page shows is named where it is shown: each block says which rows it ``depends_on``.

https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import connections

from orders.models import Customer, Order, OrderLine, Product
from postpurchase.accounts.models import Merchant, PageKind, PageLink, Store
from postpurchase.accounts.scoping import look_up_across_merchants
from postpurchase.lib.tokens import page_token_digest
from tracking.models import Checkpoint, Promise, Shipment, ShipmentLine
from tracking.views.blocks import BLOCKS
from tracking.views.blocks.base import Rows

# Names of our own tables and columns, never a value from outside.
_OF_THE_ORDER = "order_id = o.id"
# As arrays, so that PostgreSQL looks the few of them up in an index, however many rows it thinks there are.
_OF_ITS_SHIPMENTS = (
    "shipment_id = ANY (ARRAY (SELECT id FROM tracking_shipment WHERE merchant_id = o.merchant_id AND order_id = o.id))"
)
_OF_ITS_ARTICLES = (
    "sku = ANY (ARRAY (SELECT sku FROM orders_orderline"
    " WHERE merchant_id = o.merchant_id AND order_id = o.id AND sku <> ''))"
)
# What the page as a whole is made from (``selectors/page.py``), whatever its blocks.
PAGE: tuple[Rows, ...] = (
    Rows(Merchant, "id = o.merchant_id"),
    Rows(Store, "id = o.store_id"),
    Rows(Customer, "id = o.customer_id"),
    Rows(Order, "id = o.id"),
    Rows(OrderLine, _OF_THE_ORDER),
    Rows(Product, _OF_ITS_ARTICLES),
    Rows(Shipment, _OF_THE_ORDER),
    Rows(ShipmentLine, _OF_ITS_SHIPMENTS),
    Rows(Checkpoint, _OF_ITS_SHIPMENTS),
    Rows(Promise, _OF_THE_ORDER),
)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Whose page a link opens, and the state of everything on it. Two that are equal stand for the same page."""

    link_id: uuid.UUID
    state: str


def page_fingerprint(*, token: str, now: dt.datetime) -> Fingerprint | None:
    """Return the fingerprint of an order's page, None where the link opens nothing. One look-up, across merchants.

    ``now`` is part of it by its hour: pages speak of today and tomorrow, and days begin on the hour.
    """
    found = look_up_across_merchants(
        "SELECT * FROM tracking_page_state(%(digest)s, %(now)s)",
        {"digest": page_token_digest(token), "now": now},
        reason="a page token does not name its merchant",
    )
    if found is None:
        return None
    link_id, state = found
    return Fingerprint(link_id=link_id, state=f"{now:%Y-%m-%dT%H}|{state}")


def make_function(*, using: str = "default", **_signal: object) -> None:
    """Have the database know the look-up under a name; called after each migration.

    PostgreSQL keeps the plan of a function's statements for the session, and planning a dozen look-ups takes far longer
    than doing them. (A prepared statement would do the same, but not behind a pool of connections.) It works with its
    caller's rights, so row-level security holds.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION tracking_page_state(digest bytea, moment timestamptz)"
            " RETURNS TABLE (link_id uuid, state text) LANGUAGE plpgsql STABLE SET search_path = public, pg_temp"
            f" AS $$ BEGIN RETURN QUERY {_statement()}; END $$"
        )


def _statement() -> str:
    """All rows go through one count: PostgreSQL begins one that has a dozen parts sooner than a dozen counts."""
    shown = dict.fromkeys((*PAGE, *(rows for block in BLOCKS for rows in block.depends_on)))
    stamps = " UNION ALL ".join(_stamps_of(rows, place) for place, rows in enumerate(shown))
    return (
        "SELECT link.id, concat_ws('|', link.xmin, ARRAY("  # noqa: S608 - names of our own tables
        "SELECT concat_ws(':', place, count(*), sum(stamp::text::bigint))"
        f" FROM ({stamps}) AS shown GROUP BY place ORDER BY place))"
        f" FROM {PageLink._meta.db_table} AS link"
        f" JOIN {Order._meta.db_table} AS o ON o.id = link.subject_id AND o.merchant_id = link.merchant_id"
        f" WHERE link.token_digest = digest AND link.kind = '{PageKind.TRACKING}' AND link.revoked_at IS NULL"
        " AND (link.expires_at IS NULL OR link.expires_at > moment)"
    )


def _stamps_of(rows: Rows, place: int) -> str:
    of_the_merchant = "" if rows.model is Merchant else "merchant_id = o.merchant_id AND "
    return (
        f"SELECT {place} AS place, xmin AS stamp FROM {rows.model._meta.db_table}"  # noqa: S608
        f" WHERE {of_the_merchant}{rows.where}"
    )
