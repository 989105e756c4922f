from typing import Any

from django.core.management.base import CommandError, CommandParser

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.lib import clock
from postpurchase.privacy.models import ErasureSource, ErasureState
from postpurchase.privacy.selectors.people import people_called
from postpurchase.privacy.services.erase import request_erasure


class Command(MerchantCommand):
    help = "Forget a customer, a guest too. Orders and sums stay without the person. Cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--external-id", default="", help="the shop's id of the customer")
        who.add_argument("--email", default="", help="everybody with this address, guests included")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        customers = people_called(external_id=options["external_id"], email=options["email"])
        if not customers:
            raise CommandError(f"“{merchant.slug}” has no such customer.")
        erasures = [
            request_erasure(merchant=merchant, customer=customer, source=ErasureSource.COMMAND, now=clock.now())
            for customer in customers
        ]
        held = sum(erasure.state == ErasureState.HELD for erasure in erasures)
        waits = f", {held} of them held by a legal hold" if held else ""
        return f"{len(erasures)} erased{waits}; workers do the rest within a minute."
