"""Asking the Admin API: what is asked, how the answers are read, how it goes on after anything."""

import datetime as dt
import json
from typing import Any

import pytest

from postpurchase.connectors.base import PollFailed, PollPage, Request
from postpurchase.connectors.shops.shopify import CONNECTOR
from tests.connectors.shops.shop_stand_in import ShopStandIn, query_of, reply
from tests.connectors.shops.shopify.bodies import order

NOW = dt.datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=dt.UTC)
SINCE = {"since": "2026-11-22T10:30:00+01:00"}
TOKEN = {"client_id": "", "client_secret": " shpat_123 "}
APP = {"client_id": "c1", "client_secret": "shpss_ä&"}
ORDERS, PRODUCTS = "/admin/api/2026-01/orders.json", "/admin/api/2026-01/products.json"
NEXT = (
    '<https://evil.example/x?limit=250&page_info=cHJldg>; rel="previous", '
    f'<https://laden.myshopify.com{ORDERS}?limit=250&page_info=bmV4dA>; rel="next"'
)


def ask(send: ShopStandIn, cursor: dict[str, Any], credentials: dict[str, str] = TOKEN) -> PollPage:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, credentials, cursor, NOW)


def test_the_first_question_and_its_answer() -> None:
    shop = ShopStandIn({ORDERS: reply({"orders": [order()]})})

    page = ask(shop, SINCE)

    assert shop.asked == [
        Request(
            "GET",
            f"{ORDERS}?limit=50&updated_at_min=2026-11-22T09%3A20%3A00Z&status=any",
            {"X-Shopify-Access-Token": "shpat_123"},
        )
    ]
    (found,) = page.found
    assert (found.topic, found.body) == ("orders/updated", order())
    assert found.delivery_id.startswith("orders/updated:820982911946154508:")
    assert page.more
    assert page.cursor == {**SINCE, "began": "2026-11-22T10:00:00Z", "turn": "products"}


def test_an_apps_client_id_and_secret_are_exchanged_for_a_token() -> None:
    shop = ShopStandIn(
        {
            "/admin/oauth/access_token": reply({"access_token": "shpat_day", "scope": "read_orders"}),
            ORDERS: reply({"orders": []}),
        }
    )

    ask(shop, SINCE, APP)

    exchange, question = shop.asked
    assert exchange == Request(
        "POST",
        "/admin/oauth/access_token",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"grant_type=client_credentials&client_id=c1&client_secret=shpss_%C3%A4%26",
    )
    assert question.headers == {"X-Shopify-Access-Token": "shpat_day"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply({"error": "app_not_installed"}, 400), "Is the app installed"),
        (reply({"error": "invalid_client"}, 401), "refuses these credentials"),
        (reply({}, 404), "no such interface"),
        (reply({}, 429, retry_after="5"), "asked too often"),
        (reply({}), "no access for the client ID"),
        (reply([]), "no access for the client ID"),
        (reply({"access_token": ""}), "no access for the client ID"),
        (reply({"access_token": "a\r\nX-Evil: 1"}), "no access for the client ID"),
    ],
)
def test_without_a_token_nothing_is_asked(answer: Any, said: str) -> None:
    shop = ShopStandIn({"/admin/oauth/access_token": answer})
    with pytest.raises(PollFailed) as told:
        ask(shop, SINCE, APP)

    assert said in told.value.reason
    assert "shpss_" not in told.value.reason
    assert len(shop.asked) == 1


def test_all_pages_of_orders_then_products_and_only_then_since_moves() -> None:
    def orders(request: Request) -> Any:
        second = query_of(request).get("page_info") == "bmV4dA"
        return reply({"orders": [order(id=2)]}) if second else reply({"orders": [order(id=1)]}, link=NEXT)

    shop = ShopStandIn({ORDERS: orders, PRODUCTS: reply({"products": [{"id": 9, "title": "X", "variants": []}]})})
    cursor: dict[str, Any] = SINCE
    pages = []
    while not pages or pages[-1].more:
        pages.append(ask(shop, cursor))
        cursor = dict(pages[-1].cursor)

    assert [[one.body["id"] for one in page.found] for page in pages] == [[1], [2], [9]]
    assert [query_of(request) for request in shop.asked] == [
        {"limit": "50", "updated_at_min": "2026-11-22T09:20:00Z", "status": "any"},
        {"limit": "50", "page_info": "bmV4dA"},
        {"limit": "50", "updated_at_min": "2026-11-22T09:20:00Z"},
    ]
    assert [page.cursor["since"] for page in pages] == [SINCE["since"], SINCE["since"], "2026-11-22T10:00:00Z"]
    assert cursor == {"since": "2026-11-22T10:00:00Z"}
    assert pages[2].found[0].topic == "products/update"
    json.dumps(pages[0].cursor)


def test_an_id_is_the_same_until_the_body_changes() -> None:
    def id_of(body: dict[str, Any]) -> str:
        return ask(ShopStandIn({ORDERS: reply({"orders": [body]})}), SINCE).found[0].delivery_id

    assert id_of(order()) == id_of(dict(reversed(order().items())))
    assert id_of(order()) != id_of(order(note="anders"))
    assert len(id_of(order(id="x" * 500))) <= 200


def test_products_nobody_may_read_are_passed_over() -> None:
    page = ask(ShopStandIn({PRODUCTS: reply({"errors": "scope"}, 403)}), {**SINCE, "turn": "products", "began": "B"})

    assert page == PollPage((), {"since": "B"}, more=False)


def test_a_page_that_is_no_longer_kept_is_asked_for_from_the_start() -> None:
    page = ask(ShopStandIn({ORDERS: reply({"errors": {"page_info": "Invalid value."}}, 400)}), {**SINCE, "page": "old"})

    assert page == PollPage((), SINCE, more=True)


@pytest.mark.parametrize(
    ("answer", "said", "retry_after"),
    [
        (reply({"errors": "[API] Invalid API key"}, 401), "refuses these credentials", None),
        (reply({"errors": "scope"}, 403), "may not read orders", None),
        (reply({}, 404), "no such interface", None),
        (reply({}, 429, retry_after="2.0"), "asked too often", 2),
        (reply({}, 429, retry_after="2.3"), "asked too often", 3),
        (reply({}, 429, retry_after="999999"), "asked too often", 3600),
        (reply({}, 429, retry_after="Wed, 21 Oct 2026 07:28:00 GMT"), "asked too often", None),
        (reply({}, 429), "asked too often", None),
        (reply({}, 503, retry_after="30"), "status 503", 30),
        (reply({}, 301, location="https://evil.example/"), "leads on to https://evil.example/", None),
        (reply({}, 400), "status 400", None),
        (reply(b"<html>"), "is not JSON", None),
        (reply(b"[" * 100_000), "is not JSON", None),
        (reply(b"\xff"), "is not JSON", None),
        (reply([]), "has a form that we do not know", None),
        (reply({"orders": {}}), "has a form that we do not know", None),
        (reply({"orders": [1]}), "has a form that we do not know", None),
        (reply({"orders": []}, link='<https://x/?page_info=a b>; rel="next"'), "a next page that is none", None),
        (reply({"orders": []}, link='<https://x/>; rel="next"'), "a next page that is none", None),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answer: Any, said: str, retry_after: int | None) -> None:
    with pytest.raises(PollFailed) as told:
        ask(ShopStandIn({ORDERS: answer}), SINCE)

    assert said in told.value.reason
    assert told.value.retry_after == retry_after


def test_a_cursor_of_somebody_else_is_not_followed() -> None:
    with pytest.raises(PollFailed):
        ask(ShopStandIn({}), {**SINCE, "turn": "../customers"})


def test_the_form_asks_for_what_the_poller_needs() -> None:
    assert CONNECTOR.poller is not None
    assert dict(CONNECTOR.poller.credentials) == {"client_id": "Client ID", "client_secret": "Client secret"}
    assert (CONNECTOR.makes_secret, CONNECTOR.pushes_orders) == (False, True)
