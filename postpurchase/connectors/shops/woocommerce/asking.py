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

from postpurchase.connectors.base import Headers, Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.polling import LOOK_BACK, Shop, objects_in, polled
from postpurchase.connectors.shops.moments import as_text, since_of

BASE = "/wp-json/wc/v3"
PAGE = 50
# The most that WooCommerce puts into one answer.
MOST = 100
# What is asked for in turn, and the topic its bodies get.
TURNS = {"orders": "order.updated", "products": "product.updated"}
TOO_OLD = "WooCommerce does not understand the question; it may be too old to be asked. Please update it."


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of changes. Raises ``PollFailed``."""
    turn = str(cursor.get("turn", "orders"))
    page, after = cursor.get("page", 1), str(cursor.get("after") or as_text(since_of(cursor) - LOOK_BACK))
    if turn not in TURNS or not isinstance(page, int):
        raise PollFailed("The place where asking stopped cannot be read.")
    shop, headers = Shop(send), _headers(credentials)
    items = _ask(shop, headers, f"{turn}?{urlencode(_query(after, page))}")
    wholes = [_whole(shop, headers, turn, item) for item in items]
    found = tuple(polled(TURNS[turn], str(item.get("id")), item) for item in wholes)
    began = str(cursor.get("began") or as_text(shop.clock or now))
    following = {"since": cursor["since"], "began": began, "turn": turn}
    if len(items) == PAGE:
        return PollPage(found, {**following, **_next_place(after, page, items[-1])}, more=True)
    if turn == "orders":
        return PollPage(found, {**following, "turn": "products"}, more=True)
    return PollPage(found, {"since": began}, more=False)


def _query(after: str, page: int) -> dict[str, Any]:
    return {
        "status": "any",
        "modified_after": after.removesuffix("Z"),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "per_page": PAGE,
        "page": page,
    }


def _next_place(after: str, page: int, last: Mapping[str, Any]) -> dict[str, Any]:
    """Return where the next page begins: a second before the last change, for others of the same second.

    Where a whole page changed within one second, its pages are counted after all.
    """
    try:
        changed = dt.datetime.fromisoformat(str(last.get("date_modified_gmt"))).replace(tzinfo=dt.UTC)
        later = as_text(changed - dt.timedelta(seconds=1))
    except (ValueError, OverflowError):
        raise PollFailed("WooCommerce does not say when something changed last.") from None
    return {"after": later, "page": 1} if later > after else {"after": after, "page": page + 1}


def _whole(shop: Shop, headers: Headers, turn: str, item: dict[str, Any]) -> dict[str, Any]:
    """Complete what a list leaves out: of which lines refunds are, and what variations are like."""
    number = item.get("id")
    if isinstance(number, int) and turn == "orders" and item.get("refunds"):
        return {**item, "refunds": _ask(shop, headers, f"orders/{number}/refunds?per_page={MOST}")}
    if isinstance(number, int) and turn == "products" and item.get("type") == "variable":
        return {**item, "variations": _ask(shop, headers, f"products/{number}/variations?per_page={MOST}")}
    return item


def _ask(shop: Shop, headers: Headers, question: str) -> list[dict[str, Any]]:
    answer = shop.ask(Request("GET", f"{BASE}/{question}", headers), none_for=(400,))
    if answer is None:
        raise PollFailed(TOO_OLD)
    return objects_in(answer, question.partition("?")[0])


def _headers(credentials: Mapping[str, str]) -> Headers:
    pair = f"{credentials['key'].strip()}:{credentials['secret'].strip()}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


POLLER = Poller(credentials={"key": "Consumer key", "secret": "Consumer secret"}, poll=poll)
