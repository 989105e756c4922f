"""Orders from a CSV file of order lines, through the same door as every other order."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.conf import settings as installation
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.importers.order_lines import Columns, LeftOut, Reading, Settings, read_order_lines
from orders.inputs import OrderInput
from orders.services.ingest import upsert_orders
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.lib import clock, http
from postpurchase.lib.money import MINOR_UNITS

BATCH = 500
STATUSES = ("created", "updated", "unchanged", "ignored", "invalid")


class Push(Protocol):
    """Takes a batch and returns, for each order, its status and what is wrong with it."""

    def __call__(self, orders: Sequence[OrderInput]) -> list[tuple[str, str]]: ...


class Command(BaseCommand):
    help = (
        "Import orders from a CSV file (.csv or .csv.gz) with one row per order line. The columns are those of the "
        "Online Retail set unless --column says otherwise. Imported orders are history: nothing is sent for them, "
        "unless --live. Safe to repeat: what is there already stays unchanged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--merchant", help="import into this merchant (slug) of this installation")
        parser.add_argument("--url", help="instead, push to the API of an installation, like https://post.example.com")
        parser.add_argument("--key", help="the API key for --url")
        parser.add_argument("--currency", required=True, help="ISO 4217, like EUR")
        parser.add_argument("--time-zone", default="Europe/Berlin", help="of the dates; default: Europe/Berlin")
        parser.add_argument("--limit", type=int, help="stop after so many invoices with a positive quantity")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADING",
            help=f"repeatable; fields: {', '.join(field.name for field in fields(Columns))}; empty heading: not there",
        )
        parser.add_argument("--cancelled-prefix", default="C", help="begins invoices that take others back; default: C")
        parser.add_argument("--delimiter", default=",")
        parser.add_argument("--live", action="store_true", help="treat as new orders: start their messages")
        parser.add_argument("--left-out", type=Path, help="write what is left out to this CSV file, row by row")

    def handle(self, *args: Any, **options: Any) -> None:
        push = _push(options)
        reading = self._read(options)
        counts: Counter[str] = Counter()
        accepted = Decimal(0)
        for start in range(0, len(reading.orders), BATCH):
            batch = reading.orders[start : start + BATCH]
            for order, (status, errors) in zip(batch, push(batch), strict=True):
                counts[status] += 1
                if status == "invalid":
                    reading.left_out.append(LeftOut(order.external_id, None, f"refused: {errors}"))
                else:
                    accepted += Decimal(order.total)
        self._report(reading, counts, accepted, options)

    def _read(self, options: dict[str, Any]) -> Reading:
        settings = _settings(options)
        try:
            with _opened(options["file"]) as file:
                table = csv.DictReader(file, delimiter=options["delimiter"])
                missing = {
                    name for name in _headings(settings.columns) if name and name not in (table.fieldnames or ())
                }
                if missing:
                    raise CommandError(f"There is no column {', '.join(sorted(missing))}. Name yours with --column.")
                return read_order_lines(table, settings, options["limit"])
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from None

    def _report(self, reading: Reading, counts: Counter[str], accepted: Decimal, options: dict[str, Any]) -> None:
        for status in STATUSES:
            self.stdout.write(f"{status:>10}  {counts[status]:>7,}")
        self.stdout.write(f"{'accepted':>10}  {accepted:,} {options['currency']}")
        reasons = Counter((left.reason, "invoice" if left.row is None else "row") for left in reading.left_out)
        for (reason, what), count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
            self.stdout.write(f"{'left out':>10}  {count:>7,} {what}{'s' if count != 1 else ''}: {reason}")
        if options["left_out"]:
            with options["left_out"].open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(["invoice", "row", "reason"])
                writer.writerows([left.invoice, left.row or "", left.reason] for left in reading.left_out)


def _settings(options: dict[str, Any]) -> Settings:
    if options["currency"] not in MINOR_UNITS:
        raise CommandError(f"{options['currency']} is not an active ISO 4217 currency.")
    try:
        time_zone = ZoneInfo(options["time_zone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandError(f"{options['time_zone']} is not a time zone.") from None
    columns = Columns()
    for pair in options["column"]:
        name, equals, heading = pair.partition("=")
        if not equals or name not in {field.name for field in fields(Columns)}:
            raise CommandError(f"--column {pair}: say FIELD=HEADING with one of the fields named by --help.")
        columns = replace(columns, **{name: heading})
    return Settings(
        currency=options["currency"],
        time_zone=time_zone,
        columns=columns,
        cancelled_prefix=options["cancelled_prefix"],
        backfill=not options["live"],
    )


def _headings(columns: Columns) -> Iterator[str]:
    return (getattr(columns, field.name) for field in fields(Columns))


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            yield file
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file


def _push(options: dict[str, Any]) -> Push:
    if bool(options["merchant"]) == bool(options["url"]):
        raise CommandError("Say either --merchant or --url.")
    if options["url"]:
        if not options["key"]:
            raise CommandError("--url needs --key.")
        return _over_http(options["url"].rstrip("/"), options["key"])
    merchant = merchant_by_slug(slug=options["merchant"])
    if merchant is None:
        raise CommandError(f"There is no merchant “{options['merchant']}”. See list_merchants.")
    return _into(merchant)


def _into(merchant: Merchant) -> Push:
    def push(orders: Sequence[OrderInput]) -> list[tuple[str, str]]:
        with merchant_scope(merchant.id):
            results = upsert_orders(merchant=merchant, orders=orders, now=clock.now())
        return [(one.status, "; ".join(f"{bad.pointer} {bad.message}" for bad in one.errors)) for one in results]

    return push


def _over_http(url: str, key: str) -> Push:
    # The operator names the target here, so it may be on their own network.
    allow = [*installation.EGRESS_ALLOW, url.partition("://")[2].partition("/")[0]]

    def push(orders: Sequence[OrderInput]) -> list[tuple[str, str]]:
        try:
            answer = http.request(
                "POST",
                f"{url}/api/v1/orders/batch",
                headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
                body=msgspec.json.encode({"orders": orders}),
                allow=allow,
                most_bytes=8_000_000,
                total_seconds=120,
            )
        except http.EgressError as error:
            raise CommandError(f"{url} could not be reached: {error.reason}") from None
        if answer.status != 200:
            raise CommandError(f"{url} answered {answer.status}: {answer.body.decode(errors='replace')[:500]}")
        results = msgspec.json.decode(answer.body)["results"]
        return [
            (one["status"], "; ".join(f"{bad['pointer']} {bad['message']}" for bad in one["errors"])) for one in results
        ]

    return push
