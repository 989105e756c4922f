"""From rows to entries: which rows belong together, and what is worked on at once.

PostgreSQL sorts and groups, so rows of one order need not stand together and memory does not grow with the file.
"""

from typing import Any

from django.db import connection

from postpurchase.imports.enums import Kind
from postpurchase.imports.mapping import Mapped, Settings
from postpurchase.imports.models import ImportEntry, ImportJob
from postpurchase.imports.orders_from_rows import MOST_ROWS
from postpurchase.imports.services.claims import Claim, finish_step

ROWS_PER_CHUNK = 1_500
ENTRIES_PER_CHUNK = 400

# One entry per row.
_RECORDS = """
INSERT INTO imports_importentry
       (id, merchant_id, job_id, chunk, position, key, is_cancellation, row_numbers, outcome, findings)
SELECT gen_random_uuid(), merchant_id, job_id, (row_number() OVER (ORDER BY number) - 1) / %(entries)s, number,
       btrim(cells->>%(key)s), false, ARRAY[number], '', '[]'
  FROM imports_importrow WHERE merchant_id = %(merchant)s AND job_id = %(job)s
"""
# Rows with the same order number together; those without one each alone, to be refused. An array longer than an order
# may be is cut: the order is refused by its length. Orders keep the file's order. Cancellations come after all orders,
# those of one customer in one chunk, because they draw on the same orders.
_ORDERS = """
WITH numbered AS (
    SELECT number, btrim(coalesce(cells->>%(key)s, '')) AS key, coalesce(cells->>%(customer)s, '') AS customer,
           coalesce(cells->>%(quantity)s, '') ~ '^\\s*[+]?0*[1-9]' AS is_positive
      FROM imports_importrow WHERE merchant_id = %(merchant)s AND job_id = %(job)s
), grouped AS (
    SELECT key, min(number) AS first_row, count(*) AS rows, bool_or(is_positive) AS is_positive,
           (array_agg(number ORDER BY number))[1:%(most_rows)s + 1] AS row_numbers,
           %(prefix)s <> '' AND starts_with(key, %(prefix)s) AS is_cancellation,
           coalesce(nullif(btrim((array_agg(customer ORDER BY number))[1]), ''), key) AS who
      FROM numbered GROUP BY key, CASE WHEN key = '' THEN number END
), counted AS (
    SELECT *, coalesce(sum(is_positive::int) OVER (
                  ORDER BY first_row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS positive_before
      FROM grouped
), weighed AS (
    SELECT *, CASE WHEN is_cancellation
                   THEN floor(sum(rows) OVER (PARTITION BY is_cancellation ORDER BY who) / %(rows)s)
                   ELSE floor((sum(rows) OVER file_order - rows) / %(rows)s
                              + (row_number() OVER file_order - 1) / %(entries)s::numeric)
              END AS load
      FROM counted WHERE %(limit)s::int IS NULL OR positive_before < %(limit)s
    WINDOW file_order AS (PARTITION BY is_cancellation ORDER BY first_row)
)
INSERT INTO imports_importentry
       (id, merchant_id, job_id, chunk, position, key, is_cancellation, row_numbers, outcome, findings)
SELECT gen_random_uuid(), %(merchant)s, %(job)s, dense_rank() OVER (ORDER BY is_cancellation, load) - 1, first_row,
       left(key, 1000), is_cancellation, row_numbers, '', '[]'
  FROM weighed
"""


def plan_entries(*, claim: Claim, job: ImportJob, mapping: Mapped, settings: Settings) -> None:
    """Say what is imported at once and in which chunks. Needs the merchant's scope. Raises ``ClaimLost``."""
    ImportEntry.objects.filter(job_id=job.id).delete()
    values: dict[str, Any] = {
        "merchant": str(job.merchant_id),
        "job": str(job.id),
        "rows": float(ROWS_PER_CHUNK),
        "entries": ENTRIES_PER_CHUNK,
    }
    if job.kind == Kind.ORDERS:
        values |= {
            "key": mapping["number"],
            "customer": mapping.get("customer_id"),
            "quantity": mapping.get("quantity"),
            "most_rows": MOST_ROWS,
            "prefix": settings.cancelled_prefix,
            "limit": settings.limit,
        }
    else:
        values["key"] = mapping["sku" if job.kind == Kind.PRODUCTS else "customer_id"]
    with connection.cursor() as cursor:
        cursor.execute(_ORDERS if job.kind == Kind.ORDERS else _RECORDS, values)
        cursor.execute(
            "SELECT coalesce(max(chunk) + 1, 0) FROM imports_importentry WHERE merchant_id = %s AND job_id = %s",
            [str(job.merchant_id), str(job.id)],
        )
        chunks = cursor.fetchone()[0]
    finish_step(claim, planned=True, chunks=chunks, next_chunk=0)
