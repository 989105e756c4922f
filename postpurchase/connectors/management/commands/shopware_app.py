from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.models.store import DEFAULT_STORE
from postpurchase.connectors.services.shopware_app import NotConnected, shopware_app
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "Write the app with which a Shopware shop pushes its orders; the merchant uploads it there."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="the ZIP file to write")
        parser.add_argument("--store", default=DEFAULT_STORE, help="the storefront; the only one, if left out")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        try:
            app = shopware_app(merchant=merchant, store=options["store"], now=clock.now())
        except NotConnected:
            raise CommandError(
                "Connect Shopware 6 for this storefront first; the app is made for a connection."
            ) from None
        options["file"].write_bytes(app)
        return f"{options['file']}: upload it in the shop under Extensions, My extensions. It holds a secret."
