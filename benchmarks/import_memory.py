#!/usr/bin/env python3
"""How much memory an import takes: ``python3 benchmarks/import_memory.py``.

Imports made-up order lines, whose orders are scattered over the whole file, with ``import_orders`` in a process of its
own, on a private PostgreSQL, and prints the most memory that process ever held (``getrusage``), for files of several
lengths. The same work in the same process is what a worker does for an import of the dashboard.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from postpurchase import bootstrap  # noqa: E402 - found by the line above


def main() -> int:
    bootstrap.enter_environment("benchmark", program="benchmarks/import_memory.py")

    from benchmarks.importing import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
