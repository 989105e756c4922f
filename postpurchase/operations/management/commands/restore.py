from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from postpurchase.operations.backup import BackupError, load


class Command(BaseCommand):
    help = "Fill an empty database from a file of “backup” (pg_restore), then do what after_restore does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, then hold everything back."""
        try:
            load(options["file"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        call_command("after_restore", stdout=self.stdout, stderr=self.stderr)
