"""Rows of busy tables, without building their SQL anew for each request.

The same models, columns and walls as everywhere, for the few places where the making of a query costs more than its
work: orders and carriers' news coming in, events. PostgreSQL plans each statement once (``lib/planned.py``). The rows
of one statement travel as one JSON document that PostgreSQL takes apart (``json_to_recordset``): one round trip however
many rows, as fast as COPY into a temporary table. (COPY itself refuses tables with row-level security.) Needs an open
scope, like every manager.

    insert_rows(OrderLine, [{"id": ..., "merchant_id": ..., ...}, ...])     # columns by their names in the table
    update_rows(Order, [{"id": ..., "number": ..., ...}, ...])
    read_rows(Order, "external_id = ANY(%(ids)s)", {"ids": [...]})
    writes = Writes(); writes.insert(Order, [...]); writes.insert(OrderLine, [...]); writes.send()
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec
from django.db import connection, models

from postpurchase.accounts.scoping import current_scope
from postpurchase.lib.locks import HOLD
from postpurchase.lib.planned import Step, execute_planned

M = TypeVar("M", bound=models.Model)
Row = Mapping[str, Any]


def insert_rows(model: type[models.Model], rows: Sequence[Row], *, on_conflict: str = "") -> int:
    """Insert rows that all have the same columns; returns how many were. ``on_conflict`` is the end of the statement.

    Raises ``IntegrityError`` and ``DataError`` as any insert does.
    """
    if not rows:
        return 0
    return _execute((_insertion(model, tuple(rows[0])) + on_conflict, [_document(rows)]))


class Writes:
    """Changes that wait for each other, to be sent in one round trip, in the order in which they were given.

    Nobody sees them before ``send``, not even this transaction; errors are raised there.
    """

    def __init__(self) -> None:
        self._steps: list[Step] = []

    def hold(self, keys: Sequence[int]) -> None:
        """Take locks (``postpurchase.lib.locks.keys_of``) before what is given next."""
        if keys:
            self._steps.append((HOLD, [list(keys)]))

    def insert(
        self, model: type[models.Model], rows: Sequence[Row], *, computed: Mapping[str, str] | None = None
    ) -> None:
        """Insert rows that all have the same columns; ``computed`` are further columns by SQL about the row ``new``."""
        if rows:
            statement = _insertion(model, tuple(rows[0]), tuple((computed or {}).items()))
            self._steps.append((statement, [_document(rows)]))

    def update(self, model: type[models.Model], rows: Sequence[Row]) -> None:
        """Write the columns of each row, all the same ones, to the row with its ``id``."""
        if rows:
            self._steps.append(_update_step(model, rows))

    def send(self) -> None:
        """Make the changes. Raises ``IntegrityError`` and ``DataError`` as any change does."""
        if not self._steps:
            return
        current_scope()
        with connection.cursor() as cursor:
            execute_planned(cursor, *self._steps)
        self._steps = []


def update_rows(model: type[models.Model], rows: Sequence[Row]) -> int:
    """Write the columns of each row, all the same ones, to the row with its ``id``. Returns how many there were."""
    if not rows:
        return 0
    return _execute(_update_step(model, rows))


def read_rows(
    model: type[M],
    condition: str,
    parameters: Mapping[str, Any],
    *,
    columns: tuple[str, ...] = (),
    held: Sequence[int] = (),
    end: str = "",
) -> list[M]:
    """Return the scope's rows for which the SQL ``condition`` holds, with all columns or those named.

    ``held`` are locks to take before (``postpurchase.lib.locks.keys_of``), in the same round trip.
    ``end`` may order the rows or lock them.
    """
    scope = current_scope()
    mine = "" if scope.merchant_id is None else "merchant_id = %(scope)s AND "
    statement = f'SELECT {selection(model, columns)} FROM "{model._meta.db_table}" WHERE {mine}({condition}) {end}'  # noqa: S608 - names of columns, and SQL of the caller
    steps: list[Step] = [(HOLD, [list(held)])] if held else []
    with connection.cursor() as cursor:
        execute_planned(cursor, *steps, (statement, {**parameters, "scope": scope.merchant_id}))
        found = cursor.fetchall()
    return [instance_of(model, row, columns) for row in found]


def selection(model: type[models.Model], columns: tuple[str, ...] = (), *, alias: str = "") -> str:
    """Return the model's columns, all or those named, as they stand after SELECT."""
    return _selection(model, columns)[0].replace("@", f"{alias}." if alias else "")


def instance_of(model: type[M], values: Sequence[Any], columns: tuple[str, ...] = ()) -> M:
    """Return the instance of a row read with ``selection``."""
    _, names, json_columns = _selection(model, columns)
    if json_columns:
        # Django takes them from the driver as text.
        values = list(values)
        for index in json_columns:
            if values[index] is not None:
                values[index] = msgspec.json.decode(values[index])
    return model.from_db("default", names, values)


def made(model: type[M], columns: Row) -> M:
    """Return an instance for a row that is about to be inserted; columns that are not named get their defaults."""
    values = [columns[name] if name in columns else field.get_default() for name, field in _columns(model).items()]
    return model.from_db("default", list(_columns(model)), values)


def row_of(instance: models.Model, columns: Iterable[str] | None = None) -> dict[str, Any]:
    """Return an instance's columns as ``insert_rows`` takes them, all of them or those named (``id`` always)."""
    values = vars(instance)  # columns that were not read are not there
    if columns is None:
        return {name: values[name] for name in _columns(type(instance))}
    return {"id": values["id"], **{name: values[name] for name in columns}}


def _execute(step: Step) -> int:
    current_scope()
    with connection.cursor() as cursor:
        execute_planned(cursor, step)
        return int(cursor.rowcount)


def _update_step(model: type[models.Model], rows: Sequence[Row]) -> Step:
    return _update(model, tuple(rows[0])), [_document(rows), [row["id"] for row in rows]]


def _document(rows: Sequence[Row]) -> str:
    return msgspec.json.encode(rows).decode()


@lru_cache(maxsize=64)
def _columns(model: type[models.Model]) -> dict[str, "models.Field[Any, Any]"]:
    return {str(field.attname): field for field in model._meta.concrete_fields}


@lru_cache(maxsize=64)
def _selection(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[str], tuple[int, ...]]:
    fields = {name: field for name, field in _columns(model).items() if not names or name in names}
    json_columns = tuple(index for index, field in enumerate(fields.values()) if isinstance(field, models.JSONField))
    return ", ".join(f'@"{field.column}"' for field in fields.values()), list(fields), json_columns


@lru_cache(maxsize=128)
def _insertion(model: type[models.Model], names: tuple[str, ...], computed: tuple[tuple[str, str], ...] = ()) -> str:
    source, values = _record(model, names)
    values = {**values, **dict(computed)}
    into = ", ".join(f'"{column}"' for column in values)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({into}) '  # noqa: S608 - names of columns, and SQL of the caller
        f"SELECT {', '.join(values.values())} FROM {source} "
    )


@lru_cache(maxsize=128)
def _update(model: type[models.Model], names: tuple[str, ...]) -> str:
    source, values = _record(model, names)
    assignments = ", ".join(f'"{name}" = {value}' for name, value in values.items() if name != "id")
    table = model._meta.db_table
    # What is in the document, PostgreSQL cannot guess: the ids beside it lead to the rows by their index.
    found = f'"{table}"."id" = new."id" AND "{table}"."id" = ANY(%s)'
    return f'UPDATE "{table}" SET {assignments} FROM {source} WHERE {found}'  # noqa: S608 - likewise


def _record(model: type[models.Model], names: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Return the rows' source and, by column, how its value is taken. Bytes travel as base64."""
    types, values = [], {}
    for name in names:
        field = _columns(model)[name]
        is_binary = isinstance(field, models.BinaryField)
        types.append(f'"{field.column}" {"text" if is_binary else field.rel_db_type(connection)}')
        values[str(field.column)] = (
            f"decode(new.\"{field.column}\", 'base64')" if is_binary else f'new."{field.column}"'
        )
    return f"json_to_recordset(%s::json) AS new({', '.join(types)})", values
