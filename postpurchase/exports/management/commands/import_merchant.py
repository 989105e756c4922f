"""``manage.py import_merchant``: an export comes back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postpurchase.exports.services.bring_back import CannotBringBack, bring_back


class Command(BaseCommand):
    help = "Bring a merchant back from an export (JSON Lines). All or nothing; sending stays paused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            result = bring_back(path=options["file"])
        except CannotBringBack as error:
            raise CommandError(str(error)) from None
        lines = [f"“{result.merchant.slug}” is here: {sum(result.rows.values()):,} rows.", *result.remarks]
        return "\n".join(lines)
