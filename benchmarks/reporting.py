"""Printing what was measured: a line as soon as a figure is there, and all of it as JSON."""

import json
import os
import platform
import resource
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.rounds import Figure


def report(measured: Iterable[Figure], *, rounds: int, file: Path | None) -> None:
    """Print each figure when it is measured; then write the report to ``file``, or print it too."""
    load_before = os.getloadavg()
    figures = []
    for figure in measured:
        figures.append(figure)
        sys.stdout.write(_line(figure) + "\n")
        sys.stdout.flush()
    content = {
        "machine": _machine(),
        "load": {"before": load_before, "after": os.getloadavg()},
        "rounds": rounds,
        "figures": [{**asdict(figure), "met": figure.is_met} for figure in figures],
    }
    text = json.dumps(content, indent=2)
    if file:
        file.write_text(text + "\n", encoding="utf-8")
    else:
        sys.stdout.write(f"\n{text}\n")


def verdict(is_met: bool) -> str:
    """Say whether a goal is met."""
    return "met" if is_met else "MISSED"


def most_memory_mb() -> float:
    """Return the most memory that this process ever held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3


def _line(figure: Figure) -> str:
    goal = ""
    if figure.goal is not None:
        sign = "≥" if figure.at_least else "≤"
        goal = f"goal {sign} {figure.goal:g}: {verdict(bool(figure.is_met))}"
    spread = f"({figure.least:.2f} to {figure.most:.2f})"
    line = f"{figure.name:<62} {figure.ratio:>7.2f}× {spread:<20} {goal}".rstrip()
    return f"{line}\n    {figure.detail}" if figure.detail else line


def _machine() -> dict[str, Any]:
    return {"system": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
