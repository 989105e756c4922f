"""Which state everything is in that a tracking page shows: one look-up that says whether kept bytes still hold.

PostgreSQL stamps each row with the transaction that wrote it (``xmin``); how many rows there are and the sum of their
stamps tell whether any was added, changed or removed. So no write has to remember which pages it makes old, and what a
page shows is named where it is shown: each block says which rows it ``depends_on``.

https://www.postgresql.org/docs/current/ddl-system-columns.html
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import lru_cache

from orders.models import Customer, Order, OrderLine, Product
from postpurchase.accounts.models import Merchant, PageKind, PageLink, Store
from postpurchase.accounts.scoping import look_up_across_merchants
from postpurchase.lib.tokens import page_token_digest
from tracking.models import Checkpoint, Promise, Shipment, ShipmentLine
from tracking.views.blocks import BLOCKS
from tracking.views.blocks.base import Rows

# Names of our own tables and columns, never a value from outside.
_OF_THE_ORDER = "order_id = o.id"
_OF_ITS_SHIPMENTS = (
    "shipment_id IN (SELECT id FROM tracking_shipment WHERE merchant_id = o.merchant_id AND order_id = o.id)"
)
_OF_ITS_ARTICLES = (
    "sku IN (SELECT sku FROM orders_orderline WHERE merchant_id = o.merchant_id AND order_id = o.id AND sku <> '')"
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
        _statement(),
        {"digest": page_token_digest(token), "kind": PageKind.TRACKING, "now": now},
        reason="a page token does not name its merchant",
    )
    if found is None:
        return None
    link_id, *states = found
    return Fingerprint(link_id=link_id, state=f"{now:%Y-%m-%dT%H}|{'|'.join(states)}")


@lru_cache(maxsize=1)
def _statement() -> str:
    rows = dict.fromkeys((*PAGE, *(rows for block in BLOCKS for rows in block.depends_on)))
    states = ", ".join(f"({_state_of(one)}) AS state_{number}" for number, one in enumerate(rows))
    return (
        f"SELECT link.id, link.xmin::text AS link_state, {states}"  # noqa: S608 - names of our own tables
        f" FROM {PageLink._meta.db_table} AS link"
        f" JOIN {Order._meta.db_table} AS o ON o.id = link.subject_id AND o.merchant_id = link.merchant_id"
        " WHERE link.token_digest = %(digest)s AND link.kind = %(kind)s AND link.revoked_at IS NULL"
        " AND (link.expires_at IS NULL OR link.expires_at > %(now)s)"
    )


def _state_of(rows: Rows) -> str:
    table = rows.model._meta.db_table
    of_the_merchant = "" if rows.model is Merchant else "merchant_id = o.merchant_id AND "
    return (
        f"SELECT count(*)::text || ':' || coalesce(sum({table}.xmin::text::bigint), 0)::text"  # noqa: S608
        f" FROM {table} WHERE {of_the_merchant}{rows.where}"
    )
