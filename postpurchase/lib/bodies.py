"""What a request says of its body before anybody reads it."""

from collections.abc import Mapping
from typing import Any


def declared_length(meta: Mapping[str, Any]) -> int:
    """Return how many bytes a body is said to have (``meta`` is ``request.META``); 0 without a number that says it."""
    text = str(meta.get("CONTENT_LENGTH") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
