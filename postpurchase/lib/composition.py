"""Text in one composition: NFC (Unicode Standard Annex 15).

``é`` may come as one character or as two that look the same. Everything is stored composed, so that what looks the same
is the same: an id, a name, an article number.
"""

import unicodedata
from typing import Any

from postpurchase.lib.strict_json import NotStrict


def composed_text(text: str) -> str:
    """Return text in NFC."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def composed(tree: Any, raw: bytes) -> Any:
    """Return what was read from ``raw`` with all its text in NFC. Raises ``NotStrict`` where two keys become one.

    Costs next to nothing where the document is composed already, as nearly all are.
    """
    if b"\\u" not in raw and (raw.isascii() or unicodedata.is_normalized("NFC", raw.decode())):
        return tree
    return _composed(tree)


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return composed_text(value)
    if isinstance(value, list):
        return [_composed(item) for item in value]
    if isinstance(value, dict):
        result = {composed_text(name): _composed(item) for name, item in value.items()}
        if len(result) != len(value):
            raise NotStrict("Two keys of one object are the same text, differently composed.")
        return result
    return value
