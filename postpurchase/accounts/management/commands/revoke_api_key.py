from typing import Any

from django.core.management.base import CommandError, CommandParser

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.services.api_keys import revoke_api_key
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "End an API key, at once and for good."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("prefix", help="the key's first 11 characters, as list_api_keys shows them")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        if not revoke_api_key(merchant=merchant, prefix=options["prefix"], now=clock.now()):
            raise CommandError(f"“{merchant.slug}” has no live key {options['prefix']}.")
        return f"Key {options['prefix']} is revoked."
