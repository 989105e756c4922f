"""What the poller asks the shop for, and in which order."""

import json
from typing import Any

import pytest

from postpurchase.connectors.base import (
    OrderSaved,
    PollFailed,
    ProductSaved,
    Request,
)
from postpurchase.connectors.shops.shopware import CONNECTOR
from tests.connectors.shops.shop_stand_in import ShopStandIn, reply
from tests.connectors.shops.shopware.bodies import NOW, ORDER, PRODUCT, SHIPPED, SHIPPING_ADDRESS, read, saved

CREDENTIALS = {"access_key": " SWIAKEY ", "secret_key": "geheim"}
SINCE = {"since": "2026-11-22T09:00:00+00:00"}


def shop(**answers: Any) -> ShopStandIn:
    token = reply({"token_type": "Bearer", "expires_in": 600, "access_token": "token-1"})
    return ShopStandIn(
        {
            "/api/oauth/token": answers.get("token", token),
            "/api/search/order": answers.get("order", reply({"total": 0, "data": []})),
            "/api/search/product": answers.get("product", reply({"total": 0, "data": []})),
            "/api/search/sales-channel-domain": answers.get(
                "domain", reply({"data": [{"url": "https://shop.example.com"}]})
            ),
        }
    )


def ask(send: ShopStandIn, cursor: dict[str, Any]) -> Any:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, CREDENTIALS, cursor, NOW)


def body_of(request: Request) -> dict[str, Any]:
    assert request.body is not None
    found: dict[str, Any] = json.loads(request.body)
    return found


def test_orders_are_asked_for_by_the_time_of_any_change():
    send = shop(order=reply({"data": [ORDER] * 50}))

    page = ask(send, SINCE | {"turn": "orders", "page": 3})

    assert [(request.method, request.path) for request in send.asked] == [
        ("POST", "/api/oauth/token"),
        ("POST", "/api/search/order"),
    ]
    assert body_of(send.asked[0]) == {
        "grant_type": "client_credentials",
        "client_id": "SWIAKEY",
        "client_secret": "geheim",
    }
    assert send.asked[1].headers["authorization"] == "Bearer token-1"
    asked = body_of(send.asked[1])
    assert set(asked.pop("associations")) == {
        "billingAddress",
        "currency",
        "deliveries",
        "language",
        "lineItems",
        "orderCustomer",
        "salesChannel",
        "stateMachineState",
        "transactions",
    }
    includes = asked.pop("includes")
    assert includes["customer"] == ["guest", "birthday", "customFields"]
    assert {"id", "orderNumber", "lineItems", "deliveries", "transactions"} < set(includes["order"])
    fields = ("createdAt", "updatedAt", "deliveries.updatedAt", "transactions.updatedAt")
    since = {"gte": "2026-11-22T08:50:00.000+00:00"}
    queries = [{"type": "range", "field": field, "parameters": since} for field in fields]
    assert asked == {
        "page": 3,
        "limit": 50,
        "filter": [{"type": "multi", "operator": "or", "queries": queries}],
        "sort": [{"field": "autoIncrement", "order": "ASC"}],
        "total-count-mode": 2,
    }
    assert (len(page.found), page.more, page.cursor["page"]) == (50, True, 4)
    (change,) = read(page.found[0].body, page.found[0].topic)
    assert isinstance(change, OrderSaved)
    assert change.order == saved().order


def test_what_is_asked_for_is_enough_for_the_whole_order():
    """Everything the stand-in for a real order holds and the mapping reads is among the fields that are asked for."""
    asked = body_of(_asked_for_orders())["includes"]
    kinds = {
        "order": ORDER,
        "order_customer": ORDER["orderCustomer"],
        "customer": ORDER["orderCustomer"]["customer"],
        "order_address": SHIPPING_ADDRESS,
        "order_line_item": ORDER["lineItems"][1],
        "order_delivery": SHIPPED,
        "order_transaction": ORDER["transactions"][0],
        "currency": {"isoCode": "EUR"},
    }

    assert {kind: set(body) - set(asked[kind]) for kind, body in kinds.items()} == {kind: set() for kind in kinds}


def _asked_for_orders() -> Request:
    send = shop()
    ask(send, SINCE | {"turn": "orders", "page": 1})
    return send.asked[1]


def test_articles_come_first_with_the_address_of_the_shop():
    send = shop(product=reply({"data": [PRODUCT]}))

    page = ask(send, SINCE)

    assert send.paths == ["/api/oauth/token", "/api/search/product", "/api/search/sales-channel-domain"]
    assert send.asked[1].headers["sw-inheritance"] == "1"
    (change,) = read(page.found[0].body)
    assert isinstance(change, ProductSaved)
    assert change.product.url == "https://shop.example.com/detail/9c4734591e8d40308e0b9480523ba10f"
    assert page.cursor["turn"] == "orders"


def test_without_the_right_to_read_domains_articles_have_no_address():
    send = shop(product=reply({"data": [PRODUCT]}), domain=reply({"errors": []}, 403))

    (change,) = read(ask(send, SINCE).found[0].body)

    assert isinstance(change, ProductSaved)
    assert change.product.url == ""


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"token": reply({"errors": [{"detail": "Client authentication failed"}]}, 401)}, "refuses these credentials"),
        ({"token": reply({"access_token": None})}, "The shop gives no access"),
        ({"token": reply([])}, "The shop gives no access"),
        ({"product": reply([])}, "has a form that we do not know"),
        ({"product": reply({"data": "x"})}, "The shop's list of products"),
        ({"product": reply({"errors": []}, 429, retry_after="7")}, "asked too often"),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answers: dict[str, Any], said: str):
    with pytest.raises(PollFailed) as told:
        ask(shop(**answers), dict(SINCE))

    assert said in told.value.reason
