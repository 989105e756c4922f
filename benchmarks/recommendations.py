#!/usr/bin/env python3
"""How good and how fast recommendations are: ``python3 benchmarks/recommendations.py --orders FILE``.

``quality`` learns from the first months of real orders, with the product's own tables and queries, and asks what the
last ones held, beside what is popular and the package ``implicit``. ``tuning`` asks the months in between which
parameters are best. ``learning``, ``page`` (what a first look at a tracking page pays for them) and ``serving`` need no
file: they make up orders. ``templates/docs/figures.md`` has the results.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from postpurchase import bootstrap  # noqa: E402 - found by the line above


def main() -> int:
    bootstrap.enter_environment("benchmark", program="benchmarks/recommendations.py")

    from benchmarks.recommending import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
