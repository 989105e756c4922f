"""Scopes open both walls together, and nothing leaks out of them."""

from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.utils import DataError, ProgrammingError
from django.test.utils import CaptureQueriesContext

from postpurchase.accounts.models import Store
from postpurchase.accounts.scoping import (
    ScopeMissing,
    all_merchants,
    current_merchant_id,
    enter_request_scope,
    enter_scope_of_row,
    look_up_across_merchants,
    merchant_scope,
    no_scope,
)


def _setting(name: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting(%s, true), '')", [name])
        return cursor.fetchone()[0]


def test_a_scope_shows_one_merchants_rows_and_across_shows_all(world, other_world) -> None:
    with merchant_scope(world.merchant.id):
        mine = list(Store.objects.values_list("merchant_id", flat=True))
    with all_merchants("test"):
        everybodys = set(Store.objects.values_list("merchant_id", flat=True))

    assert mine == [world.merchant.id]
    assert everybodys == {world.merchant.id, other_world.merchant.id}


def test_an_inner_scope_gives_back_the_outer_one_in_python_and_in_the_database(world, other_world) -> None:
    with merchant_scope(world.merchant.id):
        with merchant_scope(other_world.merchant.id):
            assert _setting("app.merchant") == str(other_world.merchant.id)
        with all_merchants("test"):
            assert (_setting("app.merchant"), _setting("app.all_merchants")) == (None, "on")

        assert current_merchant_id() == world.merchant.id
        assert (_setting("app.merchant"), _setting("app.all_merchants")) == (str(world.merchant.id), None)

    assert current_merchant_id() is None
    assert _setting("app.merchant") is None


def test_nothing_is_left_on_the_connection_after_commit(committed_db, world) -> None:
    with merchant_scope(world.merchant.id):
        assert _setting("app.merchant") == str(world.merchant.id)

    assert _setting("app.merchant") is None
    assert connection.in_atomic_block is False


def test_an_error_inside_closes_the_scope(world) -> None:
    with pytest.raises(ZeroDivisionError), merchant_scope(world.merchant.id):
        1 / 0  # noqa: B018

    with pytest.raises(ScopeMissing):
        Store.objects.count()


def test_a_row_for_another_merchant_cannot_be_written(world, other_world) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), merchant_scope(world.merchant.id):
        Store.objects.create(merchant=other_world.merchant, slug="x", name="x", sender_name="x", sender_email="x@x.de")

    with merchant_scope(other_world.merchant.id):
        assert list(Store.objects.values_list("slug", flat=True)) == ["default"]


def test_update_and_delete_stop_at_the_wall(world, other_world) -> None:
    with merchant_scope(world.merchant.id), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_store SET name = 'taken over'")
        updated = cursor.rowcount
        cursor.execute("DELETE FROM accounts_store WHERE merchant_id = %s", [other_world.merchant.id])
        deleted = cursor.rowcount

    assert (updated, deleted) == (1, 0)
    with merchant_scope(other_world.merchant.id):
        assert list(Store.objects.values_list("name", flat=True)) == ["Stranger"]


def test_a_request_scope_needs_a_transaction_and_ends_with_the_request(committed_db, world) -> None:
    with no_scope():
        with pytest.raises(ScopeMissing):
            enter_request_scope(world.merchant.id)
        with transaction.atomic():
            enter_request_scope(world.merchant.id)
            assert Store.objects.count() == 1

    assert current_merchant_id() is None


def test_a_look_up_across_merchants_opens_nothing(db, merchant, other_merchant) -> None:
    statement = "SELECT merchant_id, slug FROM accounts_store WHERE merchant_id = %(merchant)s"
    with merchant_scope(merchant.id):
        found = look_up_across_merchants(statement, {"merchant": other_merchant.id}, reason="a test")
        nobody = look_up_across_merchants(statement, {"merchant": None}, reason="a test")

        assert (found, nobody) == ((other_merchant.id, "default"), None)
        assert _setting("app.all_merchants") is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT merchant_id FROM accounts_store")
            assert cursor.fetchall() == [(merchant.id,)]
    look_up_across_merchants(statement, {"merchant": merchant.id}, reason="a test")
    with pytest.raises(ScopeMissing):
        Store.objects.count()


def test_a_look_up_within_work_across_merchants_leaves_that_open(db, merchant, other_merchant) -> None:
    with all_merchants("a test"):
        look_up_across_merchants("SELECT NULL", {}, reason="a test")

        assert Store.objects.count() == 2


OF_STORE = "SELECT merchant_id AS entered, slug FROM accounts_store WHERE merchant_id = %(merchant)s"


def test_the_scope_of_a_row_is_entered_in_python_and_in_the_database(db, world, other_world) -> None:
    with no_scope(), transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            found = enter_scope_of_row(OF_STORE, {"merchant": world.merchant.id}, reason="a test")

        assert (found, len(queries)) == ((world.merchant.id, "default"), 1)
        assert current_merchant_id() == world.merchant.id
        assert (_setting("app.merchant"), _setting("app.all_merchants")) == (str(world.merchant.id), None)
        with connection.cursor() as cursor:
            cursor.execute("SELECT merchant_id FROM accounts_store")
            assert cursor.fetchall() == [(world.merchant.id,)]


def test_without_a_row_no_scope_is_entered(db, world, other_world) -> None:
    with no_scope(), transaction.atomic():
        assert enter_scope_of_row(OF_STORE, {"merchant": None}, reason="a test") is None

        assert (_setting("app.merchant"), _setting("app.all_merchants")) == (None, None)
        with pytest.raises(ScopeMissing):
            Store.objects.count()
    with merchant_scope(world.merchant.id):
        assert enter_scope_of_row(OF_STORE, {"merchant": None}, reason="a test") is None
        assert (_setting("app.merchant"), _setting("app.all_merchants")) == (str(world.merchant.id), None)
    with all_merchants("a test"):
        assert enter_scope_of_row(OF_STORE, {"merchant": None}, reason="a test") is None
        assert (_setting("app.merchant"), _setting("app.all_merchants")) == (None, "on")
        with no_scope():
            assert enter_scope_of_row(OF_STORE, {"merchant": world.merchant.id}, reason="a test")
            assert (_setting("app.merchant"), _setting("app.all_merchants")) == (str(world.merchant.id), None)


def test_the_scope_of_a_row_needs_a_transaction(committed_db, world) -> None:
    with pytest.raises(ScopeMissing):
        enter_scope_of_row(OF_STORE, {"merchant": world.merchant.id}, reason="a test")


def test_a_look_up_that_stands_alone_leaves_nothing_open(committed_db, world) -> None:
    statement = "SELECT slug FROM accounts_store WHERE merchant_id = %(merchant)s"
    with CaptureQueriesContext(connection) as queries:
        found = look_up_across_merchants(statement, {"merchant": world.merchant.id}, reason="a test")
        nobody = look_up_across_merchants(statement, {"merchant": None}, reason="a test")

    assert (found, nobody) == (("default",), None)
    assert len(queries) == 2
    assert _setting("app.all_merchants") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_store")
        assert cursor.fetchone() == (0,)


def test_a_look_up_that_fails_alone_leaves_nothing_open(committed_db, world) -> None:
    with pytest.raises(DataError):
        look_up_across_merchants("SELECT 1 / 0", {}, reason="a test")

    assert _setting("app.all_merchants") is None


def test_a_look_up_does_not_ask_first_whether_the_connection_works(committed_db, world, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(DatabaseWrapper, "is_usable", lambda self: asked.append(self) or True)
    connection.ensure_connection()
    connection.health_check_enabled, connection.health_check_done = True, False

    assert look_up_across_merchants("SELECT 1", {}, reason="a test") == (1,)
    assert asked == []


def test_a_look_up_on_a_lost_connection_is_made_on_a_new_one(committed_db, world) -> None:
    connection.ensure_connection()
    lost = connection.connection
    connection.health_check_enabled, connection.health_check_done = True, False
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [lost.get_backend_pid()])

    statement = "SELECT slug FROM accounts_store WHERE merchant_id = %(merchant)s"
    assert look_up_across_merchants(statement, {"merchant": world.merchant.id}, reason="a test") == ("default",)
    assert lost.closed
    assert _setting("app.all_merchants") is None
