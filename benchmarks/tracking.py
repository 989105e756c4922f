#!/usr/bin/env python3
"""How fast carriers' news comes in and tracking pages go out, as ratios: ``python3 benchmarks/tracking.py``.

News is measured against a stock Django REST framework view (``benchmarks/peer/tracking.py``), pages against the same
page as a stock Django view on the same server (``benchmarks/stock``). ``templates/docs/figures.md`` has the results.
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from postpurchase import bootstrap  # noqa: E402 - found by the line above


def main() -> int:
    bootstrap.enter_environment("benchmark", program="benchmarks/tracking.py")

    from benchmarks.reporting import report
    from benchmarks.sides import running
    from benchmarks.tracking_measures import Size, measure

    options = _parser().parse_args()
    size = Size(rounds=options.rounds, checkpoints=options.checkpoints, arrays=options.arrays, pages=options.pages)
    with running("benchmarks.stock.wsgi:application") as sides:
        report(measure(sides, size, only=options.only or ""), rounds=size.rounds, file=options.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="benchmarks/tracking.py", description="How fast carriers' news comes in and tracking pages go out."
    )
    parser.add_argument("--rounds", type=int, default=9, help="default: 9; the median of their ratios is shown")
    parser.add_argument("--checkpoints", type=int, default=40, help="pieces of news per round and side (default: 40)")
    parser.add_argument("--arrays", type=int, default=1, help="arrays of 100 per round and side (default: 1)")
    parser.add_argument("--pages", type=int, default=100, help="pages per round and kind (default: 100)")
    parser.add_argument("--only", choices=["news", "pages"], help="measure one of both")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there instead of printing it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
