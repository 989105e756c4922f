"""What a drawing is told about a product."""

from __future__ import annotations

from dataclasses import dataclass

CLOTH = "url(#p)"


@dataclass(frozen=True, kw_only=True)
class Look:
    """`main` and `second` are palette names, `pattern` a name of patterns.PATTERNS that is filled with both;
    `text` is written on signs and blocks; `form` chooses a variant inside the family."""

    main: str
    second: str
    pattern: str
    text: str
    form: str
