"""Asking the Admin API for what webhooks missed: orders (with their refunds and parcels) and products.

https://shopify.dev/docs/api/admin-rest/latest/resources/order (``status``, ``updated_at_min``) and
https://shopify.dev/docs/api/admin-rest/usage/pagination: the next page is the ``Link`` with ``rel="next"``, and its
``page_info`` goes with no other filter. A look begins at ``since`` less ten minutes; only when all its
pages are in does ``since`` move, to the moment the look began.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from postpurchase.connectors.base import Headers, Polled, Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.shops.polling import OVERLAP, as_text, checked_reply, items_of, since, unchanged_id

VERSION = "2026-01"
PAGE = 250
# What is looked at in turn, and the topic its bodies get.
LOOKS = {"orders": "orders/updated", "products": "products/update"}
REFUSED = "The app must be installed in this shop and have the right to read orders (read_orders)."
# How access tokens begin that Shopify showed merchants until the end of 2025; they go on working.
TOKENS = ("shpat_", "shpca_", "shppa_")
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="?next"?')
_TOKEN = re.compile(r"[\x21-\x7e]{1,500}")
_PAGE_INFO = re.compile(r"[A-Za-z0-9_=-]{1,2000}")


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of changes. Raises ``PollFailed``."""
    kind = str(cursor.get("kind", "orders"))
    began = str(cursor.get("began") or as_text(now))
    page = str(cursor.get("page", ""))
    path = _path(kind, page, cursor)
    reply = send(Request("GET", path, {"X-Shopify-Access-Token": _token(send, credentials)}))
    if kind == "products" and reply.status == 403:
        # The merchant did not let us read products: webhooks may tell of them all the same.
        return PollPage((), {"since": began}, more=False)
    if page and reply.status == 400:
        # Pages are kept for a while only; from the start then. What is in already is not taken in again.
        return PollPage((), {"since": cursor["since"]}, more=True)
    answer = checked_reply(reply, "Shopify", refused=REFUSED)
    items = items_of(answer.get(kind) if isinstance(answer, dict) else None, "Shopify")
    found = tuple(Polled(LOOKS[kind], item, unchanged_id(kind, str(item.get("id")), item)) for item in items)
    return _page(found, cursor, kind, began, _next_page(reply.headers))


def _token(send: Send, credentials: Mapping[str, str]) -> str:
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
    reply = send(Request("POST", "/admin/oauth/access_token", content_type, urlencode(form).encode()))
    if reply.status == 400:
        raise PollFailed(f"Shopify refuses the client ID and secret (HTTP 400). {REFUSED}")
    answer = checked_reply(reply, "Shopify", refused=REFUSED)
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise PollFailed("Shopify gives no access token for the client ID and secret.")
    return token


def _page(found: tuple[Polled, ...], cursor: Mapping[str, Any], kind: str, began: str, page: str) -> PollPage:
    if page:
        return PollPage(found, {"since": cursor["since"], "began": began, "kind": kind, "page": page}, more=True)
    if kind == "orders":
        return PollPage(found, {"since": cursor["since"], "began": began, "kind": "products"}, more=True)
    return PollPage(found, {"since": began}, more=False)


def _path(kind: str, page: str, cursor: Mapping[str, Any]) -> str:
    if kind not in LOOKS:
        raise PollFailed("The place where asking stopped cannot be read.")
    query: dict[str, Any] = {"limit": PAGE}
    if page:
        query["page_info"] = page
    else:
        query["updated_at_min"] = as_text(since(cursor) - OVERLAP)
        if kind == "orders":
            query["status"] = "any"
    return f"/admin/api/{VERSION}/{kind}.json?{urlencode(query)}"


def _next_page(headers: Headers) -> str:
    """Return the name of the next page. Only the name is taken: where to ask is ours to say."""
    link = next((value for name, value in headers.items() if name.lower() == "link"), "")
    match = _NEXT.search(link)
    if match is None:
        return ""
    (page,) = parse_qs(urlsplit(match.group(1)).query).get("page_info", [""])[:1]
    if not _PAGE_INFO.fullmatch(page):
        raise PollFailed("Shopify names a next page that is none.")
    return page


POLLER = Poller(credentials={"client_id": "Client ID", "client_secret": "Client secret"}, poll=poll)
