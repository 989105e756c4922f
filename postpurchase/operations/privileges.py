"""What the product's database role may do with tables that the owner makes."""

from django.db.backends.base.base import BaseDatabaseWrapper


class RoleMissing(Exception):
    """The product's role does not exist; the message says how to make it."""


def grant_on_new_tables(owner: BaseDatabaseWrapper, *, role: str) -> None:
    """Let ``role`` read and write the rows of every table the connected owner creates from now on.

    Doing it again changes nothing. Tables that exist keep their privileges.
    """
    with owner.cursor() as cursor:
        cursor.execute("SELECT current_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role])
        owner_role, exists = cursor.fetchone()
        if not exists:
            raise RoleMissing(
                f"DATABASE_URL names the role “{role}”, which does not exist. As a superuser of the database:\n"
                f"    CREATE ROLE {role} LOGIN PASSWORD '…' NOSUPERUSER NOBYPASSRLS NOCREATEDB;"
            )
        if owner_role == role:
            return
        name = owner.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {name}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {name}")


def grant_nothing_on_new_tables(owner: BaseDatabaseWrapper, *, role: str) -> None:
    """Undo ``grant_on_new_tables`` for tables to come: a backup brings its own privileges, and means exactly those."""
    name = owner.ops.quote_name(role)
    with owner.cursor() as cursor:
        cursor.execute(f"ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM {name}")
        cursor.execute(f"ALTER DEFAULT PRIVILEGES REVOKE ALL ON SEQUENCES FROM {name}")
