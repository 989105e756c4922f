"""What aggregators' bodies have in common: one piece of news becomes one checkpoint in our words.

What an aggregator says in a word of its own that is not in its table is kept under that word, with the aggregator's
name in front so that it is never taken for the carrier's own code, and changes no status.
"""

import datetime as dt
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from postpurchase.connectors.base import CarrierNews, Change, Context, Ignored, Unreadable, WrongSignature
from postpurchase.connectors.reading import carrier_in
from tracking.carriers.answers.base import country, in_order, moment, text
from tracking.enums import STATUS_OF_SUBSTATUS, ShipmentStatus
from tracking.inputs import CheckpointInput

NOTHING_NEW = "It tells of nothing that happened to a parcel."
# A sender's word → our status, or our substatus (which names its status).
Words = Mapping[str, str]


def checkpoint(
    *,
    sender: str,
    number: Any,
    carrier: Any,
    at: dt.datetime | None,
    word: Any,
    meaning: str,
    message: Any = None,
    city: Any = None,
    country_code: Any = None,
    signed_by: Any = None,
) -> CheckpointInput | None:
    """Return one piece of news, None where it says neither when nor what. ``meaning`` is ours, empty for unknown."""
    told, said = text(number, 100), text(word, 80)
    if told is None or at is None or (said is None and not meaning):
        return None
    status = STATUS_OF_SUBSTATUS.get(meaning) or (ShipmentStatus(meaning) if meaning else None)
    delivered = status == ShipmentStatus.DELIVERED
    return CheckpointInput(
        tracking_number=told,
        carrier=carrier_in((text(carrier, 100) or "").replace("_", " ").replace("-", " ")),
        occurred_at=at,
        status=status,
        substatus=meaning if meaning in STATUS_OF_SUBSTATUS else None,
        code=f"{sender}:{said or meaning}",
        message=text(message, 1000),
        city=text(city, 200),
        country=country(country_code),
        signed_by=text(signed_by, 200) if delivered else None,
    )


def changes(found: Sequence[CheckpointInput | None]) -> Sequence[Change]:
    """Return the news as a delivery's changes, in the order in which it happened."""
    told = in_order(found)
    return [CarrierNews(told)] if told else [Ignored(NOTHING_NEW)]


def when(value: Any, context: Context, *, at: Any = None, utc: bool = False) -> dt.datetime | None:
    """Return a moment; one without offset is local to the country ``at``, else to the merchant, or in UTC."""
    zone: dt.tzinfo = dt.UTC if utc else ZoneInfo(context.time_zone)
    return moment(value, None if utc else country(at), zone)


def object_of(value: Any, what: str) -> dict[str, Any]:
    """Return an object. Raises ``Unreadable`` for anything else."""
    if not isinstance(value, dict):
        raise Unreadable(f"{what}: an object is expected.")
    return value


def field_of(body: bytes, *names: str) -> str:
    """Return a text of a JSON body by its way, empty where there is none: for what is looked at before it is stored."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def same_secret(given: str, secret: str) -> None:
    """Raise ``WrongSignature`` unless the sender knows the secret. Takes the same time for every wrong one."""
    if not secret or not hmac.compare_digest(given.encode(errors="backslashreplace"), secret.encode()):
        raise WrongSignature("The secret is not ours.")
