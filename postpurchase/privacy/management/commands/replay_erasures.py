import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postpurchase.lib import clock
from postpurchase.privacy.services.replay import replay_erasures


class Command(BaseCommand):
    help = (
        "After a backup was restored: erase everybody again who was erased since. Reads what list_erasures wrote, or "
        "the product's log in JSON; other lines are passed over. Safe to repeat."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the list, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> str:
        try:
            with _lines_of(options["file"]) as lines:
                replay = replay_erasures(lines=lines, now=clock.now())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        return (
            f"{replay.erased} erased again, {replay.were_erased} were erased already, "
            f"{replay.not_there} are not in this database."
        )


@contextmanager
def _lines_of(file: str) -> Iterator[Iterable[str]]:
    if file == "-":
        yield sys.stdin
        return
    with Path(file).open(encoding="utf-8") as source:
        yield source
