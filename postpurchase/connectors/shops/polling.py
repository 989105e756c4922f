"""What pollers of shops with an ordinary JSON API have in common."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from postpurchase.connectors.base import PollFailed, Reply
from postpurchase.lib.moments import in_utc

# Shops' clocks and transactions are late: what changed shortly before the last look is looked at again.
OVERLAP = dt.timedelta(minutes=10)
LONGEST_PAUSE = 3600


def since(cursor: Mapping[str, Any], name: str = "since") -> dt.datetime:
    """Return a moment of the cursor, in UTC."""
    return in_utc(dt.datetime.fromisoformat(str(cursor[name])))


def as_text(moment: dt.datetime) -> str:
    """Write a moment as RFC 3339 in UTC, whole seconds."""
    return in_utc(moment).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def unchanged_id(kind: str, number: str, body: Any) -> str:
    """Return an id that is the same as long as the body is: changes within one second are told apart, too."""
    content = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return f"poll:{kind}:{number[:80]}:{hashlib.sha256(content).hexdigest()[:32]}"


def checked_reply(reply: Reply, shop: str, *, refused: str) -> Any:
    """Return the JSON of an answer. Raises ``PollFailed`` with a text for the merchant.

    ``refused`` says what to look at where the shop does not take the credentials.
    """
    if reply.status == 429:
        raise PollFailed(f"{shop} asks to wait: too many requests.", retry_after=_pause(reply))
    if reply.status in (401, 403):
        raise PollFailed(f"{shop} refuses the credentials (HTTP {reply.status}). {refused}")
    if reply.status == 404:
        raise PollFailed(f"{shop} was not found at this address (HTTP 404). Is the shop's address right?")
    if reply.status != 200:
        raise PollFailed(f"{shop} answers with HTTP {reply.status}.", retry_after=_pause(reply))
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        raise PollFailed(f"{shop} answers with something that is not JSON; is it closed for maintenance?") from None


def items_of(found: Any, shop: str) -> list[dict[str, Any]]:
    """Return the objects of a list. Raises ``PollFailed`` for anything else."""
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise PollFailed(f"{shop} answers with something else than a list.")
    return found


def _pause(reply: Reply) -> int | None:
    """Return ``Retry-After`` in whole seconds, rounded up; None where it is none or a date."""
    written = next((value for name, value in reply.headers.items() if name.lower() == "retry-after"), "").strip()
    whole, _, fraction = written.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 6):
        return None
    return min(int(whole) + (1 if fraction.strip("0") else 0), LONGEST_PAUSE)
