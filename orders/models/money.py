"""How money is stored: a decimal with room for unit prices of four places; the currency stands beside it."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    Decimal = models.DecimalField[Any, Any]
else:
    Decimal = models.DecimalField


class MoneyField(Decimal):
    """NUMERIC(19, 4)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "max_digits": 19, "decimal_places": 4})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        del options["max_digits"], options["decimal_places"]
        return name, path, args, options
