"""Asking shops in turns: first all orders that changed, then all parcels, … and from the beginning again.

    {"since": …}  ─▶  orders page 1, 2, 3  ─▶  parcels page 1  ─▶ …  ─▶  {"since": when this round began}

Each kind of thing is asked for by "changed at ``since`` or later", in an order that never changes (by number), page
by page. A thing that changes meanwhile moves no other off a page that was asked for already; it comes again in the
next round, because that one looks back to before this one began. What comes twice has the same ``delivery_id``.

When a round began is told by the shop's own clock (the ``Date`` of its answer), as "changed at" is.
"""

import datetime as dt
import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from postpurchase.connectors.base import Headers, Polled, PollFailed, PollPage, Reply, Request, Send
from postpurchase.lib.moments import http_date
from postpurchase.lib.strict_json import BATCH, NotStrict, TooLarge, loads
from postpurchase.lib.validation import Refused

# How shops name a right that is missing: Shopware's "order_transaction:read", Magento's "Magento_Sales::sales".
_RIGHT = re.compile(rb"[a-z_]{1,80}:read\b|Magento_[A-Za-z]{1,40}::[a-z_]{1,60}")
# Shopify writes "2.0".
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
LOOK_BACK = dt.timedelta(minutes=10)
LONGEST_WAIT = 3600


class Shop:
    """The shop that is asked. Every answer that is none raises ``PollFailed``, in words for the merchant.

    ``clock`` is the shop's own time, ``headers`` (names in small letters) are those of its last answer.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.clock: dt.datetime | None = None
        self.headers: Headers = {}

    def ask(self, request: Request, *, none_for: tuple[int, ...] = ()) -> Any:
        """Return what the shop answers, read from JSON; None where it answers with one of these statuses."""
        return self._ask(request, none_for)

    def ask_if_allowed(self, request: Request) -> Any:
        """Like ``ask``, but None where the credentials do not reach so far or the shop has no such thing."""
        return self._ask(request, (400, 401, 403, 404))

    def ask_if_there(self, request: Request) -> Any:
        """Like ``ask``, but None for what is gone meanwhile."""
        return self._ask(request, (404, 410))

    def _ask(self, request: Request, none_for: tuple[int, ...]) -> Any:
        reply = self._send(request)
        self.clock = http_date(reply.headers.get("date", "")) or self.clock
        self.headers = reply.headers
        if reply.status in none_for:
            return None
        if reply.status != 200:
            raise _failed(reply)
        return _tree(reply)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a turn: what changed, whether there is another page, and which one (the next number, if None)."""

    things: tuple[Polled, ...]
    more: bool
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One kind of thing. ``fetch(shop, since, page)`` returns a page; the first one is 1."""

    name: str
    fetch: Callable[[Shop, dt.datetime, int], Found]


def next_page(turns: Sequence[Turn], send: Send, cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Ask for the next page after ``cursor`` and return it with the cursor behind it."""
    since = _moment(cursor.get("since")) or now
    names = [turn.name for turn in turns]
    position = names.index(cursor["turn"]) if cursor.get("turn") in names else 0
    page = cursor.get("page") if isinstance(cursor.get("page"), int) else 1
    shop = Shop(send)
    found = turns[position].fetch(shop, since - LOOK_BACK, page or 1)
    began = _moment(cursor.get("began")) or shop.clock or now
    if found.more:
        following = {"turn": names[position], "page": found.next or (page or 1) + 1}
    elif position + 1 < len(turns):
        following = {"turn": names[position + 1], "page": 1}
    else:
        return PollPage(found.things, {"since": began.isoformat()}, more=False)
    return PollPage(found.things, {"since": since.isoformat(), "began": began.isoformat()} | following, more=True)


def polled(topic: str, id: str, body: Mapping[str, Any]) -> Polled:
    """Return a changed thing. Its delivery id is made from its content: the same content is the same delivery."""
    content = json.dumps(body, sort_keys=True, separators=(",", ":"), default=str).encode()
    return Polled(topic, body, f"{topic}:{id[:100]}:{hashlib.sha256(content).hexdigest()[:32]}")


def objects_in(value: Any, what: str) -> list[dict[str, Any]]:
    """Return the objects of a list in an answer. Raises ``PollFailed`` where it is no such list."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise PollFailed(f"The shop's list of {what} has a form that we do not know.")
    return value


def _tree(reply: Reply) -> Any:
    try:
        return loads(reply.body, BATCH)
    except (NotStrict, TooLarge, Refused):
        raise PollFailed("The shop's answer cannot be read: it is not JSON, or too large.") from None


def _moment(written: Any) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(written)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _failed(reply: Reply) -> PollFailed:
    wait = _SECONDS.fullmatch(reply.headers.get("retry-after", "").strip())
    retry_after = min(math.ceil(float(wait.group())), LONGEST_WAIT) if wait else None
    if reply.status in (401, 403):
        missing = sorted({match.decode() for match in _RIGHT.findall(reply.body[:20_000])})
        if missing:
            return PollFailed(
                f"The shop does not let these credentials read everything; missing: {', '.join(missing)}."
            )
        return PollFailed("The shop refuses these credentials, or they may not read orders.")
    if 300 <= reply.status < 400:
        to = reply.headers.get("location", "")[:200]
        return PollFailed(f"The shop's address leads on to {to or 'another one'}. Please enter that one.")
    if reply.status == 404:
        return PollFailed("There is no such interface at the shop's address.")
    if reply.status == 429:
        return PollFailed("The shop was asked too often.", retry_after=retry_after)
    return PollFailed(f"The shop answered with an error (status {reply.status}).", retry_after=retry_after)
