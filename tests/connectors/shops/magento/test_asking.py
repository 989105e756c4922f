"""What the poller asks the shop for, and in which order."""

from typing import Any

import pytest

from postpurchase.connectors.base import (
    OrderSaved,
    PollFailed,
    ProductSaved,
    Request,
    ShipmentSaved,
)
from postpurchase.connectors.shops.magento import CONNECTOR
from tests.connectors.shops.magento.bodies import CREDIT_MEMO, NOW, ORDER, PRODUCT, SHIPMENT, SINCE, STORE, read
from tests.connectors.shops.shop_stand_in import ShopStandIn, query_of, reply


def shop(**answers: Any) -> ShopStandIn:
    empty = {"items": [], "total_count": 0}
    resources = ("orders", "shipments", "creditmemos", "products")
    return ShopStandIn(
        {
            "/rest/V1/store/storeConfigs": reply([STORE]),
            **{
                f"/rest/V1/{name}": answers.get(name, reply(empty, date="Sun, 22 Nov 2026 09:59:00 GMT"))
                for name in resources
            },
        }
    )


def ask(send: ShopStandIn, cursor: dict[str, Any]) -> Any:
    assert CONNECTOR.poller is not None
    return CONNECTOR.poller.poll(send, {"token": " secret-token "}, cursor, NOW)


def orders_answer(request: Request) -> Any:
    if query_of(request)["searchCriteria[filter_groups][0][filters][0][field]"] == "updated_at":
        return reply({"items": [ORDER | {"store_id": 1}], "total_count": 51})
    return reply({"items": [{"entity_id": 3, "items": ORDER["items"]}], "total_count": 1})


def test_orders_are_asked_for_by_the_time_of_their_change_with_what_belongs_to_them():
    send = shop(
        orders=orders_answer,
        shipments=reply({"items": [SHIPMENT], "total_count": 1}),
        creditmemos=reply({"items": [CREDIT_MEMO], "total_count": 1}),
    )

    page = ask(send, SINCE | {"turn": "orders", "page": 1})

    assert send.paths == [
        "/rest/V1/orders",
        "/rest/V1/shipments",
        "/rest/V1/creditmemos",
        "/rest/V1/store/storeConfigs",
    ]
    assert {request.method for request in send.asked} == {"GET"}
    assert {request.headers["authorization"] for request in send.asked} == {"Bearer secret-token"}
    asked = query_of(send.asked[0])
    assert asked.pop("fields").startswith("items[entity_id,increment_id,")
    assert asked == {
        "searchCriteria[filter_groups][0][filters][0][field]": "updated_at",
        "searchCriteria[filter_groups][0][filters][0][condition_type]": "gteq",
        "searchCriteria[filter_groups][0][filters][0][value]": "2026-11-22 08:50:00",
        "searchCriteria[sortOrders][0][field]": "entity_id",
        "searchCriteria[sortOrders][0][direction]": "ASC",
        "searchCriteria[pageSize]": "50",
        "searchCriteria[currentPage]": "1",
    }
    (found,) = page.found
    assert found.topic == "order"
    (change,) = read(found.body, found.topic)
    assert isinstance(change, OrderSaved)
    assert (change.order.language, len(change.shipments), len(change.refunds)) == ("de-AT", 1, 1)
    assert (page.more, page.cursor["turn"], page.cursor["page"]) == (True, "orders", 2)


def test_shipments_are_asked_for_with_the_items_of_their_orders():
    send = shop(orders=orders_answer, shipments=reply({"items": [SHIPMENT], "total_count": 1}))

    page = ask(send, SINCE | {"turn": "shipments", "page": 1})

    assert send.paths == ["/rest/V1/shipments", "/rest/V1/orders"]
    assert query_of(send.asked[1])["searchCriteria[filter_groups][0][filters][0][value]"] == "3"
    (change,) = read(page.found[0].body)
    assert isinstance(change, ShipmentSaved)
    assert [line.line for line in change.shipment.lines] == ["5", "10"]
    assert page.cursor["turn"] == "creditmemos"


def test_a_round_without_news_asks_everything_once():
    send = shop()
    cursor: dict[str, Any] = dict(SINCE)
    rounds = []
    while True:
        page = ask(send, cursor)
        rounds.append(page.found)
        cursor = dict(page.cursor)
        if not page.more:
            break

    assert send.paths == [f"/rest/V1/{name}" for name in ("products", "orders", "shipments", "creditmemos")]
    assert rounds == [(), (), (), ()]
    assert cursor == {"since": "2026-11-22T09:59:00+00:00"}


def test_articles_come_with_the_shops_addresses_if_the_token_may_read_them():
    send = shop(products=reply({"items": [PRODUCT], "total_count": 1}))

    (change,) = read(ask(send, SINCE).found[0].body)
    assert isinstance(change, ProductSaved)
    assert change.product.url == "https://shop.example.com/catalog/product/view/id/67"

    send.answers = {**send.answers, "/rest/V1/store/storeConfigs": reply({}, 403)}
    (change,) = read(ask(send, SINCE).found[0].body)
    assert isinstance(change, ProductSaved)
    assert (change.product.url, change.product.currency) == ("", "EUR")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply({"message": "The consumer isn't authorized"}, 401), "The shop refuses these credentials"),
        (reply({"items": []}), "The shop does not say how much changed"),
        (reply([]), "has a form that we do not know"),
        (reply({"items": [1], "total_count": 1}), "The shop's list of products"),
        (reply(b"<html>Maintenance</html>", 503), "status 503"),
    ],
)
def test_an_answer_that_is_none_fails_the_poll(answer: Any, said: str):
    with pytest.raises(PollFailed) as told:
        ask(shop(products=answer), dict(SINCE))

    assert said in told.value.reason
