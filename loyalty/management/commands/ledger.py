"""`manage.py ledger verify [--merchant SLUG]`: replay every customer's points and name what is not as promised."""

import argparse
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loyalty.selectors import violations
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope


class Command(BaseCommand):
    help = "Check the points ledger: balances, lots and receivables must follow from the entries."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--merchant", default="", help="slug; all merchants where none is named")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with an error where a promise is broken."""
        merchants = _merchants(options["merchant"])
        broken = 0
        for slug, merchant_id in merchants:
            with merchant_scope(merchant_id):
                for violation in violations(merchant=Merchant.objects.get()):
                    broken += 1
                    self.stderr.write(f"{slug}: {violation.code} customer={violation.customer_id} {violation.found}")
        if broken:
            raise CommandError(f"{broken} broken promises in the ledger")
        self.stdout.write(f"The ledger is sound ({len(merchants)} merchants).")


def _merchants(slug: str) -> list[tuple[str, uuid.UUID]]:
    with all_merchants("an operator verifies every ledger"):
        rows = Merchant.objects.order_by("slug").values_list("slug", "id")
        found = list(rows.filter(slug=slug) if slug else rows)
    if slug and not found:
        raise CommandError(f"no merchant “{slug}”")
    return found
