"""Data that nobody on this project wrote, from the folder that ``OUTSIDE_DATA`` names; nothing where it names none."""

import json
import os
from pathlib import Path
from typing import Any


def outside_files(pattern: str) -> list[Path]:
    """Return the files below ``OUTSIDE_DATA`` that match a pattern, sorted."""
    root = os.environ.get("OUTSIDE_DATA", "")
    return sorted(Path(root).glob(pattern)) if root else []


def outside_json(pattern: str) -> list[Any]:
    """Return the items of the lists in JSON files below ``OUTSIDE_DATA``."""
    return [item for path in outside_files(pattern) for item in json.loads(path.read_text(encoding="utf-8"))]
