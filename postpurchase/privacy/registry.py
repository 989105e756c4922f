"""Every table of a merchant with what its columns say about people, collected from the apps' ``personal_data.py``."""

import uuid
from collections.abc import Collection
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

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


def rows_of(
    model: type[MerchantModel], table: Table, customer_ids: Collection[uuid.UUID]
) -> models.QuerySet[MerchantModel]:
    """Return a person's rows of a table, oldest first. Needs the merchant's scope."""
    if table.rows is not None:
        found: models.QuerySet[MerchantModel] = table.rows(customer_ids)
        return found.order_by("pk")
    match table.person:
        case None:
            return model.objects.none()
        case "pk":
            mine = Q(pk__in=customer_ids)
        case str(way) if way == SUBJECT:
            orders = Order.objects.filter(customer_id__in=customer_ids).values("pk")
            mine = Q(subject_id__in=customer_ids) | Q(subject_id__in=orders)
        case ways:
            mine = Q()
            for way in ways.split():
                mine |= Q(**{f"{way}__in": customer_ids})
    return model.objects.filter(mine).order_by("pk")


def _merchants_model(model: type[models.Model]) -> type[MerchantModel]:
    if not issubclass(model, MerchantModel):
        raise TypeError(f"{model._meta.label} belongs to no merchant")
    return model
