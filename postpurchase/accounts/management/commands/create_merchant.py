from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.services.journeys import install_standard_journeys
from postpurchase.accounts.management.base import reasons
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.merchants import create_merchant
from postpurchase.lib import clock


class Command(BaseCommand):
    help = "Create a merchant with its default store and the standard journeys."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="first part of its public addresses: lower case letters, digits, hyphens")
        parser.add_argument("name")
        parser.add_argument("--sender-email", required=True, help="the address its mails come from")
        parser.add_argument("--country", default="DE", help="where it is, ISO 3166 (default: DE)")
        parser.add_argument("--time-zone", default="Europe/Berlin", help="default: Europe/Berlin")

    def handle(self, *args: Any, **options: Any) -> str:
        now = clock.now()
        try:
            merchant = create_merchant(
                slug=options["slug"],
                name=options["name"],
                sender_email=options["sender_email"],
                now=now,
                merchant_fields={"country": options["country"].upper(), "time_zone": options["time_zone"]},
            )
        except ValidationError as error:
            raise CommandError(reasons(error)) from None
        with merchant_scope(merchant.id):
            install_standard_journeys(merchant=merchant, now=now)
        return f"Created merchant “{merchant.slug}”. Next: add_member {merchant.slug} EMAIL --role owner"
