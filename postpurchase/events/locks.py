"""One at a time per subject: whoever records or claims its events holds it until the transaction ends."""

import uuid
from collections.abc import Iterable

from django.db import connection


def wait_for_other_writers(subject_ids: Iterable[uuid.UUID]) -> None:
    """Hold the subjects until this transaction ends, so that a lower sequence is never committed after a higher one.

    In sorted order, lest two batches wait for each other.
    """
    keys = sorted(subject_id.int & 0x7FFFFFFFFFFFFFFF for subject_id in subject_ids)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])
