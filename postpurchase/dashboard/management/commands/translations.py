"""``manage.py translations``: bring the German words in line with templates and code."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postpurchase.dashboard import catalogue


class Command(BaseCommand):
    help = "Collect the words of templates and code into postpurchase/locale/de and compile them."

    # Words need no secrets and no database.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write django.po and django.mo; name what still lacks German words and exit with 1 then."""
        missing = catalogue.update()
        if missing:
            raise CommandError("Still without German words:\n" + "\n".join(f"  {words}" for words in missing))
        self.stdout.write("Every word is translated.")
