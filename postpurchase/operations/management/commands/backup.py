from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postpurchase.operations.backup import BackupError, dump


class Command(BaseCommand):
    help = "Copy the whole database into a file (pg_dump). The secrets are not in it: keep them apart, and keep them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, required=True, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            dump(options["to"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        return f"{options['to']}: {options['to'].stat().st_size:,} bytes."
