"""Bodies that nobody on this project wrote, from the folder that ``OUTSIDE_DATA`` names; none where it names none."""

import os
from pathlib import Path
from typing import Any

from postpurchase.lib.strict_json import SINGLE, loads


def bodies_in(folder: str) -> list[Path]:
    """Return the JSON files of a folder below ``OUTSIDE_DATA``."""
    root = os.environ.get("OUTSIDE_DATA", "")
    return sorted((Path(root) / folder).rglob("*.json")) if root else []


def body_in(path: Path) -> Any:
    """Read one of them as deliveries are read."""
    return loads(path.read_bytes(), SINGLE)
