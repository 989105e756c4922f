from typing import Any

from django.core.management.base import CommandParser

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.services.merchants import pause_sending


class Command(MerchantCommand):
    help = "Hold back everything a merchant would send (--resume lets it go again); nothing is lost meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--resume", action="store_true")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        paused = not options["resume"]
        changed = pause_sending(merchant=merchant, paused=paused)
        state = "paused" if paused else "on"
        return f"Sending of “{merchant.slug}” {'is now' if changed else 'was already'} {state}."
