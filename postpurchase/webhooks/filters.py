"""Which events an endpoint wants: names (``order.placed``), beginnings (``order.*``), or all (``*``)."""

import re
from collections.abc import Sequence

from django.db.models import Q

MOST_PATTERNS = 50
EVERYTHING = "*"
_PART = r"[A-Za-z0-9_-]+"
_PATTERN = re.compile(rf"\A(?:\*|{_PART}(?:\.{_PART})*(?:\.\*)?)\Z")


def is_pattern(text: str) -> bool:
    """Say whether ``text`` may stand in an endpoint's filter."""
    return len(text) <= 60 and _PATTERN.match(text) is not None


def matches(patterns: Sequence[str], event_type: str) -> bool:
    """Say whether an event of this type is wanted."""
    return any(
        pattern in (EVERYTHING, event_type) or (pattern.endswith(".*") and event_type.startswith(pattern[:-1]))
        for pattern in patterns
    )


def as_condition(patterns: Sequence[str]) -> Q:
    """Return ``matches`` as a condition on the field ``type``."""
    if EVERYTHING in patterns:
        return Q()
    condition = Q(type__in=[pattern for pattern in patterns if not pattern.endswith(".*")])
    for pattern in patterns:
        if pattern.endswith(".*"):
            condition |= Q(type__startswith=pattern[:-1])
    return condition
