import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from messaging.providers.registry import PROVIDERS
from messaging.services.feedback import connect_provider
from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = (
        "Let a mail or SMS provider report what became of messages, and show the address to set up there. "
        "Mailgun: --secret is the HTTP webhook signing key; Twilio: the auth token; Postmark: made up here."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("provider", choices=sorted(PROVIDERS))
        parser.add_argument("--secret", default="", help="what proves the provider's reports")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        provider = options["provider"]
        secret = options["secret"] or secrets.token_urlsafe(24)
        connect_provider(merchant=merchant, provider=provider, secret=secret, now=clock.now())
        address = f"{settings.BASE_URL}/hooks/{merchant.slug}/providers/{provider}/"
        if provider == "postmark":
            scheme, _, rest = address.partition("://")
            return f"{scheme}://postpurchase:{secret}@{rest}"
        return address
