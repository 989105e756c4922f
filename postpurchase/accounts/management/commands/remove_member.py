from typing import Any

from django.core.management.base import CommandError, CommandParser

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.services.people import remove_member


class Command(MerchantCommand):
    help = "Take a person's role at a merchant away, at once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        if not remove_member(merchant=merchant, email=options["email"]):
            raise CommandError(f"{options['email']} has no role at “{merchant.slug}”.")
        return f"{options['email']} has no role at “{merchant.slug}” any more."
