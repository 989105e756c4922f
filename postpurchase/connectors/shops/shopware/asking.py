"""Asking Shopware's Admin API for what changed: articles, then orders with everything that belongs to them.

An order counts as changed when itself, one of its deliveries or one of its payments did: Shopware does not note a
child's change in the order. A token is asked for with each page; it is good for ten minutes and kept nowhere.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from postpurchase.connectors.base import Poller, PollFailed, PollPage, Request, Send
from postpurchase.connectors.polling import Found, Shop, Turn, next_page, objects_in, polled

PAGE = 50

ORDER_ASSOCIATIONS: dict[str, Any] = {
    "currency": {},
    "language": {"associations": {"locale": {}}},
    "salesChannel": {},
    "stateMachineState": {},
    "billingAddress": {"associations": {"country": {}, "countryState": {}}},
    "orderCustomer": {"associations": {"customer": {}}},
    "lineItems": {"associations": {"cover": {}}},
    "deliveries": {
        "associations": {
            "stateMachineState": {},
            "shippingMethod": {},
            "shippingOrderAddress": {"associations": {"country": {}, "countryState": {}}},
        }
    },
    "transactions": {
        "associations": {
            "stateMachineState": {},
            "paymentMethod": {},
            "captures": {"associations": {"refunds": {"associations": {"stateMachineState": {}}}}},
        }
    },
}
# The fields of each kind of thing that we need, so that nothing else of a person leaves the shop (no links to log in,
# no IP addresses).
ORDER_FIELDS = {
    "order": (
        "id versionId createdAt updatedAt orderNumber orderDateTime orderDate price amountTotal taxStatus "
        "shippingCosts shippingTotal currency language salesChannel stateMachineState billingAddress billingAddressId "
        "addresses orderCustomer lineItems deliveries transactions customFields affiliateCode campaignCode "
        "customerComment"
    ),
    "order_customer": "email firstName lastName company customerNumber customerId customer",
    "customer": "guest birthday customFields",
    "order_address": (
        "id firstName lastName company department street additionalAddressLine1 additionalAddressLine2 zipcode city "
        "phoneNumber country countryState"
    ),
    "country": "iso",
    "country_state": "name shortCode",
    "order_line_item": (
        "id parentId type position label quantity unitPrice totalPrice price payload cover createdAt updatedAt"
    ),
    "media": "url",
    "order_delivery": (
        "id createdAt updatedAt trackingCodes shippingCosts shippingDateEarliest shippingDateLatest shippingMethod "
        "shippingOrderAddress stateMachineState"
    ),
    "shipping_method": "name translated technicalName trackingUrl",
    "state_machine_state": "technicalName",
    "order_transaction": "id createdAt updatedAt paymentMethod stateMachineState captures",
    "payment_method": "name translated technicalName shortName handlerIdentifier",
    "order_transaction_capture": "refunds",
    "order_transaction_capture_refund": "id amount reason stateMachineState",
    "currency": "isoCode",
    "language": "locale",
    "locale": "code",
    "sales_channel": "name",
}
PRODUCT_FIELDS = {
    "product": (
        "id productNumber name description translated active available price cover categories customFields createdAt "
        "updatedAt"
    ),
    "product_media": "media",
    "media": "url",
    "category": "name translated",
}
PRODUCT_ASSOCIATIONS: dict[str, Any] = {"cover": {"associations": {"media": {}}}, "categories": {}}


def poll(send: Send, credentials: Mapping[str, str], cursor: Mapping[str, Any], now: dt.datetime) -> PollPage:
    """Return the next page of what changed. Raises ``PollFailed``."""
    return next_page(
        [Turn("products", _products(credentials)), Turn("orders", _orders(credentials))], send, cursor, now
    )


def _orders(credentials: Mapping[str, str]) -> Any:
    def fetch(shop: Shop, since: dt.datetime, page: int) -> Found:
        changed = ("createdAt", "updatedAt", "deliveries.updatedAt", "transactions.updatedAt")
        found, more = _search(
            shop, _token(shop, credentials), "order", changed, ORDER_ASSOCIATIONS, ORDER_FIELDS, since, page
        )
        return Found(tuple(polled("order", str(order.get("id")), {"order": order}) for order in found), more)

    return fetch


def _products(credentials: Mapping[str, str]) -> Any:
    def fetch(shop: Shop, since: dt.datetime, page: int) -> Found:
        token = _token(shop, credentials)
        changed = ("createdAt", "updatedAt")
        found, more = _search(shop, token, "product", changed, PRODUCT_ASSOCIATIONS, PRODUCT_FIELDS, since, page)
        shop_url = _shop_url(shop, token) if found else ""
        things = (polled("product", str(one.get("id")), {"product": one, "shop_url": shop_url}) for one in found)
        return Found(tuple(things), more)

    return fetch


def _token(shop: Shop, credentials: Mapping[str, str]) -> str:
    answer = shop.ask(
        _post(
            "/api/oauth/token",
            {
                "grant_type": "client_credentials",
                "client_id": credentials.get("access_key", "").strip(),
                "client_secret": credentials.get("secret_key", "").strip(),
            },
        )
    )
    token = answer.get("access_token") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable():
        raise PollFailed("The shop gives no access; is this the address of a Shopware 6 shop?")
    return token


def _search(
    shop: Shop,
    token: str,
    entity: str,
    changed: tuple[str, ...],
    associations: Mapping[str, Any],
    fields: Mapping[str, str],
    since: dt.datetime,
    page: int,
) -> tuple[list[dict[str, Any]], bool]:
    """Return a page of entities that changed since then, in an order that never changes, and whether there is more."""
    moment = since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000+00:00")
    criteria = {
        "page": page,
        "limit": PAGE,
        "filter": [
            {
                "type": "multi",
                "operator": "or",
                "queries": [{"type": "range", "field": field, "parameters": {"gte": moment}} for field in changed],
            }
        ],
        "sort": [{"field": "autoIncrement", "order": "ASC"}],
        "associations": associations,
        "includes": {kind: names.split() for kind, names in fields.items()},
        # 2: ask for one more than the page holds, which is all we want to know.
        "total-count-mode": 2,
    }
    answer = shop.ask(_post(f"/api/search/{entity}", criteria, token))
    if not isinstance(answer, dict):
        raise PollFailed("The shop's answer has a form that we do not know; is this the address of a Shopware 6 shop?")
    found = objects_in(answer.get("data"), f"{entity}s")
    return found, len(found) >= PAGE


def _shop_url(shop: Shop, token: str) -> str:
    """Return where the shop's pages are, empty where the integration may not read it."""
    criteria = {"limit": 1, "page": 1, "sort": [{"field": "createdAt", "order": "ASC"}]}
    criteria["filter"] = [{"type": "prefix", "field": "url", "value": "https://"}]
    answer = shop.ask_if_allowed(_post("/api/search/sales-channel-domain", criteria, token))
    domains = answer.get("data") if isinstance(answer, dict) else None
    first = domains[0] if isinstance(domains, list) and domains else None
    url = first.get("url") if isinstance(first, dict) else None
    return url if isinstance(url, str) else ""


def _post(path: str, body: Mapping[str, Any], token: str = "") -> Request:
    headers = {"content-type": "application/json", "accept": "application/json"}
    if token:
        # Variants have their names, pictures and prices from the article they belong to.
        headers |= {"authorization": f"Bearer {token}", "sw-inheritance": "1"}
    return Request("POST", path, headers, json.dumps(body).encode())


POLLER = Poller(
    credentials={"access_key": "Access key ID of the integration", "secret_key": "Secret access key"}, poll=poll
)
