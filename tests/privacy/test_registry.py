"""Every column that may hold words is spoken of once: personal, or nobody's for a reason."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from orders.models import Customer, Order
from postpurchase.accounts.models import MerchantModel
from postpurchase.lib.personal_data import Table
from postpurchase.privacy.registry import tables, wordy_columns

MERCHANT_MODELS = [model for model in apps.get_models() if issubclass(model, MerchantModel)]
NAMES = [model._meta.label for model in MERCHANT_MODELS]
# Rows that point at a customer or order without being about them.
NOT_OF_A_PERSON: dict[str, str] = {}


def test_every_table_is_spoken_of() -> None:
    missing = {model._meta.label for model in MERCHANT_MODELS} - {model._meta.label for model in tables()}

    assert missing == set(), "say what their columns are, in the app's personal_data.py"


@pytest.mark.parametrize("model", MERCHANT_MODELS, ids=NAMES)
def test_every_column_of_words_is_tagged_once(model: type[MerchantModel]) -> None:
    table = tables()[model]
    named = Counter(table.named_columns)
    columns = {field.name for field in model._meta.local_concrete_fields}

    assert {name for name, count in named.items() if count > 1} == set()
    assert set(named) - columns == set(), "there are no such columns"
    assert set(wordy_columns(model)) - set(named) == set(), "personal, or nobody's: say so, with the reason"
    assert all(reason.strip() for reason in (*table.plain, *table.hidden))


@pytest.mark.parametrize("model", MERCHANT_MODELS, ids=NAMES)
def test_rows_that_lead_to_a_person_say_so_and_stand_in_their_copy(model: type[MerchantModel]) -> None:
    table = tables()[model]
    leads = _leads_to_a_person(model, set())

    assert table.is_of_a_person or not leads or model._meta.label in NOT_OF_A_PERSON, "name the way to the customer"
    assert bool(table.section) == table.is_of_a_person
    assert table.is_of_a_person or not table.personal, "personal columns need the way to their person"


def test_sections_have_names_of_their_own() -> None:
    sections = Counter(table.section for table in tables().values() if table.section)

    assert {name for name, count in sections.items() if count > 1} == set()


def test_a_column_nobody_spoke_of_would_be_noticed() -> None:
    forgotten = Table(personal="email")

    untagged = set(wordy_columns(Customer)) - set(forgotten.named_columns)

    assert untagged >= {"external_id", "phone", "first_name", "last_name", "company", "attributes"}


def _leads_to_a_person(model: type[models.Model], seen: set[type[models.Model]]) -> bool:
    if model in (Customer, Order):
        return True
    seen.add(model)
    return any(
        _leads_to_a_person(field.related_model, seen)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model not in seen
    )
