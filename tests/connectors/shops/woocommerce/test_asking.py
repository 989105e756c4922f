"""Asking the REST API: what is asked, how the answers are read, how it goes on after anything."""

import datetime as dt
from typing import Any

import pytest

from postpurchase.connectors.base import OrderSaved, PollFailed, PollPage, Request
from postpurchase.connectors.shops.woocommerce import CONNECTOR
from postpurchase.connectors.shops.woocommerce.asking import PAGE
from tests.connectors.shops.shop_stand_in import ShopStandIn, query_of, reply
from tests.connectors.shops.woocommerce.bodies import PRODUCT, order, read, refund

NOW = dt.datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=dt.UTC)
SINCE = {"since": "2026-11-22T10:30:00+01:00"}
KEYS = {"key": " ck_1 ", "secret": "cs_2\n"}
ORDERS, PRODUCTS = "/wp-json/wc/v3/orders", "/wp-json/wc/v3/products"


def ask(send: ShopStandIn, cursor: dict[str, Any]) -> PollPage:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, KEYS, cursor, NOW)


def test_the_first_question_and_its_answer() -> None:
    shop = ShopStandIn({ORDERS: reply([order()])})

    page = ask(shop, SINCE)

    assert shop.asked == [
        Request(
            "GET",
            f"{ORDERS}?status=any&modified_after=2026-11-22T09%3A20%3A00&dates_are_gmt=true"
            "&orderby=modified&order=asc&per_page=50&page=1",
            {"Authorization": "Basic Y2tfMTpjc18y"},
        )
    ]
    (found,) = page.found
    assert (found.topic, found.body) == ("order.updated", order())
    assert found.delivery_id.startswith("order.updated:727:")
    assert page.more
    assert page.cursor == {**SINCE, "began": "2026-11-22T10:00:00Z", "turn": "products"}


def test_of_which_lines_a_refund_is_is_asked_order_by_order() -> None:
    told = order(refunds=[{"id": 726, "reason": "", "total": "-10.71"}])
    shop = ShopStandIn({ORDERS: reply([order(id=1), told]), f"{ORDERS}/727/refunds": reply([refund()])})

    page = ask(shop, SINCE)

    assert shop.paths == [ORDERS, f"{ORDERS}/727/refunds"]
    assert query_of(shop.asked[1]) == {"per_page": "100"}
    (change,) = read(page.found[1].body, page.found[1].topic)
    assert isinstance(change, OrderSaved)
    assert [(one.external_id, one.amount, len(one.lines)) for one in change.refunds] == [("726", "10.71", 1)]


def test_variations_are_asked_product_by_product() -> None:
    simple = {**PRODUCT, "id": 5, "type": "simple", "variations": []}
    shop = ShopStandIn({PRODUCTS: reply([simple, PRODUCT]), f"{PRODUCTS}/799/variations": reply([{"id": 801}])})

    page = ask(shop, {**SINCE, "turn": "products", "began": "2026-11-22T10:00:00Z"})

    assert shop.paths == [PRODUCTS, f"{PRODUCTS}/799/variations"]
    assert [one.body["variations"] for one in page.found] == [[], [{"id": 801}]]
    assert (page.cursor, page.more) == ({"since": "2026-11-22T10:00:00Z"}, False)


def changed_at(number: int, second: int) -> dict[str, Any]:
    return order(id=number, date_modified_gmt=f"2026-11-22T09:40:{second:02}")


def test_the_next_page_begins_with_the_last_change_so_that_none_slips_through() -> None:
    """Of 60 orders, the first changes while we look: counting pages would leave out the fifty-first."""
    orders = {number: changed_at(number, number - 1) for number in range(1, 61)}

    def answer(request: Request) -> Any:
        query = query_of(request)
        waiting = sorted(
            (one for one in orders.values() if one["date_modified_gmt"] > query["modified_after"]),
            key=lambda one: (one["date_modified_gmt"], one["id"]),
        )
        first = (int(query["page"]) - 1) * PAGE
        found = reply(waiting[first : first + PAGE])
        orders[1]["date_modified_gmt"] = "2026-11-22T09:59:00"
        return found

    shop = ShopStandIn({ORDERS: answer, PRODUCTS: reply([])})
    cursor: dict[str, Any] = SINCE
    pages = []
    while not pages or pages[-1].more:
        pages.append(ask(shop, cursor))
        cursor = dict(pages[-1].cursor)

    assert {one.body["id"] for page in pages for one in page.found} == set(range(1, 61))
    assert query_of(shop.asked[1])["modified_after"] == "2026-11-22T09:40:48"
    assert query_of(shop.asked[1])["page"] == "1"
    assert cursor == {"since": "2026-11-22T10:00:00Z"}


def test_where_a_whole_page_changed_within_a_second_its_pages_are_counted() -> None:
    orders = [changed_at(number, 0) for number in range(1, 121)]

    def answer(request: Request) -> Any:
        query = query_of(request)
        waiting = [one for one in orders if one["date_modified_gmt"] > query["modified_after"]]
        first = (int(query["page"]) - 1) * PAGE
        return reply(waiting[first : first + PAGE])

    shop = ShopStandIn({ORDERS: answer, PRODUCTS: reply([])})
    cursor: dict[str, Any] = SINCE
    seen: set[int] = set()
    for _ in range(10):
        page = ask(shop, cursor)
        seen |= {one.body["id"] for one in page.found}
        cursor = dict(page.cursor)
        if not page.more:
            break

    assert seen == set(range(1, 121))
    assert cursor == {"since": "2026-11-22T10:00:00Z"}


def test_a_full_page_without_times_fails() -> None:
    with pytest.raises(PollFailed, match="does not say when"):
        ask(ShopStandIn({ORDERS: reply([order(id=number, date_modified_gmt=None) for number in range(PAGE)])}), SINCE)


def test_an_id_is_the_same_until_the_body_changes() -> None:
    def id_of(body: dict[str, Any]) -> str:
        return ask(ShopStandIn({ORDERS: reply([body])}), SINCE).found[0].delivery_id

    assert id_of(order()) == id_of(order())
    assert id_of(order()) != id_of(order(status="completed"))


@pytest.mark.parametrize(
    ("answer", "said", "retry_after"),
    [
        (reply({"code": "woocommerce_rest_cannot_view"}, 401), "refuses these credentials", None),
        (reply({"code": "woocommerce_rest_cannot_view"}, 403), "refuses these credentials", None),
        (reply({"code": "rest_no_route"}, 404), "no such interface", None),
        (reply({"code": "rest_invalid_param"}, 400), "Please update it", None),
        (reply({}, 429, retry_after="7"), "asked too often", 7),
        (reply(b"", 500), "status 500", None),
        (reply(b"<html>Wartungsmodus</html>"), "is not JSON", None),
        (reply({"orders": []}), "has a form that we do not know", None),
        (reply([1]), "has a form that we do not know", None),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answer: Any, said: str, retry_after: int | None) -> None:
    with pytest.raises(PollFailed) as told:
        ask(ShopStandIn({ORDERS: answer}), SINCE)

    assert said in told.value.reason
    assert told.value.retry_after == retry_after


def test_refunds_that_cannot_be_asked_fail_the_poll_too() -> None:
    told = order(refunds=[{"id": 726, "total": "-10.71"}])
    shop = ShopStandIn({ORDERS: reply([told]), f"{ORDERS}/727/refunds": reply({}, 500)})

    with pytest.raises(PollFailed, match="status 500"):
        ask(shop, SINCE)


def test_a_cursor_of_somebody_else_is_not_followed() -> None:
    with pytest.raises(PollFailed):
        ask(ShopStandIn({}), {**SINCE, "turn": "../users"})


def test_the_form_asks_for_what_the_poller_needs() -> None:
    assert CONNECTOR.poller is not None
    assert dict(CONNECTOR.poller.credentials) == {"key": "Consumer key", "secret": "Consumer secret"}
    assert (CONNECTOR.makes_secret, CONNECTOR.pushes_orders) == (True, True)
