"""Reading the problems desk. Everything needs the merchant's scope."""

import datetime as dt
import uuid

from django.db.models import Prefetch, Q, QuerySet

from tracking.models import Case, CaseEntry, CaseState

# How long a shopper sees how it ended.
SHOWN_AFTERWARDS = dt.timedelta(days=14)


def cases_with_history() -> QuerySet[Case]:
    """Return all cases; their entries, oldest first, come along in one more query (none without cases)."""
    return Case.objects.prefetch_related(
        Prefetch("entries", CaseEntry.objects.select_related("author__user").order_by("happened_at", "id"))
    )


def cases_on_page(*, order_id: uuid.UUID, now: dt.datetime) -> list[Case]:
    """Return the cases that an order's tracking page may speak of, the oldest first."""
    rows = cases_with_history().filter(
        Q(state=CaseState.OPEN) | Q(resolved_at__gt=now - SHOWN_AFTERWARDS), order_id=order_id
    )
    return list(rows.order_by("opened_at", "id"))
