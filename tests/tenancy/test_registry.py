"""Every table is behind both walls, or says why not."""

import re

import psycopg2
import pytest
from django.apps import apps
from django.db import connection, models

from postpurchase.accounts.models import Merchant, MerchantForeignKey, MerchantModel
from postpurchase.accounts.scoping import ScopeMissing
from postpurchase.accounts.walls import POLICY_NAME

# Tables without a merchant, each with its reason.
GLOBAL_TABLES = {
    "accounts_user": "a person may work for several merchants; memberships carry the merchant",
    "accounts_user_groups": "Django's, unused",
    "accounts_user_user_permissions": "Django's, unused",
    "account_emailaddress": "allauth: belongs to the user",
    "account_emailconfirmation": "allauth: belongs to the user",
    "mfa_authenticator": "allauth: belongs to the user",
    "auth_group": "Django's, unused",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, unused",
    "django_content_type": "names of tables",
    "django_migrations": "names of migrations",
    "django_session": "belongs to the user; random key",
}

MERCHANT_MODELS = [model for model in apps.get_models() if issubclass(model, MerchantModel)]
model_names = [model._meta.label for model in MERCHANT_MODELS]


def _rows(query: str, parameters: list[object] | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_table_belongs_to_a_merchant_or_says_why_not() -> None:
    tables = {row[0] for row in _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    of_merchants = {model._meta.db_table for model in MERCHANT_MODELS} | {Merchant._meta.db_table}

    assert tables == of_merchants | set(GLOBAL_TABLES)


@pytest.mark.django_db
def test_every_merchant_table_has_forced_row_level_security_with_one_policy_for_reading_and_writing() -> None:
    flags = _rows(
        "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,"
        " (SELECT array_agg(p.polname::text) FROM pg_policy p WHERE p.polrelid = c.oid),"
        " (SELECT bool_and(p.polcmd = '*' AND p.polwithcheck IS NOT NULL) FROM pg_policy p WHERE p.polrelid = c.oid)"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"
    )
    walled = {name: rest for name, *rest in flags if name not in GLOBAL_TABLES}

    assert len(walled) == len(MERCHANT_MODELS) + 1
    assert {name: rest for name, rest in walled.items() if rest != [True, True, [POLICY_NAME], True]} == {}


@pytest.mark.django_db
def test_the_products_role_can_neither_own_nor_bypass() -> None:
    (role,) = _rows("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
    owned = _rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")

    assert role == (False, False, False)
    assert owned == []


@pytest.mark.django_db
def test_every_reference_between_merchant_tables_is_tied_to_the_merchant() -> None:
    expected = {
        (model._meta.db_table, field.column, field.related_model._meta.db_table)
        for model in MERCHANT_MODELS
        for field in model._meta.local_fields
        if isinstance(field, MerchantForeignKey)
    }
    found = set()
    for table, definition in _rows(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    ):
        if match := re.match(r"FOREIGN KEY \(merchant_id, (\w+)\) REFERENCES (\w+)\(merchant_id, id\)", definition):
            found.add((table, *match.groups()))

    assert found == expected


@pytest.mark.parametrize("model", MERCHANT_MODELS, ids=model_names)
def test_no_plain_foreign_key_joins_two_merchant_tables(model: type[models.Model]) -> None:
    plain = [
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and not isinstance(field, MerchantForeignKey)
        and field.related_model in MERCHANT_MODELS
    ]

    assert plain == []
    assert model._meta.local_many_to_many == []


@pytest.mark.django_db
@pytest.mark.parametrize("model", [*MERCHANT_MODELS, Merchant], ids=[*model_names, "accounts.Merchant"])
def test_a_query_without_scope_raises(model: type[models.Model]) -> None:
    with pytest.raises(ScopeMissing):
        model._default_manager.count()
    with pytest.raises(ScopeMissing):
        model._base_manager.count()


@pytest.mark.django_db
@pytest.mark.parametrize("model", MERCHANT_MODELS, ids=model_names)
def test_the_database_itself_shows_nothing_and_takes_nothing_without_a_merchant(
    model: type[models.Model],
) -> None:
    table = model._meta.db_table

    assert _rows(f'SELECT count(*) FROM "{table}"') == [(0,)]


@pytest.mark.django_db
def test_facts_cannot_be_changed_by_the_product() -> None:
    append_only = {
        "events_event",
        "messaging_journeydecision",
        "messaging_journeyversion",
        "messaging_permissionevidence",
        "orders_consentreport",
        "tracking_promise",
    }
    rows = _rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND NOT has_table_privilege(current_user, oid, 'UPDATE')"
        " AND NOT has_table_privilege(current_user, oid, 'DELETE')"
    )

    assert append_only <= {row[0] for row in rows}


@pytest.mark.django_db
def test_a_reference_to_a_foreign_row_is_refused_by_the_database(world, other_world, now) -> None:
    from orders.models import Customer, Order
    from postpurchase.accounts.scoping import merchant_scope

    with merchant_scope(other_world.merchant.id):
        foreign = Customer.objects.create(merchant=other_world.merchant, created_at=now, updated_at=now)

    with pytest.raises(Exception, match="same_merchant") as refused, merchant_scope(world.merchant.id):
        Order.objects.create(
            merchant=world.merchant,
            store=world.store,
            customer_id=foreign.id,
            external_id="1",
            number="1",
            placed_at=now,
            currency="EUR",
            total="1",
            content_hash=b"",
            created_at=now,
            updated_at=now,
        )

    assert isinstance(refused.value.__cause__, psycopg2.errors.ForeignKeyViolation)
