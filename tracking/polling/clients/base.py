"""The shape of a client. Everything here is pure: a request out of numbers and keys, news out of an answer."""

import base64
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tracking.carriers.answers.base import Headers, Heard
from tracking.enums import Carrier

Credentials = Mapping[str, str]
"""A merchant's keys at a carrier, by the names of ``Client.credentials``."""

# What carriers print on parcels. Anything else would reach other addresses of theirs.
ASKABLE = re.compile(r"[A-Z0-9]{5,50}")
SHORTEST_LIFE = 60
LONGEST_LIFE = 24 * 3600


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. ``path`` is below the address of the carrier's interface."""

    method: str
    path: str
    headers: Headers = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """What lets us in for a while: OAuth 2's access token or the like, good for ``seconds``."""

    value: str = field(repr=False)
    seconds: int


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """Where a client gets its token: the request for one, and what its answer says (or ``CarrierTrouble``).

    ``address`` is empty where tokens are given out at the interface's own. ``refused_with`` are the HTTP statuses of
    the interface that may mean a token it no longer takes.
    """

    request: Callable[[Credentials], Request]
    read: Callable[[int, Headers, bytes], Token]
    address: str = ""
    refused_with: tuple[int, ...] = (401,)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and with what. ``token`` is empty where the client needs none; ``language`` is ``de`` or ``en``.

    ``request_id`` is another one for every request.
    """

    numbers: Sequence[str]
    credentials: Credentials = field(repr=False)
    language: str
    country: str
    request_id: str
    token: str = field(default="", repr=False)


class Reader(Protocol):
    """Returns what an answer says of each parcel, or raises ``CarrierTrouble``; ``zone`` reads times without offset."""

    def __call__(self, status: int, headers: Headers, body: bytes, /, *, zone: dt.tzinfo) -> list[Heard]: ...


@dataclass(frozen=True, slots=True)
class Client:
    """One interface of a carrier.

    ``credentials`` are the fields a merchant fills in (name → label in English). ``address`` is where the interface is.
    ``quota_per_day`` is what the carrier grants at first, None where it names nothing; it counts until 00:00 GMT.
    ``seconds_between`` is the least time between two requests. ``example`` is a number of its documentation, asked to
    try keys out where a merchant has no parcel yet.
    """

    name: str
    title: str
    carrier: Carrier
    address: str
    credentials: Mapping[str, str]
    request: Callable[[Question], Request]
    read: Reader
    example: str
    numbers_at_once: int = 1
    quota_per_day: int | None = None
    seconds_between: int = 0
    token: TokenDesk | None = None


def basic_authorization(user: str, password: str) -> str:
    """Return the value of an ``Authorization`` header by user and password (RFC 7617)."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def within_reason(seconds: int | None) -> int:
    """Return for how long a token is kept: as it is said, a day at most; one without a stated life for a minute."""
    return max(SHORTEST_LIFE, min(seconds or 0, LONGEST_LIFE))


def is_askable(number: str) -> bool:
    """Say whether a tracking number may become part of an address."""
    return ASKABLE.fullmatch(number) is not None
