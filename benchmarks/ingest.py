#!/usr/bin/env python3
"""How fast orders come in, as ratios of one run: ``python3 benchmarks/ingest.py``.

Starts a private PostgreSQL, the product, and beside it a peer as the documentation of Django REST framework shows it
(``benchmarks/peer``), and measures both over HTTP on the same machine at the same time. Absolute times depend on the
machine; the ratios of one run hardly do. ``templates/docs/figures.md`` says what was found.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from postpurchase import bootstrap  # noqa: E402 - found by the line above


def main() -> int:
    bootstrap.enter_environment("benchmark", program="benchmarks/ingest.py")

    from benchmarks.ingesting import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
