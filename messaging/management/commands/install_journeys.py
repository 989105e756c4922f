"""``manage.py install_journeys MERCHANT``: the standard journeys at once, those that were deleted included."""

from typing import Any

from messaging.services.journeys import install_standard_journeys
from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "Give a merchant every standard journey it does not have, also those it deleted. Advertising ones come off."

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        installed = install_standard_journeys(merchant=merchant, now=clock.now())
        return f"{len(installed)} journeys installed: {', '.join(one.key for one in installed) or 'none was missing'}."
