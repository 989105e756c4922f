"""Every table of a merchant with what its columns say about people, collected from the apps' ``personal_data.py``."""

import uuid
from collections.abc import Collection
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.models import Order
from postpurchase.accounts.models import MerchantModel
from postpurchase.lib.personal_data import SUBJECT, Table

# Columns that may hold words. Others (numbers, days, switches) are spoken of only where they are personal.
WORDY = (models.CharField, models.TextField, models.JSONField, models.BinaryField, ArrayField)


@lru_cache(maxsize=1)
def tables() -> dict[type[MerchantModel], Table]:
    """Return what the apps say, by model, in the order of the apps."""
    found: dict[type[MerchantModel], Table] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.personal_data"
        if find_spec(name) is None:
            continue
        for model_name, table in import_module(name).TABLES.items():
            found[_merchants_model(config.get_model(model_name))] = table
    return found


def wordy_columns(model: type[models.Model]) -> list[str]:
    """Return the names of a model's columns that may hold words, in any form."""
    return [field.name for field in model._meta.local_concrete_fields if isinstance(field, WORDY)]


class RowsOfPerson:
    """A person's rows, table by table. Needs the merchant's scope for as long as it is used.

    The ids of one table's rows are read before those of the next: a chain of joins over tables whose statistics are
    old can take PostgreSQL minutes where this takes a second.
    """

    def __init__(self, customer_ids: Collection[uuid.UUID]) -> None:
        self._customer_ids = list(customer_ids)
        self._ids: dict[tuple[type[models.Model], str], list[uuid.UUID]] = {}

    def of(self, model: type[MerchantModel], table: Table) -> models.QuerySet[MerchantModel]:
        """Return the person's rows of a table, oldest first."""
        if table.rows is not None:
            found: models.QuerySet[MerchantModel] = table.rows(self._customer_ids)
            return found.order_by("pk")
        mine = Q(pk__in=[])
        for way in (table.person or "").split():
            mine |= self._condition(model, way)
        return model.objects.filter(mine).order_by("pk")

    def _condition(self, model: type[MerchantModel], way: str) -> Q:
        """Return what tells the person's rows, by the first step of the way."""
        first, _, rest = way.partition("__")
        if way == "pk":
            return Q(pk__in=self._customer_ids)
        if way == SUBJECT:
            return Q(subject_id__in=[*self._customer_ids, *self._rows_on_the_way(Order, "customer")])
        target = model._meta.get_field(first).related_model
        ids = self._rows_on_the_way(_merchants_model(target), rest) if rest else self._customer_ids
        return Q(**{f"{first}__in": ids})

    def _rows_on_the_way(self, model: type[MerchantModel], way: str) -> list[uuid.UUID]:
        key = (model, way)
        if key not in self._ids:
            self._ids[key] = list(model.objects.filter(self._condition(model, way)).values_list("pk", flat=True))
        return self._ids[key]


def _merchants_model(model: Any) -> type[MerchantModel]:
    if not (isinstance(model, type) and issubclass(model, MerchantModel)):
        raise TypeError(f"{model} is not a table of merchants")
    return model
