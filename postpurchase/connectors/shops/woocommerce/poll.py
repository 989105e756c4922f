"""Asking the REST API for what webhooks missed: orders with the lines of their refunds, and products.

https://woocommerce.github.io/woocommerce-rest-api-docs/#list-all-orders (``modified_after``, ``dates_are_gmt``,
``orderby=modified``). Changed orders come oldest change first, and the next page begins with the moment of the last
one's change: counting pages would leave out an order whenever one before it changes while we look.
"""

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from postpurchase.connectors.base import Headers, Polled, Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.shops.polling import OVERLAP, as_text, checked_reply, items_of, since, unchanged_id

BASE = "/wp-json/wc/v3"
PAGE = 50
# The most that WooCommerce puts into one answer.
MOST = 100
# What is looked at in turn, and the topic its bodies get.
LOOKS = {"orders": "order.updated", "products": "product.updated"}
REFUSED = "The key needs the right to read, and its user must be allowed to manage orders."
TOO_OLD = "WooCommerce does not understand the question; it may be too old to be asked. Please update it."


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of changes. Raises ``PollFailed``."""
    kind = str(cursor.get("kind", "orders"))
    if kind not in LOOKS:
        raise PollFailed("The place where asking stopped cannot be read.")
    place = {
        "since": cursor["since"],
        "began": str(cursor.get("began") or as_text(now)),
        "kind": kind,
        "after": str(cursor.get("after") or as_text(since(cursor) - OVERLAP)),
        "page": int(cursor.get("page", 1)),
    }
    headers = _headers(credentials)
    items = _ask(send, headers, f"{BASE}/{kind}?{urlencode(_query(place))}")
    wholes = [_whole(send, headers, kind, item) for item in items]
    found = tuple(Polled(LOOKS[kind], item, unchanged_id(kind, str(item.get("id")), item)) for item in wholes)
    if len(items) == PAGE:
        return PollPage(found, _next_place(place, items[-1]), more=True)
    if kind == "orders":
        return PollPage(found, {"since": place["since"], "began": place["began"], "kind": "products"}, more=True)
    return PollPage(found, {"since": place["began"]}, more=False)


def _query(place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": "any",
        "modified_after": str(place["after"]).removesuffix("Z"),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "per_page": PAGE,
        "page": place["page"],
    }


def _next_place(place: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the next page begins: a second before the last change, for others of the same second.

    Where a whole page changed within one second, its pages are counted after all.
    """
    try:
        changed = dt.datetime.fromisoformat(str(last.get("date_modified_gmt"))).replace(tzinfo=dt.UTC)
        after = as_text(changed - dt.timedelta(seconds=1))
    except (ValueError, OverflowError):
        raise PollFailed("WooCommerce does not say when something changed last.") from None
    if after > place["after"]:
        return {**place, "after": after, "page": 1}
    return {**place, "page": place["page"] + 1}


def _whole(send: Send, headers: Headers, kind: str, item: dict[str, Any]) -> dict[str, Any]:
    """Complete what a list leaves out: of which lines refunds are, and what variations are like."""
    number = item.get("id")
    if isinstance(number, int) and kind == "orders" and item.get("refunds"):
        return {**item, "refunds": _ask(send, headers, f"{BASE}/orders/{number}/refunds?per_page={MOST}")}
    if isinstance(number, int) and kind == "products" and item.get("type") == "variable":
        return {**item, "variations": _ask(send, headers, f"{BASE}/products/{number}/variations?per_page={MOST}")}
    return item


def _ask(send: Send, headers: Headers, path: str) -> list[dict[str, Any]]:
    reply = send(Request("GET", path, headers))
    if reply.status == 400:
        raise PollFailed(TOO_OLD)
    return items_of(checked_reply(reply, "WooCommerce", refused=REFUSED), "WooCommerce")


def _headers(credentials: Mapping[str, str]) -> Headers:
    pair = f"{credentials['key'].strip()}:{credentials['secret'].strip()}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


POLLER = Poller(credentials={"key": "Consumer key", "secret": "Consumer secret"}, poll=poll)
