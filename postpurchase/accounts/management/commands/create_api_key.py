import datetime as dt
from typing import Any

from django.core.management.base import CommandParser

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant, Scope
from postpurchase.accounts.services.api_keys import create_api_key
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "Create an API key and show it. Nobody can show it again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="what it is for, like “shop plug-in”")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="what it may do; repeatable (default: everything)"
        )
        parser.add_argument("--requests-per-minute", type=int, default=600, help="default: 600; 0 means no limit")
        parser.add_argument("--days", type=int, help="ends after so many days (default: never)")

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        now = clock.now()
        key, secret = create_api_key(
            merchant=merchant,
            name=options["name"],
            scopes=[Scope(scope) for scope in options["scope"] or Scope.values],
            now=now,
            requests_per_minute=options["requests_per_minute"] or None,
            expires_at=now + dt.timedelta(days=options["days"]) if options["days"] else None,
        )
        self.stderr.write(f"Key {key.prefix} of “{merchant.slug}”. It is shown this once; keep it now.")
        return secret
