"""The migration operations that wall in a merchant's table.

    operations = [
        migrations.CreateModel("Order", ...),
        MerchantWalls("orders", "Order"),
        AppendOnly("events", "Event"),        # tables that are only ever added to
        Erasable("orders", "ConsentReport", {"wording": "''"}),   # … except what names an erased person
        Expirable("orders", "ConsentReport", "reported_at"),      # … except what has been kept long enough
    ]

``tests/tenancy/test_registry.py`` fails for a table without them.
"""

from abc import ABC, abstractmethod
from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from postpurchase.accounts.models.base import MerchantForeignKey

POLICY_NAME = "merchant_wall"
# ``nullif``: an unset setting is an empty string, which must match nothing rather than fail.
SEES_ROW = (
    "{column} = nullif(current_setting('app.merchant', true), '')::uuid"
    " OR current_setting('app.all_merchants', true) = 'on'"
)


class MerchantWalls(Operation):
    """Row-level security for one table and composite foreign keys for its ``MerchantForeignKey`` fields.

    ``column`` names the column that holds the merchant (``id`` for the table of merchants itself).
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, app_label: str, model_name: str, column: str = "merchant_id") -> None:
        self.app_label, self.model_name, self.column = app_label, model_name, column

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes for Django."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(self.app_label, self.model_name)
        table = schema_editor.quote_name(model._meta.db_table)
        # ALTER TABLE refuses while data steps of the same migration have left checks for the end of the transaction.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if self.column == "merchant_id":
            schema_editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {_name(model, 'merchant_id_id')} UNIQUE (merchant_id, id)"
            )
            for field in model._meta.local_fields:
                if isinstance(field, MerchantForeignKey):
                    schema_editor.execute(_composite_foreign_key(table, model, field))
        sees_row = SEES_ROW.format(column=self.column)
        schema_editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY {POLICY_NAME} ON {table} USING ({sees_row}) WITH CHECK ({sees_row})")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(self.app_label, self.model_name)
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(f"DROP POLICY IF EXISTS {POLICY_NAME} ON {table}")
        schema_editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        if self.column == "merchant_id":
            for field in model._meta.local_fields:
                if isinstance(field, MerchantForeignKey):
                    schema_editor.execute(
                        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {_name(model, field.column + '_same_merchant')}"
                    )
            schema_editor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {_name(model, 'merchant_id_id')} CASCADE"
            )

    def describe(self) -> str:
        return f"Wall in the rows of {self.app_label}.{self.model_name} by merchant"


class MerchantReference(Operation):
    """The composite foreign key for one ``MerchantForeignKey`` that is added to a table which has its walls already."""

    reversible = True

    def __init__(self, app_label: str, model_name: str, field_name: str) -> None:
        self.app_label, self.model_name, self.field_name = app_label, model_name, field_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes for Django."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(self.app_label, self.model_name)
        field = model._meta.get_field(self.field_name)
        schema_editor.execute(_composite_foreign_key(schema_editor.quote_name(model._meta.db_table), model, field))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        model = from_state.apps.get_model(self.app_label, self.model_name)
        field = model._meta.get_field(self.field_name)
        table = schema_editor.quote_name(model._meta.db_table)
        schema_editor.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {_name(model, field.column + '_same_merchant')}"
        )

    def describe(self) -> str:
        return f"Tie {self.app_label}.{self.model_name}.{self.field_name} to its merchant"


class AppendOnly(Operation):
    """Take UPDATE and DELETE on a table from the product's role: its rows are facts and are only ever added.

    Deleting a whole merchant is the owner's work. ``kept_for_a_time`` leaves DELETE, for logs that end some day.
    """

    reversible = True

    def __init__(self, app_label: str, model_name: str, kept_for_a_time: bool = False) -> None:
        self.app_label, self.model_name, self.kept_for_a_time = app_label, model_name, kept_for_a_time

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes for Django."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self._change("REVOKE", "FROM", schema_editor, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        self._change("GRANT", "TO", schema_editor, from_state)

    def _change(self, verb: str, preposition: str, schema_editor: BaseDatabaseSchemaEditor, state: Any) -> None:
        model = state.apps.get_model(self.app_label, self.model_name)
        table = schema_editor.quote_name(model._meta.db_table)
        role = schema_editor.quote_name(str(settings.DATABASES["default"]["USER"]))
        rights = "UPDATE, TRUNCATE" if self.kept_for_a_time else "UPDATE, DELETE, TRUNCATE"
        schema_editor.execute(f"{verb} {rights} ON {table} {preposition} {role}")

    def describe(self) -> str:
        return f"Make {self.app_label}.{self.model_name} append-only for the product's role"


class OwnersFunction(Operation, ABC):
    """A function that works with the owner's rights: the one way in which the product's role may do this one thing.

    Merchants stay apart in it: the body names ``merchant`` itself, row-level security stands behind it.
    """

    reversible = True

    def __init__(self, app_label: str, model_name: str) -> None:
        self.app_label, self.model_name = app_label, model_name

    @abstractmethod
    def name(self, table: str) -> str:
        """Return what the function is called."""

    @abstractmethod
    def signature(self) -> str:
        """Return its parameters with their types."""

    @abstractmethod
    def statement(self, table: str, state: Any) -> str:
        """Return the one statement it runs; the number of rows is what it returns."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Nothing changes for Django."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = to_state.apps.get_model(self.app_label, self.model_name)._meta.db_table
        name, role = self.name(table), schema_editor.quote_name(str(settings.DATABASES["default"]["USER"]))
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {name}({self.signature()}) RETURNS bigint LANGUAGE plpgsql"
            " SECURITY DEFINER SET search_path = public, pg_temp AS $$"
            " DECLARE merchant uuid := nullif(current_setting('app.merchant', true), '')::uuid; changed bigint;"
            f" BEGIN {self.statement(table, to_state)}; GET DIAGNOSTICS changed = ROW_COUNT; RETURN changed; END $$"
        )
        schema_editor.execute(f"REVOKE ALL ON FUNCTION {name} FROM PUBLIC")
        schema_editor.execute(f"GRANT EXECUTE ON FUNCTION {name} TO {role}")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table = from_state.apps.get_model(self.app_label, self.model_name)._meta.db_table
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {self.name(table)}")


class Erasable(OwnersFunction):
    """``erase_<table>(customer)`` overwrites ``columns`` (name → SQL) of an append-only table for an erased customer.

    For anybody else it changes nothing, so the table stays one that is only added to.
    """

    def __init__(self, app_label: str, model_name: str, columns: dict[str, str]) -> None:
        super().__init__(app_label, model_name)
        self.columns = columns

    def name(self, table: str) -> str:
        return f"erase_{table}"

    def signature(self) -> str:
        return "customer uuid"

    def statement(self, table: str, state: Any) -> str:
        customers = state.apps.get_model("orders", "Customer")._meta.db_table
        assignments = ", ".join(f"{column} = {value}" for column, value in self.columns.items())
        return (
            f"UPDATE {table} SET {assignments}"  # noqa: S608 - names from a migration
            f" WHERE merchant_id = merchant AND customer_id = customer AND EXISTS"
            f" (SELECT FROM {customers} WHERE merchant_id = merchant AND id = customer AND erased_at IS NOT NULL)"
        )

    def describe(self) -> str:
        return f"Let the product take erased customers out of {self.app_label}.{self.model_name}"


class Expirable(OwnersFunction):
    """``expire_<table>(ids)`` deletes rows of an append-only table that are older than ``least_days`` by ``column``."""

    def __init__(self, app_label: str, model_name: str, column: str, least_days: int = 30) -> None:
        super().__init__(app_label, model_name)
        self.column, self.least_days = column, least_days

    def name(self, table: str) -> str:
        return f"expire_{table}"

    def signature(self) -> str:
        return "ids uuid[]"

    def statement(self, table: str, state: Any) -> str:
        return (
            f"DELETE FROM {table} WHERE merchant_id = merchant AND id = ANY(ids)"  # noqa: S608 - likewise
            f" AND {self.column} < now() - interval '{self.least_days} days'"
        )

    def describe(self) -> str:
        return f"Let the product delete old rows of {self.app_label}.{self.model_name}"


def _name(model: type[models.Model], suffix: str) -> str:
    return f'"{model._meta.db_table[:30]}_{suffix[:30]}"'


def _composite_foreign_key(table: str, model: type[models.Model], field: Any) -> str:
    target = field.remote_field.model._meta.db_table
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {_name(model, field.column + '_same_merchant')}"
        f' FOREIGN KEY (merchant_id, "{field.column}") REFERENCES "{target}" (merchant_id, id)'
    )
