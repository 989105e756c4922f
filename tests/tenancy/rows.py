"""One row in every merchant table, made from the models themselves: a new table is covered the day it appears."""

import datetime as dt
import itertools
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from messaging.journeys.definition import definition_as_data
from messaging.journeys.standard import standard_journeys
from postpurchase.accounts.models import Merchant, MerchantModel, User
from postpurchase.lib.crypto import seal

MERCHANT_MODELS: list[type[MerchantModel]] = [model for model in apps.get_models() if issubclass(model, MerchantModel)]

_number = itertools.count(1)
# Where any value of the right type would not do.
_PARTICULAR = {
    ("accounts.StorePath", "key_sealed"): lambda: seal("k" * 22),
    ("imports.ImportJob", "table"): lambda: {"format": "csv", "encoding": "utf-8", "delimiter": ",", "headings": ["A"]},
    ("loyalty.Badge", "currency"): lambda: "",  # its rule is not about money
    ("messaging.JourneyVersion", "definition"): lambda: definition_as_data(standard_journeys()[0]),
    ("privacy.LegalHold", "order"): lambda: None,  # it is on a customer or on an order
}


def fill_world(merchant: Merchant, *, mark: str) -> dict[type[MerchantModel], MerchantModel]:
    """Store one row of every merchant table for ``merchant``; free texts start with ``mark``. Needs its scope."""
    rows: dict[type[MerchantModel], MerchantModel] = {}
    for model in MERCHANT_MODELS:
        _row(model, merchant, mark, rows)
    return rows


def _row(
    model: type[MerchantModel], merchant: Merchant, mark: str, rows: dict[type[MerchantModel], MerchantModel]
) -> MerchantModel:
    if model in rows:
        return rows[model]
    if model._meta.label == "accounts.Store":
        rows[model] = model.objects.get(slug="default")
        return rows[model]
    values: dict[str, Any] = {"merchant": merchant}
    for field in model._meta.local_concrete_fields:
        if field.primary_key or field.name == "merchant":
            continue
        values[field.name] = _value(field, model, merchant, mark, rows)
    rows[model] = model.objects.create(**values)
    return rows[model]


def _value(field: Any, model: type[MerchantModel], merchant: Merchant, mark: str, rows: Any) -> Any:
    if particular := _PARTICULAR.get((model._meta.label, field.name)):
        return particular()
    if isinstance(field, models.ForeignKey):
        if field.related_model is model:
            return None
        if field.related_model is User:
            return User.objects.create_user(email=f"{mark}-{next(_number)}@example.com".lower())
        return _row(field.related_model, merchant, mark, rows)
    if field.has_default() and not isinstance(field, models.CharField | models.TextField):
        return field.get_default()
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.BinaryField):
        return f"{mark}{next(_number)}".encode()[-32:]
    if isinstance(field, ArrayField | models.JSONField):
        return field.get_default() or []
    if isinstance(field, models.DateTimeField):
        return dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    if isinstance(field, models.DateField):
        return dt.date(2026, 7, 1)
    if isinstance(field, models.UUIDField):
        return merchant.id
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField | models.DecimalField | models.FloatField):
        return 1000 + next(_number) if field.unique else 1
    return f"{mark}{next(_number)}"[: field.max_length]
