"""Measuring the memory of imports of growing length."""

import argparse
import csv
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.reporting import most_memory_mb, verdict
from benchmarks.sides import MERCHANT, product_environment, run_command
from postpurchase import localservices

LIMIT_MB = 300
LINES_PER_ORDER = 20
# More of these lines make a workbook of more than 100 MB unpacked, which an import refuses.
MOST_LINES_OF_A_WORKBOOK = 150_000
HEADINGS = (
    "Order number", "Order date", "SKU", "Product name", "Quantity", "Unit price", "Customer number", "Shipping country"
)  # fmt: skip
# What processes of their own do: a process begins with the peak of the one that started it, so this one stays small.
_WRITE, _IMPORT = "write", "import"


def run(arguments: Sequence[str]) -> int:
    """Measure and print. Returns 0 whatever the figures are: they are a report, not a test."""
    if arguments and arguments[0] == _WRITE:
        return _write(Path(arguments[1]), int(arguments[2]))
    if arguments and arguments[0] == _IMPORT:
        return _import(Path(arguments[1]))
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="postpurchase-benchmark-") as folder:
        place = Path(folder)
        for format_ in options.formats:
            for lines in options.lines:
                if format_ == "xlsx" and lines > MOST_LINES_OF_A_WORKBOOK:
                    sys.stdout.write(f"{lines:>9,} lines xlsx  are more than a workbook may hold here\n")
                    continue
                # A database of its own for each, so that every file is as new as the first.
                with localservices.start(None, durable=True) as services:
                    environment = product_environment(services, 0, place)
                    run_command(environment, "manage.py", "migrate", "--database", "owner", "--verbosity", "0")
                    run_command(
                        environment, "manage.py", "create_merchant", MERCHANT, "X", "--sender-email", "x@example.com"
                    )
                    file = place / f"lines.{format_}"
                    run_command(environment, "benchmarks/import_memory.py", _WRITE, str(file), str(lines))
                    answer = run_command(environment, "benchmarks/import_memory.py", _IMPORT, str(file))
                    sys.stdout.write(f"{lines:>9,} lines {format_:<5} {answer}")
                    sys.stdout.flush()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/import_memory.py", description="How much memory imports take.")
    parser.add_argument("--lines", type=int, nargs="+", default=[25_000, 100_000, 300_000])
    parser.add_argument("--formats", nargs="+", choices=["csv", "xlsx"], default=["csv", "xlsx"])
    return parser


def _import(file: Path) -> int:
    """Import, and say what it took."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
    import django
    from django.core.management import call_command

    django.setup()
    before, started = most_memory_mb(), time.monotonic()
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        call_command("import_orders", str(file), f"--merchant={MERCHANT}", "--currency=EUR", stdout=nowhere)
    seconds, most = time.monotonic() - started, most_memory_mb()
    sys.stdout.write(
        f"{file.stat().st_size / 1e6:6.1f} MB file   peak memory {most:4.0f} MB (before: {before:.0f} MB)"
        f"   goal < {LIMIT_MB} MB: {verdict(most < LIMIT_MB)}   {seconds:.0f} s\n"
    )
    return 0


def _write(file: Path, lines: int) -> int:
    """Write the table; an order's lines stand anywhere in it."""
    rows = _rows(lines)
    if file.suffix == ".csv":
        with file.open("w", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows(itertools.chain([HEADINGS], rows))
        return 0
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
    book.save(file)
    return 0


def _rows(lines: int) -> Iterator[list[str | int | float]]:
    chance = random.Random(lines)  # noqa: S311 - the same table each time
    orders = list(range(lines // LINES_PER_ORDER)) * LINES_PER_ORDER
    chance.shuffle(orders)
    for order in orders:
        article = chance.randrange(4_000)
        yield [
            f"R-{order}",
            f"2026-{order % 12 + 1:02}-{order % 28 + 1:02} 10:00",
            f"A-{article}",
            f"Article {article}, in its own words and colours",
            chance.randrange(1, 12),
            article / 100 + 1,
            f"K-{order % 3_000}",
            "Germany",
        ]
