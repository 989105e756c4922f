"""Orders from a file, at the command line: the same work as in the dashboard, without the dry run."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from django.conf import settings as installation
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Sum
from django.utils import translation

from orders.inputs import OrderInput
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.selectors import merchant_by_slug
from postpurchase.imports import words
from postpurchase.imports.enums import WORKING, Kind, Outcome, State
from postpurchase.imports.fields import fields_of
from postpurchase.imports.findings import StagedRow
from postpurchase.imports.mapping import Settings, first_guess, mapping_problems
from postpurchase.imports.models import ImportEntry, ImportJob
from postpurchase.imports.orders_from_rows import read_order
from postpurchase.imports.selectors import finding_counts, import_by_id, outcome_counts, problem_lines, samples_of
from postpurchase.imports.services.jobs import create_import, map_import
from postpurchase.imports.services.work import work_on
from postpurchase.imports.tables.cells import Cell, Table, UnreadableFile
from postpurchase.imports.tables.reading import SAMPLES, fitted, recognise, rows_of
from postpurchase.lib import clock, http
from postpurchase.lib.money import MINOR_UNITS

BATCH = 500
STATUSES = ("created", "updated", "unchanged", "ignored", "refused", "left_out")
CANCELLATIONS = ("refunded", "partly_refunded", "unmatched")
# The words of this command's options for fields that the dashboard calls otherwise.
OPTIONS = {"invoice": "number", "name": "line_name", "customer": "customer_id", "country": "shipping_country"}


class Command(BaseCommand):
    help = (
        "Import orders from a CSV file (also .csv.gz) or an XLSX workbook with one row per order line or per order. "
        "Columns are recognised by their headings unless --column says otherwise. Imported orders are history: nothing "
        "is sent for them, unless --live. Safe to repeat: what is there already stays unchanged. A command that is "
        "stopped in the middle is finished by the workers."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--merchant", help="import into this merchant (slug) of this installation")
        parser.add_argument("--url", help="instead, push to the API of an installation, like https://post.example.com")
        parser.add_argument("--key", help="the API key for --url")
        parser.add_argument("--currency", required=True, help="ISO 4217, like EUR")
        parser.add_argument("--time-zone", default="Europe/Berlin", help="of the dates; default: Europe/Berlin")
        parser.add_argument("--limit", type=int, help="stop after so many invoices with a positive quantity")
        names = [*OPTIONS, *(name for name in fields_of(Kind.ORDERS) if name not in OPTIONS.values())]
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=HEADING",
            help=f"repeatable; fields: {', '.join(names)}; empty heading: not there",
        )
        parser.add_argument("--cancelled-prefix", default="C", help="begins invoices that take others back; default: C")
        parser.add_argument("--left-out-prefix", default="A", help="begins invoices that are no orders; default: A")
        parser.add_argument("--delimiter", default="", help="between cells; recognised unless you say so")
        parser.add_argument("--date-format", choices=["dmy", "mdy"], help="of dates like 03/04/2026")
        parser.add_argument("--decimal-mark", choices=[",", "."], help="recognised unless you say so")
        parser.add_argument("--live", action="store_true", help="treat as new orders: start their messages")
        parser.add_argument("--left-out", type=Path, help="write every row that did not come in to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["merchant"]) == bool(options["url"]):
            raise CommandError("Say either --merchant or --url.")
        if options["url"] and not options["key"]:
            raise CommandError("--url needs --key.")
        merchant = _merchant(options["merchant"]) if options["merchant"] else None
        given = _settings(options)
        with translation.override("en"):
            self._read(options["file"], merchant, given, options)

    def _read(self, path: Path, merchant: Merchant | None, given: Settings, options: dict[str, Any]) -> None:
        try:
            with path.open("rb") as file:
                if merchant:
                    self._import(merchant, file, given, options)
                else:
                    self._push(file, given, options)
        except UnreadableFile as error:
            row = f" (row {error.row})" if error.row else ""
            raise CommandError(f"{path} cannot be read: {words.FILE[error.code]}{row}") from None
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error}") from None

    def _import(self, merchant: Merchant, file: BinaryIO, given: Settings, options: dict[str, Any]) -> None:
        with merchant_scope(merchant.id):
            job = create_import(
                merchant=merchant,
                kind=Kind.ORDERS,
                file=file,
                file_name=options["file"].name,
                user=None,
                now=clock.now(),
                delimiter=options["delimiter"],
            )
            samples = samples_of(job=job, limit=SAMPLES)
            mapping, settings = _mapped(msgspec.convert(job.table, Table), samples, given, options)
            map_import(job=job, mapping=mapping, settings=settings, now=clock.now(), dry_run=False)
        job = _finished(job)
        with merchant_scope(merchant.id):
            self._report(job, settings)
            if options["left_out"]:
                with options["left_out"].open("w", newline="", encoding="utf-8") as left_out:
                    left_out.writelines(problem_lines(job=job, headings=["row", "field", "reason"]))
        if job.state != State.DONE:
            raise CommandError(f"The import is {job.state}: {words.FILE.get(job.problem, job.problem)}")

    def _report(self, job: ImportJob, settings: Settings) -> None:
        counts = outcome_counts(job=job)
        for status in STATUSES:
            self.stdout.write(f"{status:>15}  {counts.get(status, 0):>7,}")
        for status in CANCELLATIONS:
            if counts.get(status):
                self.stdout.write(f"{status:>15}  {counts[status]:>7,} cancellations")
        accepted = ImportEntry.objects.filter(
            job_id=job.id, is_cancellation=False, outcome__in=[Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED]
        )
        total = Order.objects.filter(number__in=accepted.values("key")).aggregate(sum=Sum("total"))["sum"] or 0
        self.stdout.write(f"{'accepted':>15}  {total:,} {settings.currency}")
        reasons = finding_counts(job=job)
        for (outcome, code), count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
            self.stdout.write(f"{outcome:>15}  {count:>7,} × {words.FINDING.get(code, code)}")

    def _push(self, file: BinaryIO, given: Settings, options: dict[str, Any]) -> None:
        """Over HTTP there are no tables to work with, so the file is grouped in memory; cancellations are left out."""
        table = recognise(file, delimiter=options["delimiter"])
        samples = [cells for _, cells in islice(rows_of(file, table), SAMPLES)]
        mapping, settings = _mapped(table, samples, given, options)
        orders, left_out = _orders_of(file, table, mapping, settings)
        counts: Counter[str] = Counter()
        for start in range(0, len(orders), BATCH):
            for status, errors in _pushed(options, orders[start : start + BATCH]):
                counts[status] += 1
                left_out.update([errors] if errors else [])
        for status in ("created", "updated", "unchanged", "ignored", "invalid"):
            self.stdout.write(f"{status:>15}  {counts[status]:>7,}")
        for reason, count in left_out.most_common():
            self.stdout.write(f"{'left out':>15}  {count:>7,} × {reason}")


def _finished(job: ImportJob) -> ImportJob:
    """Work until the import is over; where a worker has the step at hand, wait for it."""
    current: ImportJob | None = job
    while current is not None and current.state in WORKING:
        if not work_on(merchant_id=job.merchant_id, job_id=job.id):
            time.sleep(0.2)
        with merchant_scope(job.merchant_id):
            current = import_by_id(job_id=job.id)
    if current is None:
        raise CommandError("Somebody threw the import away.")
    return current


def _merchant(slug: str) -> Merchant:
    merchant = merchant_by_slug(slug=slug)
    if merchant is None:
        raise CommandError(f"There is no merchant “{slug}”. See list_merchants.")
    return merchant


def _settings(options: dict[str, Any]) -> Settings:
    if options["currency"] not in MINOR_UNITS:
        raise CommandError(f"{options['currency']} is not an active ISO 4217 currency.")
    try:
        ZoneInfo(options["time_zone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandError(f"{options['time_zone']} is not a time zone.") from None
    return Settings(currency=options["currency"], time_zone=options["time_zone"], backfill=not options["live"])


def _mapped(
    table: Table, samples: Sequence[Sequence[Cell]], given: Settings, options: dict[str, Any]
) -> tuple[dict[str, int], Settings]:
    """Return the columns and settings: guessed, then as the options say."""
    mapping, guess = first_guess(Kind.ORDERS, table.headings, samples, given)
    fields = fields_of(Kind.ORDERS)
    for pair in options["column"]:
        option, equals, heading = pair.partition("=")
        name = OPTIONS.get(option, option)
        if not equals or name not in fields:
            raise CommandError(f"--column {pair}: say FIELD=HEADING with one of the fields named by --help.")
        if heading and heading not in table.headings:
            raise CommandError(f"There is no column {heading}. There are: {', '.join(table.headings)}.")
        mapping.pop(name, None)
        if heading:
            mapping[name] = table.headings.index(heading)
    missing = [str(fields[problem.pointer].label) for problem in mapping_problems(Kind.ORDERS, mapping, 500)]
    if missing:
        raise CommandError(f"There is no column for: {', '.join(missing)}. Name yours with --column.")
    return mapping, msgspec.structs.replace(
        guess,
        cancelled_prefix=options["cancelled_prefix"],
        left_out_prefix=options["left_out_prefix"],
        limit=options["limit"],
        date_format=options["date_format"] or guess.date_format,
        decimal_mark=options["decimal_mark"] or guess.decimal_mark,
    )


def _orders_of(
    file: BinaryIO, table: Table, mapping: dict[str, int], settings: Settings
) -> tuple[list[OrderInput], Counter[str]]:
    """Return the orders of a file, and how often which reason kept rows from being one."""
    groups: dict[str, list[StagedRow]] = {}
    for number, cells in rows_of(file, table):
        row = StagedRow(number, fitted(cells, len(table.headings)))
        groups.setdefault(str(row.cells[mapping["number"]]).strip(), []).append(row)
    orders: list[OrderInput] = []
    left_out: Counter[str] = Counter()
    for key, rows in groups.items():
        if settings.limit is not None and len(orders) >= settings.limit:
            break
        if settings.cancelled_prefix and key.startswith(settings.cancelled_prefix):
            left_out["A cancellation. Import with --merchant, on the installation itself, to have it refunded."] += 1
            continue
        reading = read_order(rows, mapping, settings)
        if reading.order:
            orders.append(reading.order)
        left_out.update(words.reason(finding) for finding in reading.findings)
        left_out.update([str(words.FINDING[reading.left_out])] if reading.left_out else [])
    return orders, left_out


def _pushed(options: dict[str, Any], orders: Sequence[OrderInput]) -> Iterator[tuple[str, str]]:
    url = options["url"].rstrip("/")
    try:
        answer = http.request(
            "POST",
            f"{url}/api/v1/orders/batch",
            headers={"Authorization": f"Bearer {options['key']}", "Content-Type": "application/json"},
            body=msgspec.json.encode({"orders": orders}),
            # The operator names the target here, so it may be on their own network.
            allow=[*installation.EGRESS_ALLOW, url.partition("://")[2].partition("/")[0]],
            most_bytes=8_000_000,
            total_seconds=120,
        )
    except http.EgressError as error:
        raise CommandError(f"{url} could not be reached: {error.reason}") from None
    if answer.status != 200:
        raise CommandError(f"{url} answered {answer.status}: {answer.body.decode(errors='replace')[:500]}")
    for one in msgspec.json.decode(answer.body)["results"]:
        yield one["status"], "; ".join(f"{bad['pointer']} {bad['message']}" for bad in one["errors"])
