"""``migrate``, as the owner of the tables, with the product's role allowed to use what it creates."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import migrate
from django.db import connections

from postpurchase.operations.privileges import RoleMissing, grant_on_new_tables


class Command(migrate.Command):
    """Django's command on the connection DATABASE_OWNER_URL.

    The product's own role neither owns tables nor may change them. What it may do with rows is granted by default
    privileges *before* the tables are made, so that a migration can take some of it away again (append-only tables).
    """

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner" if "owner" in settings.DATABASES else "default")

    def handle(self, *args: Any, **options: Any) -> str | None:
        alias = options["database"]
        role = str(settings.DATABASES["default"]["USER"])
        if alias == "owner":
            try:
                grant_on_new_tables(connections[alias], role=role)
            except RoleMissing as error:
                raise CommandError(str(error)) from None
        return super().handle(*args, **options)
