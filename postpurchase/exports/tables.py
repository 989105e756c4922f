"""Which tables an export holds, and in which order they can come back."""

from django.apps import apps
from django.db import models

from postpurchase.accounts.models import Merchant, MerchantModel, User

# What is not a merchant's data, each with its reason.
LEFT_OUT = {
    "api.StoredAnswer": "answers kept for three days, for repeated requests",
}

Table = type[MerchantModel] | type[Merchant]


def exported_tables() -> list[Table]:
    """Return the tables of an export, each after those it points at. The merchant itself comes first."""
    waiting = [
        model
        for model in sorted(apps.get_models(), key=lambda model: model._meta.label)
        if issubclass(model, MerchantModel) and model._meta.label not in LEFT_OUT
    ]
    ordered: list[Table] = [Merchant]
    while waiting:
        ready = [model for model in waiting if not _points_at(model) & (set(waiting) - {model})]
        if not ready:
            raise TypeError(f"these tables point at each other in a circle: {waiting}")
        ordered += ready
        waiting = [model for model in waiting if model not in ready]
    return ordered


def file_name(table: Table, suffix: str) -> str:
    """Return where a table stands in the archive: ``orders/order_line.jsonl``."""
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in table.__name__)
    return f"{table._meta.app_label}/{words.lstrip('_')}.{suffix}"


def user_columns(table: Table) -> list[str]:
    """Return the columns that name a person who works with the product; they belong to the installation."""
    return [field.column for field in _foreign_keys(table) if field.related_model is User]


def _points_at(table: Table) -> set[type[models.Model]]:
    return {field.related_model for field in _foreign_keys(table)}


def _foreign_keys(table: Table) -> list["models.ForeignKey[models.Model, models.Model]"]:
    return [field for field in table._meta.local_fields if isinstance(field, models.ForeignKey)]
