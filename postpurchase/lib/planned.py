"""Statements that PostgreSQL plans once for each connection, and not anew for each call.

Planning a statement about a table with row-level security takes longer than running it on a few rows. So a statement is
prepared where a connection meets it first, and called by its name from then on; every ten seconds it is planned anew.
Behind a pool that works by transaction (``DATABASE_POOLED``) the next call may reach another server process, so there
every statement travels whole.
"""

import hashlib
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db.backends.utils import CursorWrapper

Step = tuple[str, Mapping[str, Any] | Sequence[Any]]
"""A statement and its parameters, ``%s`` or ``%(name)s``. Its text is one of few: what differs are the parameters."""

# A plan that was right for an empty table would be kept while it fills, until the server counts its rows again.
PLANS_KEPT_SECONDS = 10.0

_PLACE = re.compile(r"%(?:\((\w+)\))?s")


@dataclass(slots=True)
class _Known:
    """What an open connection has prepared, which neither a rollback nor an error takes back; and since when it keeps
    its plans.
    """

    names: set[str] = field(default_factory=set)
    plans_since: float = field(default_factory=time.monotonic)


_known: WeakKeyDictionary[Any, _Known] = WeakKeyDictionary()


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
    known, now = _known.setdefault(connection.connection, _Known()), time.monotonic()
    missing = {plan.name: plan for plan in plans if plan.name not in known.names}
    is_old = now - known.plans_since > PLANS_KEPT_SECONDS
    if not missing and not is_old:
        return
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        if is_old:
            cursor.execute("DISCARD PLANS")  # the statements stay prepared
            known.plans_since = now
        for plan in missing.values():
            cursor.execute(plan.preparation)
            known.names.add(plan.name)


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
