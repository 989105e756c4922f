"""Migrating happens as the owner; the product's role may use the rows of new tables, and nothing more."""

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser
from django.db import connections
from django.test.utils import CaptureQueriesContext

from postpurchase.operations.management.commands.migrate import Command
from postpurchase.operations.privileges import RoleMissing, grant_on_new_tables

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


def privileges_on_a_new_table(name: str) -> list[str]:
    """What the product's role may do with a table that the owner creates now."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} (id bigserial PRIMARY KEY)")
        found = []
        for privilege in PRIVILEGES:
            cursor.execute("SELECT has_table_privilege('postpurchase', %s, %s)", [name, privilege])
            found += [privilege] if cursor.fetchone()[0] else []
        cursor.execute("SELECT has_sequence_privilege('postpurchase', %s, 'USAGE')", [f"{name}_id_seq"])
        return found + (["USAGE"] if cursor.fetchone()[0] else [])


def forget_default_privileges() -> None:
    """As in a database whose owner has never migrated."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM postpurchase")
        cursor.execute("ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM postpurchase")


def test_the_products_role_uses_rows_of_new_tables_and_nothing_more() -> None:
    forget_default_privileges()
    assert privileges_on_a_new_table("made_before") == []

    grant_on_new_tables(connections["owner"], role="postpurchase")
    grant_on_new_tables(connections["owner"], role="postpurchase")

    assert privileges_on_a_new_table("made_after") == ["SELECT", "INSERT", "UPDATE", "DELETE", "USAGE"]


def test_a_role_that_does_not_exist_is_named() -> None:
    with pytest.raises(RoleMissing, match="DATABASE_URL names the role “nobody_here”, which does not exist"):
        grant_on_new_tables(connections["owner"], role="nobody_here")


def test_migrate_works_on_the_owners_connection() -> None:
    parser = CommandParser()
    Command().add_arguments(parser)
    assert parser.get_default("database") == "owner"

    with CaptureQueriesContext(connections["owner"]) as owner, CaptureQueriesContext(connections["default"]) as product:
        call_command("migrate", "--plan", "--skip-checks", verbosity=0)

    assert sum("ALTER DEFAULT PRIVILEGES" in query["sql"] for query in owner.captured_queries) == 2
    assert product.captured_queries == []


def test_migrate_says_how_to_make_a_missing_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].settings_dict, "USER", "nobody_here")

    with pytest.raises(CommandError, match="CREATE ROLE nobody_here LOGIN PASSWORD"):
        call_command("migrate", verbosity=0)


def test_the_owners_append_only_tables_stay_so() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('postpurchase', 'events_event', 'INSERT')")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT has_table_privilege('postpurchase', 'events_event', 'UPDATE, DELETE')")
        assert cursor.fetchone() == (False,)
