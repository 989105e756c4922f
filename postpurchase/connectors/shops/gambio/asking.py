"""Asking Gambio for what changed: articles, orders, and parcels' numbers (they may be entered without the order
changing).

Orders and articles are searched for by "changed at or after" and by "number at or after", so that the pages follow each
other whatever changes meanwhile; the list of orders then names the orders to be asked for one by one. Tracking codes
come newest first, until they are too old.

The shop's times have no offset. Gambio is made for shops in Germany, Austria and Switzerland, which share one clock; a
shop by another clock is caught up with every night, when everything of three days is asked for again.
"""

import base64
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from postpurchase.connectors.base import Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.polling import Found, Shop, Turn, next_page, objects_in, polled

PAGE = 50
# Each order of a page is a request of its own, and a page must not take long.
ORDERS_PAGE = 20
MOST_PAGES_OF_CODES = 200
SHOPS_CLOCK = ZoneInfo("Europe/Berlin")
HOUR = dt.timedelta(hours=1)


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of what changed. Raises ``PollFailed``."""
    ask = _Asking(credentials.get("access", "").strip())
    turns = [Turn("products", ask.products), Turn("orders", ask.orders), Turn("tracking_codes", ask.tracking_codes)]
    return next_page(turns, send, cursor, now)


class _Asking:
    """The turns, with what lets us in. A page of the first two is the number at which it begins."""

    def __init__(self, access: str) -> None:
        self._headers = {"authorization": _authorization(access), "accept": "application/json"}

    def products(self, shop: Shop, since: dt.datetime, first: int) -> Found:
        moments = ("products.products_last_modified", "products.products_date_added")
        found = self._search(shop, "products", "products.products_id", moments, since, first, PAGE)
        shop_url = self._shop_url(shop) if found else ""
        things = (polled("product", str(one["id"]), {"product": one, "shop_url": shop_url}) for one in found)
        return Found(tuple(things), len(found) == PAGE, _behind(found))

    def orders(self, shop: Shop, since: dt.datetime, first: int) -> Found:
        moments = ("orders.last_modified", "orders.date_purchased")
        listed = self._search(shop, "orders", "orders.orders_id", moments, since, first, ORDERS_PAGE)
        things = []
        for row in listed:
            order = shop.ask_if_there(self._request("GET", f"/api.php/v2/orders/{row['id']}"))
            if isinstance(order, dict):
                things.append(polled("order", str(row["id"]), {"order": order, "listed": row}))
        return Found(tuple(things), len(listed) == ORDERS_PAGE, _behind(listed))

    def tracking_codes(self, shop: Shop, since: dt.datetime, page: int) -> Found:
        path = f"/api.php/v2/tracking_codes?sort=-id&page={page}&per_page={PAGE}"
        codes = objects_in(shop.ask(self._request("GET", path)), "tracking codes")
        earliest = _shops_time(since)
        new = [code for code in codes if str(code.get("creationDate", "")) >= earliest]
        things = (polled("tracking_code", str(code.get("id")), {"tracking_code": code}) for code in new)
        return Found(tuple(things), len(codes) == len(new) == PAGE and page < MOST_PAGES_OF_CODES)

    def _search(
        self,
        shop: Shop,
        resource: str,
        number: str,
        moments: tuple[str, ...],
        since: dt.datetime,
        first: int,
        most: int,
    ) -> list[dict[str, Any]]:
        """Return at most ``most`` of what changed since then and has at least the number ``first``, by number."""
        changed = [{"geq": {moment: _shops_time(since)}} for moment in moments]
        condition = {"search": {"must": [{"geq": {number: str(first)}}, {"should": changed}]}}
        path = f"/api.php/v2/{resource}/search?sort=%2Bid&page=1&per_page={most}"
        body = json.dumps(condition).encode()
        found = objects_in(shop.ask(self._request("POST", path, body)), resource)
        if not all(isinstance(one.get("id"), int) for one in found):
            raise PollFailed(f"The shop's list of {resource} has a form that we do not know.")
        return sorted(found, key=lambda one: int(one["id"]))[:most]

    def _shop_url(self, shop: Shop) -> str:
        """Return where the shop's pages are, empty where we may not know."""
        answer = shop.ask_if_allowed(self._request("GET", "/api.php/v2/shop_information"))
        url = answer.get("url") if isinstance(answer, dict) else None
        return url if isinstance(url, str) else ""

    def _request(self, method: str, path: str, body: bytes | None = None) -> Request:
        headers = self._headers | ({"content-type": "application/json"} if body else {})
        return Request(method, path, headers, body)


def _behind(found: list[dict[str, Any]]) -> int | None:
    return int(found[-1]["id"]) + 1 if found else None


def _authorization(access: str) -> str:
    """Return the header for a token (JWT), or for a login and its password with a colon between."""
    if ":" in access:
        return f"Basic {base64.b64encode(access.encode()).decode()}"
    if not access.isascii() or not access.isprintable():
        raise PollFailed("The access is neither a token nor a login with a password.")
    return f"Bearer {access}"


def _shops_time(moment: dt.datetime) -> str:
    """Write a moment as the shop's clock shows it. In the hours around a change of the clock it is an hour earlier,
    because then the clock goes back, or two moments look the same."""
    if (moment - HOUR).astimezone(SHOPS_CLOCK).utcoffset() != (moment + HOUR).astimezone(SHOPS_CLOCK).utcoffset():
        moment -= HOUR
    return moment.astimezone(SHOPS_CLOCK).strftime("%Y-%m-%d %H:%M:%S")


POLLER = Poller(credentials={"access": "API token, or login:password of an administrator"}, poll=poll)
