"""The rows that a tracking page is made from, in one query whose parts PostgreSQL has planned already.

A function of the database returns them: order, merchant, store and customer as they are, everything else as one JSON
document that msgspec reads straight into the page's facts. Making such a statement with querysets, and planning it anew
for each page, takes many times longer than running it.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from django.db import connection, connections, models

from orders.free_shipping.progress import Threshold
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.rows import instance_of, selection
from postpurchase.accounts.scoping import current_scope
from tracking.models import PromiseSource
from tracking.page.facts import HowToFacts, ParcelFacts
from tracking.promise import Window

_NEWEST_PROMISE = """
    SELECT json_build_object('source', source, 'earliest', earliest, 'likely', likely, 'latest', latest,
        'window_from', window_from, 'window_to', window_to)
    FROM tracking_promise WHERE merchant_id = $1 AND {of} ORDER BY made_at DESC, id DESC LIMIT 1
"""

# What was told of a parcel: for it, or for its order.
_TOLD = "told.merchant_id = $1 AND told.order_id = $2 AND (told.shipment_id = parcel.id OR told.shipment_id IS NULL)"
# The day that was promised first, whoever named it; an estimate is none.
_PROMISED_FIRST = f"""
    SELECT told.latest FROM tracking_promise AS told
    WHERE {_TOLD} AND told.source <> '{PromiseSource.ESTIMATE}' ORDER BY told.made_at, told.id LIMIT 1
"""  # noqa: S608 - a word of ours
# Whether a later day was named than the one that held when the carrier first reported the delay.
_PROMISE_MOVED = f"""
    SELECT newest.latest > coalesce((
        SELECT told.latest FROM tracking_promise AS told
        WHERE {_TOLD} AND told.made_at < delay.known_at ORDER BY told.made_at DESC, told.id DESC LIMIT 1
    ), '-infinity')
    FROM (
        SELECT min(occurred_at) AS known_at FROM tracking_checkpoint
        WHERE merchant_id = $1 AND shipment_id = parcel.id AND substatus = 'in_transit_delayed'
    ) AS delay, (
        SELECT latest, made_at FROM tracking_promise
        WHERE merchant_id = $1 AND shipment_id = parcel.id ORDER BY made_at DESC, id DESC LIMIT 1
    ) AS newest
    WHERE newest.made_at >= delay.known_at
"""  # noqa: S608 - a phrase of ours

# $1 merchant, $2 order. Keys are the names of the fields they are read into.
_DOCUMENT = """
SELECT json_build_object(
    'lines', (
        SELECT coalesce(json_agg(json_build_object(
            'id', line.id, 'sku', line.sku, 'quantity', line.quantity, 'total', line.total::text,
            'name', coalesce(nullif(line.name, ''), nullif(product.name, ''), line.sku),
            'url', coalesce(nullif(line.product_url, ''), product.url, ''),
            'images', ARRAY[line.image_url, coalesce(product.image_url, '')],
            'how_tos', coalesce(product.how_tos, '[]')
        ) ORDER BY line.position, line.id), '[]')
        FROM orders_orderline AS line
        LEFT JOIN LATERAL (
            SELECT name, url, image_url, how_tos FROM orders_product
            WHERE merchant_id = $1 AND sku = line.sku AND line.sku <> '' OFFSET 0
        ) AS product ON true
        WHERE line.merchant_id = $1 AND line.order_id = $2
    ),
    'parcels', (
        SELECT coalesce(json_agg(json_build_object(
            'id', parcel.id, 'carrier', parcel.carrier, 'carrier_word', parcel.carrier_word,
            'tracking_number', parcel.tracking_number, 'tracking_url', parcel.tracking_url,
            'shipped_at', parcel.shipped_at, 'created_at', parcel.created_at,
            'status', parcel.status, 'substatus', parcel.substatus, 'status_at', parcel.status_at,
            'delivered_at', parcel.delivered_at, 'delivery_location', parcel.delivery_location,
            'delivery_location_text', parcel.delivery_location_text,
            'signed_by', parcel.signed_by, 'proof_url', parcel.proof_url,
            'contents', (
                SELECT coalesce(json_object_agg(content.order_line_id, content.quantity), '{{}}')
                FROM tracking_shipmentline AS content
                WHERE content.merchant_id = $1 AND content.shipment_id = parcel.id
            ),
            'news', (
                SELECT coalesce(json_agg(json_build_object(
                    'occurred_at', news.occurred_at, 'status', news.status, 'substatus', news.substatus,
                    'message', news.message, 'city', news.city, 'country', news.country
                ) ORDER BY news.occurred_at DESC, news.id DESC), '[]')
                FROM tracking_checkpoint AS news
                WHERE news.merchant_id = $1 AND news.shipment_id = parcel.id
            ),
            'promise', ({promise_of_parcel}),
            'promise_moved', parcel.substatus = 'in_transit_delayed' AND coalesce(({promise_moved}), false),
            'promised_first', CASE WHEN parcel.substatus = 'in_transit_delayed' THEN ({promised_first}) END
        ) ORDER BY parcel.created_at, parcel.id), '[]')
        FROM tracking_shipment AS parcel
        WHERE parcel.merchant_id = $1 AND parcel.order_id = $2
    ),
    'promise', ({promise_of_order}),
    'has_cases', EXISTS (SELECT FROM tracking_case WHERE merchant_id = $1 AND order_id = $2),
    'has_campaigns', EXISTS (SELECT FROM tracking_campaign WHERE merchant_id = $1 AND is_active),
    'design', (
        SELECT content FROM tracking_pageversion WHERE merchant_id = $1 AND store_id = its_order.store_id
        ORDER BY number DESC LIMIT 1
    ),
    'free_shipping', (
        SELECT coalesce(json_agg(json_build_object(
            'country', country, 'currency', currency, 'amount', amount::text
        )), '[]')
        FROM orders_freeshipping WHERE merchant_id = $1 AND store_id = its_order.store_id
    ),
    'sold_out_at', (
        SELECT updated_at FROM orders_product WHERE merchant_id = $1 AND NOT available
        ORDER BY updated_at DESC, id DESC LIMIT 1
    )
)::text
"""


class LineRow(msgspec.Struct, frozen=True):
    """A position of the order, with what the catalogue adds. ``images`` may be empty, the line's own comes first."""

    id: uuid.UUID
    sku: str
    name: str
    quantity: int
    total: Decimal
    url: str
    images: tuple[str, ...]
    how_tos: tuple[HowToFacts, ...]


class PageDocument(msgspec.Struct, frozen=True):
    """What the function of the database returns. ``design`` is the newest published one of the store, as stored."""

    lines: tuple[LineRow, ...]
    parcels: tuple[ParcelFacts, ...]
    promise: Window | None
    has_cases: bool
    has_campaigns: bool
    design: dict[str, Any] | None
    free_shipping: tuple[Threshold, ...]
    sold_out_at: dt.datetime | None


_read_document = msgspec.json.Decoder(PageDocument).decode

# Whole rows, by their names in the function.
_WHOLE: Mapping[str, type[models.Model]] = {
    "its_order": Order,
    "its_merchant": Merchant,
    "its_store": Store,
    "its_customer": Customer,
}


def read_page(*, order_id: uuid.UUID) -> tuple[Order, PageDocument] | None:
    """Return an order, which carries merchant, store and customer along, with everything else; None where it is gone.

    One query. Needs the merchant's scope.
    """
    with connection.cursor() as cursor:
        cursor.execute(_query(), [current_scope().merchant_id, order_id])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, document = row
    instances: list[Any] = []
    for model in _WHOLE.values():
        width = len(model._meta.concrete_fields)
        instances.append(instance_of(model, values[:width]))
        del values[:width]
    order, merchant, store, customer = instances
    order.merchant, order.store, order.customer = merchant, store, customer if customer.pk else None
    return order, _read_document(document)


def make_function(*, using: str = "default", **_signal: object) -> None:
    """Have the database know the query under a name; called after each migration.

    It works with its caller's rights, so row-level security holds.
    """
    document = _DOCUMENT.format(
        promise_of_parcel=_NEWEST_PROMISE.format(of="shipment_id = parcel.id"),
        promise_moved=_PROMISE_MOVED,
        promised_first=_PROMISED_FIRST,
        promise_of_order=_NEWEST_PROMISE.format(of="order_id = $2 AND shipment_id IS NULL"),
    )
    returned = ", ".join(f"{name}_row {model._meta.db_table}" for name, model in _WHOLE.items())
    with connections[using].cursor() as cursor:
        cursor.execute(
            "DROP FUNCTION IF EXISTS tracking_page(uuid, uuid);"  # noqa: S608 - names of our own tables
            f"CREATE FUNCTION tracking_page(uuid, uuid) RETURNS TABLE ({returned}, document text)"
            " LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan"
            f" AS $$ BEGIN RETURN QUERY SELECT {', '.join(_WHOLE)}, ({document})"
            " FROM orders_order AS its_order"
            " JOIN accounts_merchant AS its_merchant ON its_merchant.id = $1"
            " JOIN accounts_store AS its_store ON its_store.merchant_id = $1 AND its_store.id = its_order.store_id"
            " LEFT JOIN orders_customer AS its_customer"
            " ON its_customer.merchant_id = $1 AND its_customer.id = its_order.customer_id"
            " WHERE its_order.merchant_id = $1 AND its_order.id = $2; END $$"
        )


@cache
def _query() -> str:
    columns = [selection(model, alias=f"(found.{name}_row)") for name, model in _WHOLE.items()]
    return f"SELECT {', '.join(columns)}, found.document FROM tracking_page(%s, %s) AS found"  # noqa: S608 - names of columns
