"""The command line of the benchmark of orders coming in: what to measure, and the table and JSON that come out."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.ingest_measures import Size, measure
from benchmarks.reporting import report
from benchmarks.sides import running


def run(arguments: Sequence[str]) -> int:
    """Measure and print. Returns 0 whether goals are met or not: a figure is a report, not a test."""
    options = _parser().parse_args(arguments)
    size = Size(
        rounds=options.rounds,
        puts=options.puts,
        batches=options.batches,
        latencies=options.latencies,
        batch_sizes=options.sizes,
    )
    with running() as sides:
        report(measure(sides, size), rounds=size.rounds, file=options.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks/ingest.py", description="How fast orders come in.")
    parser.add_argument("--rounds", type=int, default=9, help="default: 9; the median of their ratios is shown")
    parser.add_argument("--puts", type=int, default=60, help="orders by PUT, per round and side (default: 60)")
    parser.add_argument("--batches", type=int, default=1, help="batches per round and side (default: 1)")
    parser.add_argument("--latencies", type=int, default=200, help="requests per round and side (default: 200)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 500], help="orders in a batch (default: 100 500)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there instead of printing it")
    return parser
