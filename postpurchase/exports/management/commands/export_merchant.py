"""``manage.py export_merchant``: all data of one merchant as a ZIP file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.exports.archive import archive_chunks
from postpurchase.lib import clock


class Command(BaseCommand):
    help = "Write all data of a merchant into a ZIP file: JSON Lines, which import_merchant reads again, or CSV."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("merchant", help="the merchant's slug")
        parser.add_argument("--to", type=Path, required=True, metavar="FILE")
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")

    def handle(self, *args: Any, **options: Any) -> str:
        """Write beside the file and move it into place, so that a broken export is never taken for a whole one."""
        merchant = merchant_by_slug(slug=options["merchant"])
        if merchant is None:
            raise CommandError(f"There is no merchant “{options['merchant']}”. See list_merchants.")
        target: Path = options["to"]
        part = target.with_name(f"{target.name}.part")
        try:
            with part.open("wb") as file:
                part.chmod(0o600)
                file.writelines(archive_chunks(merchant=merchant, format=options["format"], now=clock.now()))
            part.replace(target)
        except OSError as error:
            raise CommandError(f"{target} cannot be written: {error.strerror}.") from None
        finally:
            part.unlink(missing_ok=True)
        return f"{target}: everything of “{merchant.slug}”, {target.stat().st_size:,} bytes. It holds personal data."
