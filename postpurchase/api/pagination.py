"""Lists in pages. The cursor names the last row of a page, so rows that come and go in between move nothing.

{"results": [...], "next": "https://.../api/v1/orders?cursor=..." or null}
"""

import base64
import binascii
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

import msgspec
from django.conf import settings
from django.db.models import BigIntegerField, DateTimeField, Model, Q, QuerySet, UUIDField
from msgspec import Meta, Struct
from rest_framework.request import Request

from postpurchase.lib.validation import Problem, Refused

M = TypeVar("M", bound=Model)
A = TypeVar("A")

_TYPES: dict[Any, Any] = {
    DateTimeField: Annotated[dt.datetime, Meta(tz=True)],
    UUIDField: uuid.UUID,
    BigIntegerField: Annotated[int, Meta(ge=0, le=2**63 - 1)],
}

MOST = 200
DEFAULT = 50


class Page(Struct, Generic[A], frozen=True, kw_only=True):
    """One page of a list; ``next`` is the address of the one after it, null on the last."""

    results: list[A]
    next: str | None


class PageQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every list understands."""

    limit: Annotated[int, Meta(ge=1, le=MOST, description="How many rows a page has.")] = DEFAULT
    cursor: Annotated[str, Meta(max_length=300, description="Where the page starts; taken from `next`.")] = ""


def page_of(
    *,
    rows: QuerySet[M],
    order: Sequence[str],
    query: PageQuery,
    request: Request,
    show: Callable[[list[M]], list[A]],
) -> Page[A]:
    """Return one page of ``rows``.

    ``order`` names one field (``-`` for descending) that may repeat and one that may not, both in the same direction.
    """
    field, tie = (name.lstrip("-") for name in order)
    if query.cursor:
        value, tie_value = _read_cursor(query.cursor, [_type_of(rows, field), _type_of(rows, tie)])
        beyond = "lt" if order[0].startswith("-") else "gt"
        rows = rows.filter(Q(**{f"{field}__{beyond}": value}) | Q(**{field: value, f"{tie}__{beyond}": tie_value}))
    found = list(rows.order_by(*order)[: query.limit + 1])
    shown = found[: query.limit]
    following = None
    if len(found) > query.limit:
        cursor = _write_cursor(getattr(shown[-1], field), getattr(shown[-1], tie))
        parameters = {**request.query_params.dict(), "cursor": cursor}
        following = f"{settings.BASE_URL}{request.path}?{urlencode(parameters)}"
    return Page(results=show(shown), next=following)


def _write_cursor(value: Any, tie: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([value, tie])).decode().rstrip("=")


def _read_cursor(cursor: str, types: list[Any]) -> list[Any]:
    """Return the two values. They only compare with rows of the caller's own scope, so nothing needs signing."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        values = msgspec.json.decode(raw, type=list[Any])
        return [msgspec.convert(value, type_) for value, type_ in zip(values, types, strict=True)]
    except (binascii.Error, ValueError):
        raise Refused([Problem("/cursor", "invalid", "This is no cursor of this list.")]) from None


def _type_of(rows: QuerySet[Any], field: str) -> Any:
    for kind, type_ in _TYPES.items():
        if isinstance(rows.model._meta.get_field(field), kind):
            return type_
    raise TypeError(f"{field} cannot stand in a cursor")
