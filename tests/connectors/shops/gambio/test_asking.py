"""What the poller asks the shop for, and in which order."""

import base64
import json
from typing import Any

import pytest

from postpurchase.connectors.base import (
    OrderSaved,
    PollFailed,
    ProductSaved,
    Reply,
    Request,
)
from postpurchase.connectors.shops.gambio import CONNECTOR
from tests.connectors.shops.gambio.bodies import LISTED, NOW, ORDER, PRODUCT, SINCE, TRACKING_CODE, order, read
from tests.connectors.shops.shop_stand_in import ShopStandIn, query_of, reply


def shop(**answers: Any) -> ShopStandIn:
    return ShopStandIn(
        {
            "/api.php/v2/products/search": answers.get("products", reply([])),
            "/api.php/v2/orders/search": answers.get("orders", reply([], date="Sun, 22 Nov 2026 09:59:00 GMT")),
            "/api.php/v2/orders/400210": answers.get("order", reply(ORDER)),
            "/api.php/v2/tracking_codes": answers.get("codes", reply([])),
            "/api.php/v2/shop_information": answers.get("info", reply({"url": "https://shop.example.com"})),
        }
    )


def ask(send: ShopStandIn, cursor: dict[str, Any], access: str = "eyJ0.eyJh.c2ln") -> Any:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, {"access": access}, cursor, NOW)


def body_of(request: Request) -> dict[str, Any]:
    assert request.body is not None
    found: dict[str, Any] = json.loads(request.body)
    return found


def test_orders_are_searched_for_and_asked_for_one_by_one():
    send = shop(orders=reply([LISTED]))

    page = ask(send, SINCE | {"turn": "orders", "page": 400000})

    assert [(request.method, request.path) for request in send.asked] == [
        ("POST", "/api.php/v2/orders/search?sort=%2Bid&page=1&per_page=20"),
        ("GET", "/api.php/v2/orders/400210"),
    ]
    # Ten minutes before, as the clock in Berlin shows it.
    assert body_of(send.asked[0]) == {
        "search": {
            "must": [
                {"geq": {"orders.orders_id": "400000"}},
                {
                    "should": [
                        {"geq": {"orders.last_modified": "2026-11-22 09:50:00"}},
                        {"geq": {"orders.date_purchased": "2026-11-22 09:50:00"}},
                    ]
                },
            ]
        }
    }
    assert {request.headers["authorization"] for request in send.asked} == {"Bearer eyJ0.eyJh.c2ln"}
    (found,) = page.found
    (change,) = read(found.body, found.topic)
    assert isinstance(change, OrderSaved)
    assert change.order == order()
    assert page.cursor["turn"] == "tracking_codes"


def test_a_full_page_goes_on_behind_its_last_number():
    rows = [LISTED | {"id": number} for number in range(400_260, 400_200, -1)]
    send = ShopStandIn(
        {
            "/api.php/v2/orders/search": reply(rows),
            **{f"/api.php/v2/orders/{row['id']}": reply(ORDER | {"id": row["id"]}) for row in rows},
        }
    )

    page = ask(send, SINCE | {"turn": "orders", "page": 1})

    # The shop gave more than was asked for, in another order: the first twenty numbers are this page.
    assert [thing.body["order"]["id"] for thing in page.found] == list(range(400_201, 400_221))
    assert (page.more, page.cursor["turn"], page.cursor["page"]) == (True, "orders", 400_221)


def test_an_order_that_is_gone_meanwhile_is_left_out():
    page = ask(shop(orders=reply([LISTED]), order=reply({}, 404)), SINCE | {"turn": "orders", "page": 1})

    assert page.found == ()


@pytest.mark.parametrize(
    ("since", "shops_time"),
    [
        ("2026-10-25T00:05:00+00:00", "2026-10-25 01:55:00"),
        # 02:55 in summer time, minutes before the clock goes back to 02:00.
        ("2026-10-25T01:05:00+00:00", "2026-10-25 01:55:00"),
        ("2026-10-25T02:30:00+00:00", "2026-10-25 03:20:00"),
        ("2026-07-01T10:10:00+00:00", "2026-07-01 12:00:00"),
    ],
)
def test_in_the_night_when_the_clock_goes_back_it_looks_an_hour_further(since: str, shops_time: str):
    send = shop()

    ask(send, {"since": since, "turn": "orders", "page": 1})

    (condition,) = body_of(send.asked[0])["search"]["must"][1]["should"][:1]
    assert condition == {"geq": {"orders.last_modified": shops_time}}


def test_tracking_codes_come_newest_first_until_they_are_too_old():
    old = TRACKING_CODE | {"id": "30", "creationDate": "2026-11-22 09:49:59"}
    new = TRACKING_CODE | {"creationDate": "2026-11-22 09:50:00"}
    send = shop(codes=reply([new, old]))

    page = ask(send, SINCE | {"turn": "tracking_codes", "page": 2})

    assert query_of(send.asked[0]) == {"sort": "-id", "page": "2", "per_page": "50"}
    assert [thing.body["tracking_code"]["id"] for thing in page.found] == ["31"]
    assert not page.more

    assert ask(shop(codes=reply([new] * 50)), SINCE | {"turn": "tracking_codes", "page": 2}).more
    assert not ask(shop(codes=reply([new] * 50)), SINCE | {"turn": "tracking_codes", "page": 200}).more


def test_articles_come_with_the_address_of_the_shop():
    page = ask(shop(products=reply([PRODUCT])), dict(SINCE))

    (change,) = read(page.found[0].body)
    assert isinstance(change, ProductSaved)
    assert change.product.url == "https://shop.example.com/product_info.php?products_id=2"


def test_a_login_with_password_is_basic():
    send = shop()

    ask(send, dict(SINCE), access=" admin@example.com:Pa:ß ")

    credentials = base64.b64encode("admin@example.com:Pa:ß".encode()).decode()
    assert send.asked[0].headers["authorization"] == f"Basic {credentials}"


def test_a_round_without_news_asks_everything_once():
    send, cursor, more = shop(), dict(SINCE), True
    while more:
        page = ask(send, cursor)
        cursor, more = dict(page.cursor), page.more

    assert send.paths == ["/api.php/v2/products/search", "/api.php/v2/orders/search", "/api.php/v2/tracking_codes"]
    assert cursor == {"since": NOW.isoformat()}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply({"code": 401, "status": "error", "message": "Unauthorized"}, 401), "refuses these credentials"),
        (reply({"updated": []}), "The shop's list of products has a form that we do not know."),
        (reply([{"id": "x"}]), "The shop's list of products has a form that we do not know."),
        (reply(b"<html>"), "not JSON"),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answer: Reply, said: str):
    with pytest.raises(PollFailed) as told:
        ask(shop(products=answer), dict(SINCE))

    assert said in told.value.reason


def test_an_access_that_cannot_be_one_is_told():
    with pytest.raises(PollFailed, match="neither a token nor a login"):
        ask(shop(), dict(SINCE), access="Schlüssel")
