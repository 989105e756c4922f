"""PostgreSQL's own measure: COPY of the very rows that the product wrote.

Into the same tables with the same indexes and foreign keys, as the owner, past row-level security (which COPY refuses).
"""

import io
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Self

import psycopg2

# Each table with the rows that belong to the orders whose external ids are given; referenced tables first.
ORDERS = "SELECT id FROM orders_order WHERE external_id = ANY(%(ids)s)"
CUSTOMERS = "SELECT customer_id FROM orders_order WHERE external_id = ANY(%(ids)s)"
EVENTS = f"SELECT id FROM events_event WHERE subject_id IN ({ORDERS} UNION {CUSTOMERS})"  # noqa: S608 - names from above
ROWS = {
    "orders_customer": f"id IN ({CUSTOMERS})",
    "orders_order": "external_id = ANY(%(ids)s)",
    "orders_orderline": f"order_id IN ({ORDERS})",
    "events_event": f"id IN ({EVENTS})",
    "events_eventdelivery": f"event_id IN ({EVENTS})",
}


class Copies:
    """Takes rows from the product's database and copies them into another one with the same tables."""

    def __init__(self, *, read_url: str, copies_url: str) -> None:
        self._read_url = read_url
        self._connection = psycopg2.connect(copies_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._connection.close()

    def take(self, external_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the rows of these orders, table by table, as COPY writes them."""
        rows = {}
        with closing(psycopg2.connect(self._read_url)) as connection, connection.cursor() as cursor:
            for table, condition in ROWS.items():
                query = cursor.mogrify(
                    f"COPY (SELECT * FROM {table} WHERE {condition}) TO STDOUT",  # noqa: S608 - names from above
                    {"ids": list(external_ids)},
                )
                content = io.BytesIO()
                cursor.copy_expert(query, content)
                rows[table] = content.getvalue()
        return rows

    def copy(self, rows: dict[str, bytes]) -> float:
        """Copy the rows in one transaction and return the seconds it took, the commit included."""
        with self._connection.cursor() as cursor:
            began = time.perf_counter()
            for table, content in rows.items():
                cursor.copy_expert(f"COPY {table} FROM STDIN", io.BytesIO(content))
            self._connection.commit()
            return time.perf_counter() - began
