from typing import Any

from django.core.management.base import BaseCommand

from postpurchase.accounts.scoping import all_merchants
from postpurchase.accounts.selectors import every_merchant


class Command(BaseCommand):
    help = "List all merchants: slug, name, since when, and whether their sending is paused."

    def handle(self, *args: Any, **options: Any) -> str:
        with all_merchants("an operator lists merchants"):
            return "\n".join(
                f"{merchant.slug}\t{merchant.name}\t{merchant.created_at:%Y-%m-%d}"
                + ("\tsending paused" if merchant.sending_paused else "")
                for merchant in every_merchant()
            )
