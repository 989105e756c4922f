"""The command line of the benchmark of recommendations. Each part has a process and a merchant of its own."""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.sides import product_environment, run_command
from postpurchase import localservices
from postpurchase.supervisor import ROOT

# Of real orders, and made up. Tuning is asked for by name: it takes long, and its months are not those of the test.
ON_ORDERS, MADE_UP = ("tuning", "quality"), ("learning", "page", "serving")
# What a part's own process is started with.
_PART = "part"


def run(arguments: Sequence[str]) -> int:
    """Measure and print. Returns 0 whatever the figures are: they are a report, not a test."""
    if arguments and arguments[0] == _PART:
        return _work(arguments[1], json.loads(arguments[2]))
    parser = _parser()
    options = parser.parse_args(arguments)
    parts = options.only or (("quality", *MADE_UP) if options.orders else MADE_UP)
    if options.orders is None and set(parts) & set(ON_ORDERS):
        parser.error("tuning and quality need --orders FILE")
    sys.stdout.write(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
    with (
        tempfile.TemporaryDirectory(prefix="postpurchase-benchmark-") as folder,
        localservices.start(None, durable=True) as services,
    ):
        environment = {**product_environment(services, 0, Path(folder)), "LOG_LEVEL": "WARNING"}
        run_command(environment, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        run_command(environment, "manage.py", "migrate", "--database", "owner", "--verbosity", "0")
        for part in parts:
            run_command(environment, "manage.py", "create_merchant", part, part, "--sender-email", "shop@example.com")
            _start(environment, part, options)
    sys.stdout.write(f"load after: {os.getloadavg()[0]:.1f}\n")
    return 0


def _start(environment: Mapping[str, str], part: str, options: argparse.Namespace) -> None:
    told = {
        "orders": str(options.orders.resolve()) if options.orders else "",
        "tune_from": options.tune_from,
        "test_from": options.test_from,
        "sample": options.sample,
        "lines": options.serving_lines if part == "serving" else options.learning_lines,
        "looks": options.looks,
        "peer": options.peer_python,
    }
    sys.stdout.flush()
    command = [sys.executable, "benchmarks/recommendations.py", _PART, part, json.dumps(told)]
    subprocess.run(command, env=dict(environment), cwd=ROOT, check=True)


def _work(part: str, told: Mapping[str, object]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
    import django

    django.setup()
    from postpurchase.accounts.models import Merchant
    from postpurchase.accounts.scoping import all_merchants

    with all_merchants("each part of a benchmark has its own"):
        merchant = Merchant.objects.get(slug=part)
    file, sample = Path(str(told["orders"])), int(str(told["sample"]))
    tune_from, test_from = _day(told["tune_from"]), _day(told["test_from"])
    if part == "tuning":
        from benchmarks.recommending_tuning import tuning

        tuning(merchant=merchant, file=file, since=tune_from, until=test_from, sample=sample)
    elif part == "quality":
        from benchmarks.recommending_quality import quality

        quality(merchant=merchant, file=file, cut=test_from, sample=sample, peer_python=str(told["peer"]))
    elif part == "learning":
        from benchmarks.recommending_speed import learning

        learning(merchant=merchant, lines=int(str(told["lines"])))
    elif part == "page":
        from benchmarks.recommending_page import first_looks

        first_looks(merchant=merchant, lines=int(str(told["lines"])), looks=int(str(told["looks"])))
    else:
        from benchmarks.recommending_speed import serving

        serving(merchant=merchant, lines=int(str(told["lines"])))
    return 0


def _day(text: object) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T00:00:00+00:00")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/recommendations.py", description="How good and how fast recommendations are."
    )
    parser.add_argument(
        "--orders", type=Path, metavar="FILE", help="order lines like UCI's Online Retail (.csv, .csv.gz)"
    )
    parser.add_argument(
        "--test-from", default="2011-07-01", metavar="DAY", help="quality: learn before, ask from then (2011-07-01)"
    )
    parser.add_argument(
        "--tune-from", default="2011-05-01", metavar="DAY", help="tuning: the same, up to the test (2011-05-01)"
    )
    parser.add_argument("--sample", type=int, default=10_000, help="most customers and most baskets to ask for")
    parser.add_argument("--only", nargs="+", choices=(*ON_ORDERS, *MADE_UP), help="measure these parts")
    parser.add_argument("--learning-lines", type=int, default=500_000)
    parser.add_argument("--looks", type=int, default=400, help="first looks at a page, with and without (default: 400)")
    parser.add_argument("--serving-lines", type=int, default=5_000_000)
    parser.add_argument(
        "--peer-python",
        default=sys.executable,
        metavar="PYTHON",
        help="the Python of an environment in which the package implicit is installed",
    )
    return parser
