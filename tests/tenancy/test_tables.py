"""The wall in the database, table by table, in plain SQL as the product's role: nothing of the other merchant is
readable, changeable, deletable or writable."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from postpurchase.accounts.scoping import merchant_scope
from tests.tenancy.rows import MERCHANT_MODELS, fill_world


@pytest.fixture
def two_filled_worlds(merchant, other_merchant):
    """A row in every table for each of two merchants; returns the rows of the other one."""
    with merchant_scope(merchant.id):
        fill_world(merchant, mark="MINE")
    with merchant_scope(other_merchant.id):
        return fill_world(other_merchant, mark="CANARY")


def _count(table: str, where: str = "true", parameters=()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', parameters)
        return cursor.fetchone()[0]


def _change(statement: str, parameters=()) -> int | None:
    """Run a statement in a savepoint; None where the role may not run it at all (append-only tables)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.rowcount
    except ProgrammingError as error:
        if "permission denied" in str(error):
            return None
        raise


def test_every_table_has_a_row_of_each_merchant_to_begin_with(merchant, other_merchant, two_filled_worlds):
    for owner in (merchant, other_merchant):
        with merchant_scope(owner.id):
            counts = {model._meta.label: _count(model._meta.db_table) for model in MERCHANT_MODELS}

        assert {label for label, count in counts.items() if count == 0} == set()


def test_no_row_of_the_other_merchant_can_be_read_changed_or_deleted(merchant, other_merchant, two_filled_worlds):
    with merchant_scope(merchant.id):
        leaks = {}
        for model in MERCHANT_MODELS:
            table, foreign_id = model._meta.db_table, two_filled_worlds[model].pk
            outcome = (
                _count(table, "merchant_id = %s", [other_merchant.id]),
                _count(table, "id = %s", [foreign_id]),
                _change(f'UPDATE "{table}" SET id = id WHERE id = %s', [foreign_id]) or 0,
                _change(f'DELETE FROM "{table}" WHERE id = %s', [foreign_id]) or 0,
            )
            if outcome != (0, 0, 0, 0):
                leaks[table] = outcome

    assert leaks == {}


def test_no_row_can_be_written_for_or_moved_to_the_other_merchant(merchant, other_merchant, two_filled_worlds):
    accepted = []
    with merchant_scope(merchant.id):
        for model in MERCHANT_MODELS:
            table = model._meta.db_table
            columns = [field.column for field in model._meta.local_concrete_fields]
            copied = ", ".join("%s" if column == "merchant_id" else f'"{column}"' for column in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            for statement in (
                f'INSERT INTO "{table}" ({names}) SELECT {copied} FROM "{table}"',
                f'UPDATE "{table}" SET merchant_id = %s',
            ):
                try:
                    changed = _change(statement, [other_merchant.id])
                except ProgrammingError as error:
                    assert "row-level security" in str(error), (table, error)  # noqa: PT017
                else:
                    if changed is not None:
                        accepted.append(statement)

    assert accepted == []


def test_through_the_managers_the_other_merchant_does_not_exist(merchant, other_merchant, two_filled_worlds):
    with merchant_scope(merchant.id):
        found = [
            model._meta.label
            for model in MERCHANT_MODELS
            if model.objects.filter(pk=two_filled_worlds[model].pk).exists()
            or model.objects.in_bulk([two_filled_worlds[model].pk])
            or model._base_manager.filter(merchant_id=other_merchant.id).exists()
        ]

    assert found == []
