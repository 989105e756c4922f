"""What shops, carriers and importers hand to tracking. Field names are the API's (one definition for body and call).

Decoding (``msgspec.convert``) checks shape and length; the services check what needs the order or the carrier's tables
and answer with ``Problem``.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

import msgspec
from msgspec import Meta

from tracking.enums import DeliveryLocation, ShipmentStatus

Moment = Annotated[dt.datetime, Meta(tz=True)]
# https, a host without a name in front of it, no spaces.
SecureAddress = Annotated[str, Meta(max_length=2000, pattern=r"^https://[^\s/?#@]+([/?#]\S*)?$(?!\n)")]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$(?!\n)")]


class ShipmentLineInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``line`` is the order line's ``external_id``."""

    line: Annotated[str, Meta(min_length=1, max_length=200)]
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]


class ShipmentInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One parcel as the shop tells it. No ``lines`` means: the shop does not say what is in it.

    ``window_from`` and ``window_to`` are the hours in which it comes, at most 24; they name the day as well.
    """

    external_id: Annotated[str, Meta(min_length=1, max_length=200)]
    carrier: Annotated[str, Meta(max_length=100)] | None = None
    tracking_number: Annotated[str, Meta(max_length=100)] | None = None
    tracking_url: Annotated[str, Meta(max_length=2000)] | None = None
    service: Annotated[str, Meta(max_length=100)] | None = None
    shipped_at: Moment | None = None
    lines: tuple[ShipmentLineInput, ...] = ()
    promised_from: dt.date | None = None
    promised_to: dt.date | None = None
    window_from: Moment | None = None
    window_to: Moment | None = None


class CheckpointInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of carrier news about a number. ``status``, ``code`` or ``message`` is enough.

    Without ``carrier`` it is the parcel's. ``promised_from`` and ``promised_to`` are the days on which the carrier then
    expected to deliver, ``window_from`` and ``window_to`` the hours, at most 24.
    """

    tracking_number: Annotated[str, Meta(min_length=1, max_length=100)]
    occurred_at: Moment
    carrier: Annotated[str, Meta(max_length=100)] | None = None
    status: ShipmentStatus | None = None
    substatus: Annotated[str, Meta(max_length=40)] | None = None
    code: Annotated[str, Meta(max_length=100)] | None = None
    message: Annotated[str, Meta(max_length=1000)] | None = None
    city: Annotated[str, Meta(max_length=200)] | None = None
    country: Country | None = None
    delivery_location: DeliveryLocation | None = None
    delivery_location_text: Annotated[str, Meta(max_length=300)] | None = None
    signed_by: Annotated[str, Meta(max_length=200)] | None = None
    proof_url: SecureAddress | None = None
    promised_from: dt.date | None = None
    promised_to: dt.date | None = None
    window_from: Moment | None = None
    window_to: Moment | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an input: where (JSON pointer), a code for programs, a sentence for people."""

    pointer: str
    code: str
    message: str


class ShipmentRefused(ValueError):
    """A shipment that cannot be stored as told; ``problems`` say why. Nothing was changed."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def plain_number(number: str) -> str:
    """Return a tracking number as it is stored and matched: no white space, upper case."""
    return "".join(number.split()).upper()
