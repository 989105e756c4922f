"""The command line of the benchmark: what to measure, and the table and JSON that come out."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measures import Figure, Size, measure
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
    load_before = os.getloadavg()
    figures = []
    with running() as sides:
        for figure in measure(sides, size):
            figures.append(figure)
            sys.stdout.write(_line(figure) + "\n")
            sys.stdout.flush()
    report = {
        "machine": _machine(),
        "load": {"before": load_before, "after": os.getloadavg()},
        "rounds": size.rounds,
        "figures": [{**asdict(figure), "met": figure.is_met} for figure in figures],
    }
    text = json.dumps(report, indent=2)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    else:
        sys.stdout.write(f"\n{text}\n")
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


def _line(figure: Figure) -> str:
    goal = ""
    if figure.goal is not None:
        sign, verdict = "≥" if figure.at_least else "≤", "met" if figure.is_met else "MISSED"
        goal = f"goal {sign} {figure.goal:g}: {verdict}"
    spread = f"({figure.least:.2f} to {figure.most:.2f})"
    line = f"{figure.name:<62} {figure.ratio:>7.2f}× {spread:<20} {goal}".rstrip()
    return f"{line}\n    {figure.detail}" if figure.detail else line


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
