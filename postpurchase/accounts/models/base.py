"""What every table of a merchant has in common: its merchant, an id, and a manager that needs a scope."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from postpurchase.accounts.scoping import current_scope
from postpurchase.lib.ids import uuid7

M = TypeVar("M", bound=models.Model)


class ScopedManager(models.Manager[M]):
    """Sees the rows of the open scope's merchant only, and raises ``ScopeMissing`` where no scope is open."""

    def get_queryset(self) -> models.QuerySet[M]:
        scope = current_scope()
        queryset = super().get_queryset()
        return queryset if scope.merchant_id is None else queryset.filter(merchant_id=scope.merchant_id)


class MerchantForeignKey(models.ForeignKey[Any, Any]):
    """A foreign key between two tables of the same merchant.

    Django's own constraint is off, because PostgreSQL checks a plain foreign key past row-level security: a row of one
    merchant could point at a row of another. ``MerchantWalls`` adds ``(merchant_id, x_id)`` instead.
    """

    def __init__(self, to: Any, on_delete: Any = models.CASCADE, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class MerchantModel(models.Model):
    """Base of every table that belongs to a merchant. Its migration must end with ``MerchantWalls``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    merchant = models.ForeignKey("accounts.Merchant", on_delete=models.CASCADE, related_name="+", db_index=False)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
