"""Statements planned once for a connection: they answer as they always did, and are planned no second time."""

import uuid

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper

from postpurchase.lib.planned import execute_planned

SUM = "SELECT %(a)s::int + %(b)s::int + %(a)s::int"


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db")


def found(*steps: tuple) -> list:
    with connection.cursor() as cursor:
        execute_planned(cursor, *steps)
        return cursor.fetchall()


def known(text: str) -> list:
    """How often what this connection has prepared of a text was planned for its values, and how often not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT custom_plans, generic_plans FROM pg_prepared_statements"
            " WHERE strpos(statement, %s) > 0 AND name LIKE 'planned_%%'",
            [text],
        )
        return cursor.fetchall()


def test_named_and_nameless_parameters_come_to_their_places() -> None:
    assert found((SUM, {"b": 1, "a": 20, "unasked": 300})) == [(41,)]
    assert found(("SELECT %s::text, %s::int[]", ["50 %", [1, 2]])) == [("50 %", [1, 2])]
    assert found(("SELECT 7", [])) == [(7,)]


def test_several_go_in_one_round_trip_and_the_last_one_answers(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        assert found(("SELECT %s::int", [1]), (SUM, {"a": 1, "b": 2}), ("SELECT %s::int", [3])) == [(3,)]


def test_a_statement_is_planned_once_for_whatever_values() -> None:
    statement = "SELECT 'once', %s::int"
    for number in range(8):
        assert found((statement, [number])) == [("once", number)]

    assert known("'once'") == [(0, 8)]


def test_a_table_that_fills_is_soon_read_another_way(monkeypatch) -> None:
    statement = "SELECT count(*) FROM filling WHERE number = %s::int"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE filling AS SELECT 1 AS number")
        cursor.execute("CREATE INDEX ON filling (number)")
        assert found((statement, [1])) == [(1,)]
        cursor.execute("INSERT INTO filling SELECT generate_series(2, 50000)")

        assert found((statement, [7])) == [(1,)]
        assert "Seq Scan" in way_of(cursor, "FROM filling")
        monkeypatch.setattr("postpurchase.lib.planned.PLANS_KEPT_SECONDS", -1)
        assert found((statement, [7])) == [(1,)]
        assert "Index" in way_of(cursor, "FROM filling")


def way_of(cursor: CursorWrapper, text: str) -> str:
    """Return the plan that is kept for the statement with a text."""
    cursor.execute("SELECT name FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [text])
    ((name,),) = cursor.fetchall()
    cursor.execute(f"EXPLAIN EXECUTE {name}(7)")
    return "\n".join(line for (line,) in cursor.fetchall())


def test_neither_rollback_nor_error_confuses_who_calls_again() -> None:
    statement = "SELECT 'again', 12 / %s::int"
    with pytest.raises(RuntimeError), transaction.atomic():
        assert found((statement, [4])) == [("again", 3)]
        raise RuntimeError
    for _ in range(2):
        with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic():
            found((statement, [0]))

    assert found((statement, [6])) == [("again", 2)]


def test_a_wrong_statement_raises_what_it_would_raise_anywhere() -> None:
    for _ in range(2):
        with pytest.raises(ProgrammingError, match="no_such_table"), transaction.atomic():
            found(("SELECT %s FROM no_such_table", [1]))


def test_a_new_connection_starts_anew(committed_db) -> None:
    statement, value = "SELECT 'anew', %s::uuid", uuid.uuid4()
    assert found((statement, [value])) == [("anew", value)]
    connection.close()

    assert known("'anew'") == []
    assert found((statement, [value])) == [("anew", value)]
    assert len(known("'anew'")) == 1


def test_behind_a_pool_statements_travel_whole(settings) -> None:
    settings.DATABASE_POOLED = True

    assert found(("SELECT 'whole', %s::int", [1]), (f"{SUM}, 'whole'", {"a": 1, "b": 2})) == [(4, "whole")]
    assert known("'whole'") == []
