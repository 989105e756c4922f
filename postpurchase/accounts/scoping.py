"""Whose data may be touched right now: the only place that opens a scope.

Two walls stand behind every query on a merchant's table. The managers of ``MerchantModel`` raise without a scope and
filter by it; PostgreSQL's row-level security compares each row with the transaction-local setting ``app.merchant``.
Both are set together here. Settings are local to the transaction, so a pooled connection can leak nothing.

    with merchant_scope(merchant_id):      # one merchant; opens a transaction
    with all_merchants("why"):             # sweeps and look-ups across merchants; easy to find with grep
    enter_request_scope(merchant_id)       # for the rest of a request (requests are atomic)
    enter_scope_of_row("SELECT …")         # the same, for the merchant that a look-up finds
    look_up_across_merchants("SELECT …")   # one row, where a request comes in

Because a scope is a transaction, work that talks to the world goes between two scopes, never inside one.
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from postpurchase.lib.planned import execute_planned


class ScopeMissing(RuntimeError):
    """A merchant's table was queried although no scope was open: a programming error, never to be swallowed."""


@dataclass(frozen=True, slots=True)
class Scope:
    """``merchant_id`` is None when work goes across merchants, for the ``reason`` given."""

    merchant_id: uuid.UUID | None
    reason: str = ""


_scope: ContextVar[Scope | None] = ContextVar("merchant_scope", default=None)


def current_scope() -> Scope:
    """Return the open scope. Raises ``ScopeMissing`` where there is none."""
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing("open merchant_scope(...) or all_merchants(...) before touching a merchant's table")
    return scope


def current_merchant_id() -> uuid.UUID | None:
    """Return the merchant of the open scope, None without scope or across merchants (for logs)."""
    scope = _scope.get()
    return scope.merchant_id if scope else None


@contextmanager
def merchant_scope(merchant_id: uuid.UUID) -> Iterator[None]:
    """Open a transaction in which only the rows of one merchant exist."""
    with _opened(Scope(merchant_id=merchant_id)):
        yield


@contextmanager
def all_merchants(reason: str) -> Iterator[None]:
    """Open a transaction that sees all merchants; ``reason`` is for the reader of the code."""
    with _opened(Scope(merchant_id=None, reason=reason)):
        yield


def enter_request_scope(merchant_id: uuid.UUID) -> None:
    """Scope the rest of this request (an atomic one) to a merchant. ``ScopeMiddleware`` ends it."""
    if not connection.in_atomic_block:
        raise ScopeMissing("a request scope needs the request's transaction")
    scope = Scope(merchant_id=merchant_id)
    _scope.set(scope)
    _tell_database(scope)


def enter_scope_of_row(statement: str, parameters: Mapping[str, Any], *, reason: str) -> tuple[Any, ...] | None:
    """Scope the rest of this request to the merchant of the one row that a SQL look-up finds among all; return the row.

    Finding and entering are one round trip. The row's first column is called ``entered`` and is the merchant's id. None
    without a row: everything is then as it was. ``reason`` is for the reader.
    """
    if not connection.in_atomic_block:
        raise ScopeMissing("a request scope needs the request's transaction")
    outer = _scope.get()
    row = _look_up_within(statement, {**parameters, "outer": _merchant_of(outer)}, closing=_ENTERING)
    if row[0] is None:
        return None
    _scope.set(Scope(merchant_id=row[0]))
    return row


def look_up_across_merchants(statement: str, parameters: Mapping[str, Any], *, reason: str) -> tuple[Any, ...] | None:
    """Return the one row that a SQL look-up finds among all merchants, None without any; ``reason`` is for the reader.

    One round trip, for what every request needs; what was opened for it is closed again with it, and no manager sees
    more than before. The row's first column must not be null.
    """
    row = (_look_up_alone if connection.get_autocommit() else _look_up_within)(statement, parameters)
    return None if row is None or row[0] is None else row


@contextmanager
def no_scope() -> Iterator[None]:
    """Start without any scope and leave none behind: the frame around a request."""
    token = _scope.set(None)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def _opened(scope: Scope) -> Iterator[None]:
    outer = _scope.get()
    nested = connection.in_atomic_block
    with transaction.atomic():
        _tell_database(scope)
        token = _scope.set(scope)
        try:
            yield
        finally:
            _scope.reset(token)
            if nested and not connection.needs_rollback:
                _tell_database(outer)


def _tell_database(scope: Scope | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.merchant', %s, true), set_config('app.all_merchants', %s, true)",
            [_merchant_of(scope), _everything_of(scope)],
        )


def _merchant_of(scope: Scope | None) -> str:
    return str(scope.merchant_id) if scope and scope.merchant_id else ""


def _everything_of(scope: Scope | None) -> str:
    return "on" if scope and scope.merchant_id is None else ""


_OPEN = "SELECT set_config('app.all_merchants', 'on', true)"
_CLOSING = "set_config('app.all_merchants', %(everything)s, true)"
_ENTERING = (
    "set_config('app.all_merchants', CASE WHEN found.entered IS NULL THEN %(everything)s ELSE '' END, true)"
    " || set_config('app.merchant', coalesce(found.entered::text, %(outer)s), true)"
)


def _look_up_alone(statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Outside of a transaction the look-up is one, and a local setting ends with it.

    It is its own check of the connection, too. Django asks an idle one first whether it still works, which is a round
    trip; a look-up can as well be made a second time.
    """
    connection.health_check_done = True  # type: ignore[attr-defined]  # unknown to the stubs
    try:
        return _first_row(f"{_OPEN}; {statement}", parameters)
    except (OperationalError, InterfaceError):
        if connection.connection is None or connection.is_usable():
            raise
        connection.close()
    return _first_row(f"{_OPEN}; {statement}", parameters)


def _look_up_within(statement: str, parameters: Mapping[str, Any], *, closing: str = _CLOSING) -> tuple[Any, ...]:
    """Within a transaction the result itself closes again what was opened for it. Planned once: each API call asks."""
    closed = (
        f"SELECT found.*, {closing}"  # noqa: S608 - the caller's own
        f" FROM (SELECT) AS always LEFT JOIN ({statement}) AS found ON true"
    )
    with connection.cursor() as cursor:
        execute_planned(cursor, (_OPEN, ()), (closed, {**parameters, "everything": _everything_of(_scope.get())}))
        *row, _ = cursor.fetchone()
    return tuple(row)


def _first_row(statement: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
