"""Statements that PostgreSQL plans once for each connection, and not anew for each call.

Planning a statement about a table with row-level security takes longer than running it on a few rows. So a statement is
prepared where a connection meets it first, and called by its name from then on. Whatever a plan rests on may change:
PostgreSQL then makes another by itself. Behind a pool that works by transaction (``DATABASE_POOLED``) the next call may
reach another server process, so there every statement travels whole.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db.backends.utils import CursorWrapper

Step = tuple[str, Mapping[str, Any] | Sequence[Any]]
"""A statement and its parameters, ``%s`` or ``%(name)s``. Its text is one of few: what differs are the parameters."""

_PLACE = re.compile(r"%(?:\((\w+)\))?s")
# The names that each open connection knows. Neither a rollback nor an error takes one back.
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement in the form in which it is prepared, called, and sent whole; ``names`` are of its parameters."""

    name: str
    preparation: str
    call: str
    whole: str
    names: tuple[str, ...]


def execute_planned(cursor: CursorWrapper, *steps: Step) -> None:
    """Execute statements one after the other in one round trip; the cursor then has what the last one found.

    Raises what the statements themselves raise.
    """
    plans = [_plan(statement) for statement, _ in steps]
    values = [
        value
        for plan, (_, given) in zip(plans, steps, strict=True)
        for value in ([given[name] for name in plan.names] if isinstance(given, Mapping) else given)
    ]
    if settings.DATABASE_POOLED:
        cursor.execute("; ".join(plan.whole for plan in plans), values)
        return
    _prepare(cursor.db, plans)
    cursor.execute("; ".join(plan.call for plan in plans), values)


def _prepare(connection: Any, plans: Iterable[_Plan]) -> None:
    prepared = _prepared.setdefault(connection.connection, set())
    for plan in plans:
        if plan.name not in prepared:
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(plan.preparation)
            prepared.add(plan.name)


@lru_cache(maxsize=512)
def _plan(statement: str) -> _Plan:
    names = tuple(found[1] or "" for found in _PLACE.finditer(statement))
    numbers = iter(range(1, len(names) + 1))
    name = f"planned_{hashlib.blake2b(statement.encode(), digest_size=12).hexdigest()}"
    arguments = f"({', '.join(['%s'] * len(names))})" if names else ""
    return _Plan(
        name=name,
        preparation=f"PREPARE {name} AS {_PLACE.sub(lambda _: f'${next(numbers)}', statement)}",
        call=f"EXECUTE {name}{arguments}",
        whole=_PLACE.sub("%s", statement),
        names=names,
    )
