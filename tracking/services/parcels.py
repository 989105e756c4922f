"""A parcel with all that its status follows from, read in one round trip however many there are."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from django.db import connection

from postpurchase.accounts.rows import instance_of, selection
from postpurchase.accounts.scoping import current_scope
from postpurchase.lib.locks import HOLD
from postpurchase.lib.planned import Step, execute_planned
from tracking.models import Shipment
from tracking.services.locks import number_keys
from tracking.status import News


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel, whether its order is one of the past, and what was heard of it, by the news' identity."""

    shipment: Shipment
    is_backfill: bool
    heard: dict[bytes, News]


def parcels_of_numbers(*, merchant_id: uuid.UUID, numbers: Collection[str]) -> list[Parcel]:
    """Hold the numbers until the transaction ends, and return the parcels that carry them. Needs the scope."""
    named = sorted(number for number in numbers if number)
    if not named:
        return []
    keys = number_keys(merchant_id=merchant_id, numbers=named)
    return _read("tracking_number = ANY(%(numbers)s) AND tracking_number <> ''", {"numbers": named}, held=keys)


def parcels_of_ids(*, ids: Collection[uuid.UUID]) -> list[Parcel]:
    """Return parcels. Needs the merchant's scope; the caller holds their numbers."""
    return _read("id = ANY(%(ids)s)", {"ids": list(ids)})


def _read(condition: str, parameters: Mapping[str, Any], *, held: Sequence[int] = ()) -> list[Parcel]:
    steps: list[Step] = [(HOLD, [list(held)])] if held else []
    with connection.cursor() as cursor:
        execute_planned(
            cursor, *steps, (_statement(condition), {**parameters, "merchant": current_scope().merchant_id})
        )
        rows = cursor.fetchall()
    return [
        Parcel(instance_of(Shipment, columns), is_backfill, {one.identity: one for one in _read_news(news)})
        for *columns, is_backfill, news in rows
    ]


# JSON has no bytes; msgspec reads them from this.
_AS_TEXT = {"identity": "encode(identity, 'base64')"}
_read_news = msgspec.json.Decoder(tuple[News, ...]).decode


@cache
def _statement(condition: str) -> str:
    """Return the query. What was heard is asked for by a list of parcels: a database that knows nothing of new tables
    yet would otherwise read all news for each of them.
    """
    news = ", ".join(f"'{name}', {_AS_TEXT.get(name, name)}" for name in News.__dataclass_fields__)
    return (
        f'WITH parcel AS MATERIALIZED (SELECT {selection(Shipment)} FROM "tracking_shipment"'  # noqa: S608 - columns
        f" WHERE merchant_id = %(merchant)s AND ({condition})),"
        f" heard AS (SELECT shipment_id, json_agg(json_build_object({news})) AS news FROM tracking_checkpoint"
        " WHERE merchant_id = %(merchant)s AND shipment_id = ANY(ARRAY(SELECT id FROM parcel)) GROUP BY shipment_id)"
        " SELECT parcel.*, its_order.backfill, coalesce(heard.news, '[]')::text FROM parcel"
        " JOIN orders_order AS its_order ON its_order.merchant_id = %(merchant)s AND its_order.id = parcel.order_id"
        " LEFT JOIN heard ON heard.shipment_id = parcel.id ORDER BY parcel.id"
    )
