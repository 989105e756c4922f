"""Pages of a long list by position, not by number: nothing moves when new rows arrive."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

PAGE_SIZE = 40

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the position after which the next ones come (empty at the end)."""

    rows: list[Any]
    next_cursor: str


def page_of(queryset: QuerySet[Row], *, newest_by: str, cursor: str) -> Page:
    """Return the rows after ``cursor``, newest first by the time column ``newest_by``. A broken cursor starts over."""
    position = _position(cursor)
    if position is not None:
        moment, row_id = position
        queryset = queryset.filter(Q(**{f"{newest_by}__lt": moment}) | Q(**{newest_by: moment, "id__lt": row_id}))
    rows = list(queryset.order_by(f"-{newest_by}", "-id")[: PAGE_SIZE + 1])
    if len(rows) <= PAGE_SIZE:
        return Page(rows=rows, next_cursor="")
    last = rows[PAGE_SIZE - 1]
    return Page(rows=rows[:PAGE_SIZE], next_cursor=f"{getattr(last, newest_by).isoformat()}~{last.pk}")


def _position(cursor: str) -> tuple[dt.datetime, uuid.UUID] | None:
    moment, _, row_id = cursor.partition("~")
    try:
        parsed = dt.datetime.fromisoformat(moment)
        return (parsed, uuid.UUID(row_id)) if parsed.tzinfo else None
    except ValueError:
        return None
