"""Asking the Admin API for what webhooks missed: orders (with their refunds and parcels) and products.

https://shopify.dev/docs/api/admin-rest/latest/resources/order (``status``, ``updated_at_min``) and
https://shopify.dev/docs/api/admin-rest/usage/pagination: the next page is the ``Link`` with ``rel="next"``, and its
``page_info`` goes with no other filter. Only when all pages of a round are in does ``since`` move, to the moment when
the round began.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from postpurchase.connectors.base import Headers, Polled, Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.polling import LOOK_BACK, Shop, objects_in, polled
from postpurchase.connectors.shops.moments import as_text, since_of

VERSION = "2026-01"
# Shopify would give 250, but says so much of an order that such an answer is larger than what is read at once.
PAGE = 50
# What is asked for in turn, and the topic its bodies get.
TURNS = {"orders": "orders/updated", "products": "products/update"}
# How access tokens begin that Shopify showed merchants until the end of 2025; they go on working.
TOKENS = ("shpat_", "shpca_", "shppa_")
_TOKEN = re.compile(r"[\x21-\x7e]{1,500}")
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="?next"?')
_PAGE_INFO = re.compile(r"[A-Za-z0-9_=-]{1,2000}")


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of changes. Raises ``PollFailed``."""
    turn, page = str(cursor.get("turn", "orders")), str(cursor.get("page", ""))
    if turn not in TURNS:
        raise PollFailed("The place where asking stopped cannot be read.")
    shop = Shop(send)
    question = Request("GET", _path(turn, page, cursor), {"X-Shopify-Access-Token": _token(shop, credentials)})
    # Pages are kept for a while only (400). Products may be kept from us (403); webhooks can tell of them still.
    answer = shop.ask(question, none_for=(400,) if page else (403,) if turn == "products" else ())
    if answer is None and page:
        return PollPage((), {"since": cursor["since"]}, more=True)
    found = _found(turn, answer)
    began = str(cursor.get("began") or as_text(shop.clock or now))
    following = {"since": cursor["since"], "began": began, "turn": turn}
    if next_page := _next_page(shop.headers):
        return PollPage(found, {**following, "page": next_page}, more=True)
    if turn == "orders":
        return PollPage(found, {**following, "turn": "products"}, more=True)
    return PollPage(found, {"since": began}, more=False)


def _found(turn: str, answer: Any) -> tuple[Polled, ...]:
    if answer is None:
        return ()
    listed = answer.get(turn) if isinstance(answer, dict) else None
    if not isinstance(listed, list):
        raise PollFailed(f"The shop's list of {turn} has a form that we do not know.")
    return tuple(polled(TURNS[turn], str(item.get("id")), item) for item in objects_in(listed, turn))


def _path(turn: str, page: str, cursor: Mapping[str, Any]) -> str:
    query: dict[str, Any] = {"limit": PAGE}
    if page:
        query["page_info"] = page
    else:
        query["updated_at_min"] = as_text(since_of(cursor) - LOOK_BACK)
        if turn == "orders":
            query["status"] = "any"
    return f"/admin/api/{VERSION}/{turn}.json?{urlencode(query)}"


def _next_page(headers: Headers) -> str:
    """Return the name of the next page. Only the name is taken: where to ask is ours to say."""
    match = _NEXT.search(headers.get("link", ""))
    if match is None:
        return ""
    (page,) = parse_qs(urlsplit(match.group(1)).query).get("page_info", [""])[:1]
    if not _PAGE_INFO.fullmatch(page):
        raise PollFailed("Shopify names a next page that is none.")
    return page


def _token(shop: Shop, credentials: Mapping[str, str]) -> str:
    """Return an access token: the one given, else one for a day in exchange for the app's client ID and secret.

    https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
    """
    secret = credentials["client_secret"].strip()
    if secret.startswith(TOKENS):
        return secret
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials["client_id"].strip(),
        "client_secret": secret,
    }
    content_type = {"Content-Type": "application/x-www-form-urlencoded"}
    question = Request("POST", "/admin/oauth/access_token", content_type, urlencode(form).encode())
    answer = shop.ask(question, none_for=(400,))
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise PollFailed("Shopify gives no access for the client ID and secret. Is the app installed in this shop?")
    return token


POLLER = Poller(credentials={"client_id": "Client ID", "client_secret": "Client secret"}, poll=poll)
