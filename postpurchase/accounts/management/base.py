"""What operator commands about one merchant have in common."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.selectors import merchant_by_slug


class MerchantCommand(BaseCommand, ABC):
    """A command whose first argument is a merchant's slug; ``work`` runs in that merchant's scope.

    What ``work`` returns is printed. A ``ValidationError`` becomes a readable end.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("merchant", help="the merchant's slug")

    def handle(self, *args: Any, **options: Any) -> str:
        merchant = merchant_by_slug(slug=options["merchant"])
        if merchant is None:
            raise CommandError(f"There is no merchant “{options['merchant']}”. See list_merchants.")
        try:
            with merchant_scope(merchant.id):
                return self.work(merchant, options)
        except ValidationError as error:
            raise CommandError(reasons(error)) from None

    @abstractmethod
    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        """Do it and return what to print."""


def reasons(error: ValidationError) -> str:
    """What is wrong, in the commands' language whatever the installation's is."""
    with translation.override("en"):
        return " ".join(error.messages)
