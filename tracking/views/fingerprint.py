"""Which state everything is in that a tracking page shows: one look-up that says whether kept bytes still hold.

PostgreSQL stamps each row with the transaction that wrote it (``xmin``); the stamps of all rows tell whether any was
added, changed or removed. So no write has to remember which pages it makes old, and what a page shows is named where it
is shown: each block says which rows it ``depends_on``.

https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

import datetime as dt

from django.db import connections, models

from orders.models import Customer, Order, OrderLine, Product
from postpurchase.accounts.models import Merchant, PageKind, PageLink, Store
from postpurchase.accounts.page_links import TRACKING_LINK_FRESH_FOR
from postpurchase.accounts.scoping import look_up_across_merchants
from postpurchase.lib.tokens import page_token_digest
from tracking.models import Checkpoint, Promise, Shipment, ShipmentLine
from tracking.views.blocks import BLOCKS
from tracking.views.blocks.base import Rows

# What the page as a whole is made from (``selectors/page.py``), whatever its blocks; its order, lines and parcels
# stand in ``_statement``. Names of our own tables and columns, never a value from outside.
PAGE: tuple[Rows, ...] = (
    Rows(Merchant, "id = o.merchant_id"),
    Rows(Store, "true"),
    Rows(Customer, "id = o.customer_id"),
    Rows(Product, "sku = ANY (lines.skus)"),
    Rows(ShipmentLine, "shipment_id = ANY (parcels.ids)"),
    Rows(Checkpoint, "shipment_id = ANY (parcels.ids)"),
    Rows(Promise, "order_id = o.id"),
    Rows(Promise, "order_id = o.id AND window_to <= moment"),  # hours that are over are said no more
)


def page_fingerprint(*, token: str, now: dt.datetime) -> str | None:
    """Return the fingerprint of an order's page: while it is equal, so is the page. One look-up, across merchants.

    None where the link opens nothing, or not without a code. ``now`` is part of it by its hour: pages speak of today
    and tomorrow, and days begin on the hour.
    """
    found = look_up_across_merchants(
        "SELECT tracking_page_state(%(digest)s, %(now)s, %(fresh_since)s)",
        {"digest": page_token_digest(token), "now": now, "fresh_since": now - TRACKING_LINK_FRESH_FOR},
        reason="a page token does not name its merchant",
    )
    return f"{now:%Y-%m-%dT%H}|{found[0]}" if found else None


def make_function(*, using: str = "default", **_signal: object) -> None:
    """Have the database know the look-up under a name; called after each migration.

    PostgreSQL keeps the plan of a function's statements for the session, and planning a dozen look-ups takes far longer
    than doing them. (A prepared statement would do the same, but not behind a pool of connections.) It works with its
    caller's rights, so row-level security holds.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "DROP FUNCTION IF EXISTS tracking_page_state(bytea, timestamptz);"
            "CREATE OR REPLACE FUNCTION tracking_page_state(digest bytea, moment timestamptz, fresh_since timestamptz)"
            " RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp"
            f" AS $$ BEGIN RETURN ({_statement()}); END $$"
        )


def _statement() -> str:
    """Parcels and lines come first, because others are found by them. All the rest goes through one list: PostgreSQL
    begins one that has a dozen parts sooner than a dozen lists.
    """
    shown = dict.fromkeys((*PAGE, *(rows for block in BLOCKS for rows in block.depends_on)))
    return (
        "SELECT ROW(link.xmin, o.xmin, parcels.stamps, lines.stamps,"  # noqa: S608 - names of our own tables
        f" ARRAY({' UNION ALL '.join(map(_stamps_of, shown))}))::text"
        f" FROM {PageLink._meta.db_table} AS link"
        f" JOIN {Order._meta.db_table} AS o ON o.merchant_id = link.merchant_id AND o.id = link.subject_id"
        f" CROSS JOIN LATERAL ({_list_of(Shipment, 'array_agg(id) AS ids')}) AS parcels"
        f" CROSS JOIN LATERAL ({_list_of(OrderLine, 'array_agg(sku) AS skus')}) AS lines"
        f" WHERE link.token_digest = digest AND link.kind = '{PageKind.TRACKING}' AND link.revoked_at IS NULL"
        " AND link.created_at > fresh_since AND (link.expires_at IS NULL OR link.expires_at > moment)"
    )


def _list_of(model: type[models.Model], names: str) -> str:
    return (
        f"SELECT {names}, array_agg(xmin) AS stamps FROM {model._meta.db_table}"  # noqa: S608
        " WHERE merchant_id = o.merchant_id AND order_id = o.id"
    )


def _stamps_of(rows: Rows) -> str:
    of_the_merchant = "" if rows.model is Merchant else "merchant_id = o.merchant_id AND "
    return f"SELECT xmin FROM {rows.model._meta.db_table} WHERE {of_the_merchant}{rows.where}"  # noqa: S608
