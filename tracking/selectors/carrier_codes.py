"""Carriers' codes nobody knows, and what the merchant says they mean."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q

from tracking.carriers.base import Meaning, plain_code
from tracking.carriers.registry import meaning_of
from tracking.enums import ShipmentStatus, UnderstoodBy
from tracking.models import Checkpoint, CodeMeaning
from tracking.reading import Meanings

MOST_CODES = 200
# News whose code is in no table, as the index ``checkpoint_code_unknown`` keeps it (and codes that mean nothing).
CODE_UNKNOWN = ~Q(code="") & (Q(status=None) | Q(understood_by__in=[UnderstoodBy.MERCHANT, UnderstoodBy.WORDS]))


@dataclass(frozen=True, slots=True)
class UnmappedCode:
    """A carrier's code that neither our tables nor the merchant knows; ``code`` in the form of ``plain_code``.

    ``count``: pieces of news with it. ``example`` is the newest sentence that came with it. ``read_from_words``: all of
    them were understood from their sentences.
    """

    carrier: str
    code: str
    count: int
    first_seen: dt.datetime
    last_seen: dt.datetime
    example: str
    read_from_words: bool


def unmapped_codes() -> list[UnmappedCode]:
    """Return the codes nobody knows, the most frequent first, at most 200. Needs the merchant's scope."""
    known = set(CodeMeaning.objects.filter(is_withdrawn=False).values_list("carrier", "code"))
    counted: dict[tuple[str, str], list[Any]] = {}
    rows = (
        Checkpoint.objects.filter(CODE_UNKNOWN)
        .values("carrier", "code")
        .order_by()
        .annotate(
            count=Count("*"),
            read=Count("status"),
            first_seen=Min("recorded_at"),
            last_seen=Max("recorded_at"),
        )
    )
    for row in rows:
        key = (row["carrier"], plain_code(row["code"]))
        if key not in known and meaning_of(row["carrier"], row["code"]) is None:
            counted.setdefault(key, []).append(row)
    examples = _examples({(row["carrier"], row["code"]) for rows in counted.values() for row in rows})
    codes = [_unmapped(key, rows, examples) for key, rows in counted.items()]
    return sorted(codes, key=lambda one: (-one.count, one.carrier, one.code))[:MOST_CODES]


def chosen_meanings() -> list[CodeMeaning]:
    """Return what the merchant says about codes, in order of carrier and code."""
    return list(CodeMeaning.objects.filter(is_withdrawn=False).order_by("carrier", "code"))


def meanings_of(codes: Collection[tuple[str, str]]) -> Meanings:
    """Return what the merchant says about these codes (carrier and plain code). One query."""
    rows = CodeMeaning.objects.filter(
        is_withdrawn=False, carrier__in={carrier for carrier, _ in codes}, code__in={code for _, code in codes}
    )
    return {(row.carrier, row.code): meaning_by_merchant(row) for row in rows}


def meaning_by_merchant(row: CodeMeaning) -> Meaning:
    """Return a merchant's word about a code in the form of our tables."""
    return Meaning(ShipmentStatus(row.status) if row.status else None, row.substatus)


def _examples(codes: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    rows = (
        Checkpoint.objects.filter(CODE_UNKNOWN, code__in={code for _, code in codes})
        .exclude(message="")
        .order_by("carrier", "code", "-recorded_at")
        .distinct("carrier", "code")
        .values_list("carrier", "code", "message")
    )
    return {(carrier, code): message for carrier, code, message in rows} if codes else {}


def _unmapped(key: tuple[str, str], rows: list[Any], examples: dict[tuple[str, str], str]) -> UnmappedCode:
    carrier, code = key
    newest_first = sorted(rows, key=lambda row: row["last_seen"], reverse=True)
    told = (examples.get((carrier, row["code"]), "") for row in newest_first)
    return UnmappedCode(
        carrier=carrier,
        code=code,
        count=sum(row["count"] for row in rows),
        first_seen=min(row["first_seen"] for row in rows),
        last_seen=max(row["last_seen"] for row in rows),
        example=next((message for message in told if message), ""),
        read_from_words=all(row["read"] == row["count"] for row in rows),
    )
