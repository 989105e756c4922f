"""What a carrier is told about a case: one line of a file. Pure.

Nobody's address is in it unless the carrier has to go there: a new one that the shopper gave, and nothing else.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postpurchase.lib.texts import Texts
from tracking.cases.choices import Choice
from tracking.models import CaseReason

COLUMNS = (
    "number",
    "order",
    "reason",
    "news",
    "news_at",
    "request",
    "day",
    "name",
    "street",
    "street2",
    "postal_code",
    "city",
    "country",
    "evidence",
    "since",
)
# What is between merchant and carrier; the rest is between merchant and shopper.
FOR_CARRIER = frozenset(
    [
        CaseReason.FAILED_ATTEMPT,
        CaseReason.FALSE_ATTEMPT,
        CaseReason.ADDRESS,
        CaseReason.CUSTOMS,
        CaseReason.HELD,
        CaseReason.DAMAGED,
        CaseReason.LOST,
        CaseReason.STALLED,
        CaseReason.NOT_RECEIVED,
    ]
)
# What the carrier pays for, whatever the shopper gets.
CLAIMED = frozenset([CaseReason.DAMAGED, CaseReason.LOST])


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of a case. ``wish`` is what the shopper chose (``choice`` with what goes with it), empty without.

    ``signs`` are the codes of what speaks against an attempt.
    """

    tracking_number: str
    order_number: str
    country: str
    reason: str
    substatus: str
    status_at: dt.datetime | None
    opened_at: dt.datetime
    delivery_location: str
    wish: Mapping[str, Any]
    signs: tuple[str, ...]


def heading(texts: Texts) -> list[str]:
    """Return the names of the columns."""
    return [texts(f"carrier_file.column.{name}") for name in COLUMNS]


def line_of(facts: LineFacts, *, texts: Texts, time_zone: dt.tzinfo) -> list[str]:
    """Return the cells of a case's line, as many as there are columns."""
    choice = facts.wish.get("choice", "")
    address = facts.wish.get("address") or {} if choice == Choice.NEW_ADDRESS else {}
    day = facts.wish.get("day", "") if choice == Choice.NEW_DATE else ""
    request = f"choice.{choice}" if choice and choice != Choice.CALL_ME else f"reason.{facts.reason}"
    cells = {
        "number": facts.tracking_number,
        "order": facts.order_number,
        "reason": texts(f"carrier_file.about.{facts.reason}"),
        "news": texts(f"news.{facts.substatus}") if facts.substatus and texts.has(f"news.{facts.substatus}") else "",
        "news_at": _moment(facts.status_at, time_zone),
        "request": texts(f"carrier_file.{request}"),
        "day": day,
        **{name: str(address.get(name, "")) for name in ("name", "street", "street2", "postal_code", "city")},
        "country": facts.country if address else "",
        "evidence": "; ".join(_evidence(facts, texts)),
        "since": _moment(facts.opened_at, time_zone),
    }
    return [cells[name] for name in COLUMNS]


def _evidence(facts: LineFacts, texts: Texts) -> list[str]:
    told = [texts(f"carrier_file.sign.{sign}") for sign in facts.signs if texts.has(f"carrier_file.sign.{sign}")]
    if facts.reason == CaseReason.NOT_RECEIVED and facts.delivery_location:
        place = texts(f"carrier_file.place.{facts.delivery_location}")
        told.append(texts("carrier_file.said_to_be", place=place))
    return told


def _moment(moment: dt.datetime | None, time_zone: dt.tzinfo) -> str:
    return f"{moment.astimezone(time_zone):%Y-%m-%d %H:%M}" if moment else ""
