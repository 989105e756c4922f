"""Orders by REST, as the contract has them."""

import pytest

from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from tests.orders.bodies import CONTRACT_ORDER, order_body


def test_put_creates_then_repeats_then_updates(api, world) -> None:
    first = api.put("/api/v1/orders/1001", order_body())
    again = api.put("/api/v1/orders/1001", order_body())
    other = api.put("/api/v1/orders/1001", order_body(total="39.90"))

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 200)
    assert (first.json()["changed"], again.json()["changed"], other.json()["changed"]) == (True, False, True)
    assert [warning["code"] for warning in other.json()["warnings"]] == ["sum_mismatch"]


def test_the_answer_is_the_order_and_more(api, world) -> None:
    put = api.put("/api/v1/orders/1001", CONTRACT_ORDER).json()
    answer = api.get("/api/v1/orders/1001").json()

    same = set(CONTRACT_ORDER) - {"placed_at", "updated_at", "customer"}
    assert {name: answer[name] for name in same} == {name: CONTRACT_ORDER[name] for name in same}
    assert answer["placed_at"] == "2026-11-22T09:00:00Z"
    customer = {**CONTRACT_ORDER["customer"], "consents": answer["customer"]["consents"]}
    assert {name: answer["customer"][name] for name in customer} == customer
    assert answer["customer"]["consents"] == [
        {**CONTRACT_ORDER["customer"]["consents"][0], "obtained_at": "2026-11-22T08:58:00Z"}
    ]
    assert answer["tracking_url"].startswith("http://127.0.0.1:8000/t/")
    assert (answer["shipments"], answer["refunds"], answer["warnings"]) == ([], [], [])
    assert "changed" not in answer
    assert {**answer, "changed": True} == put


def test_the_answer_to_a_push_says_what_a_later_reading_says(api, world) -> None:
    odd = {"float": 1.50, "deep": [{"": None}], "text": "\\ \t “x” 😀"}
    line = {"sku": "A", "name": "Tee", "quantity": 3, "unit_price": "0.3333", "attributes": odd}
    pushes = [
        order_body(placed_at="2026-07-01T08:00:00.123456+05:45", total="49.9", lines=[line], attributes=odd),
        order_body(updated_at="2026-07-01T23:59:59-03:00", recipient={"name": "Ömer"}, lines=[line, line]),
        order_body(customer=None, status="cancelled", lines=[line]),
        order_body(customer=None, status="cancelled", lines=[line]),
        order_body(updated_at="2000-01-01T00:00:00Z"),
    ]
    for number, push in enumerate(pushes):
        answer = api.put("/api/v1/orders/1001", push).json()
        for name in ("changed", "ignored"):
            answer.pop(name, None)

        assert {**answer, "warnings": []} == api.get("/api/v1/orders/1001").json(), number
        if number == 0:
            refund = {"external_id": "r-1", "amount": "1.00", "lines": [{"line": "1", "quantity": 1, "amount": "0.33"}]}
            assert api.post("/api/v1/orders/1001/refunds", refund).status_code == 201
            parcel = {"carrier": "dhl", "tracking_number": "00340434161094042557"}
            assert api.put("/api/v1/orders/1001/shipments/p-1", parcel).status_code == 201
    assert (len(answer["refunds"]), len(answer["shipments"])) == (1, 1)


def test_an_older_body_is_answered_and_ignored(api, world) -> None:
    api.put("/api/v1/orders/1001", order_body(updated_at="2026-11-22T12:00:00Z"))
    older = api.put("/api/v1/orders/1001", order_body(number="X", updated_at="2026-11-22T11:00:00Z"))

    assert older.status_code == 200
    assert (older.json()["changed"], older.json()["ignored"], older.json()["number"]) == (False, "older", "1001")


def test_an_id_may_hold_slashes_umlauts_and_spaces(api, world) -> None:
    assert api.put("/api/v1/orders/2026%2F1001%20%C3%BC", order_body()).json()["external_id"] == "2026/1001 ü"
    assert api.get("/api/v1/orders/2026/1001%20%C3%BC").status_code == 200


def test_a_batch_answers_item_by_item(api, world) -> None:
    bodies = [
        {"external_id": "1", **order_body()},
        {"external_id": "2", **order_body(lines=[{"quantity": -1, "unit_price": "1.00", "sku": "A"}])},
        {"external_id": "1", **order_body()},
        {"external_id": "3", **order_body(currency="EUX")},
        "nonsense",
    ]

    answer = api.post("/api/v1/orders/batch", {"orders": bodies})

    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [(item["index"], item["external_id"], item["status"]) for item in results] == [
        (0, "1", "created"),
        (1, "2", "invalid"),
        (2, "1", "unchanged"),
        (3, "3", "invalid"),
        (4, None, "invalid"),
    ]
    assert [error["pointer"] for error in results[1]["errors"]] == ["/lines/0/quantity"]
    assert [error["code"] for error in results[3]["errors"]] == ["unknown_currency"]
    with merchant_scope(world.merchant.id):
        assert list(Order.objects.values_list("external_id", flat=True)) == ["1"]


def test_a_batch_of_more_than_500_is_too_large(api, world) -> None:
    answer = api.post("/api/v1/orders/batch", {"orders": [{}] * 501})

    assert (answer.status_code, answer.json()["detail"]) == (413, "A batch may have 500 items.")


def test_lists_filter_and_page(api, world) -> None:
    for number in range(5):
        body = order_body(placed_at=f"2026-11-2{number}T10:00:00Z", customer={"email": f"{number % 2}@example.com"})
        api.put(f"/api/v1/orders/{number}", body)

    def ids(address: str) -> list[str]:
        return [order["external_id"] for order in api.get(address).json()["results"]]

    first = api.get("/api/v1/orders?limit=2").json()
    second = api.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()
    third = api.get(second["next"].removeprefix("http://127.0.0.1:8000")).json()
    pages = [[order["external_id"] for order in page["results"]] for page in (first, second, third)]
    assert (pages, third["next"]) == ([["4", "3"], ["2", "1"], ["0"]], None)
    assert ids("/api/v1/orders?email=1%40Example.com") == ["3", "1"]
    assert ids("/api/v1/orders?number=1001&status=open&limit=1") == ["4"]
    assert ids("/api/v1/orders?status=cancelled") == []
    assert ids("/api/v1/orders?updated_since=2020-01-01T00:00:00Z") == ["0", "1", "2", "3", "4"]
    assert ids("/api/v1/orders?updated_since=2100-01-01T00:00:00%2B01:00") == []
    assert ids("/api/v1/orders?updated_since=2100-01-01T00:00:00%2B23:59") == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_takes_the_same_number_of_queries_however_long(api, world, rows, django_assert_num_queries) -> None:
    for number in range(rows):
        api.put(f"/api/v1/orders/{number}", order_body())

    with django_assert_num_queries(9):
        assert len(api.get("/api/v1/orders").json()["results"]) == rows


def test_cancel_once(api, world) -> None:
    api.put("/api/v1/orders/1001", order_body())
    body = {"reason": "changed her mind", "cancelled_at": "2026-11-23T08:00:00Z"}

    first = api.post("/api/v1/orders/1001/cancel", body)
    second = api.post("/api/v1/orders/1001/cancel", {})

    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.json()["changed"], second.json()["changed"]) == (True, False)
    assert (second.json()["status"], second.json()["cancelled_at"], second.json()["cancel_reason"]) == (
        "cancelled",
        "2026-11-23T08:00:00Z",
        "changed her mind",
    )
    assert api.put("/api/v1/orders/1001", order_body()).json()["status"] == "cancelled"


def test_refund_once_and_no_more_than_was_paid(api, world) -> None:
    api.put("/api/v1/orders/1001", order_body())
    body = {"external_id": "r-1", "amount": "22.50", "lines": [{"line": "1", "quantity": 1, "amount": "22.50"}]}

    first = api.post("/api/v1/orders/1001/refunds", body)
    again = api.post("/api/v1/orders/1001/refunds", body)
    too_much = api.post("/api/v1/orders/1001/refunds", {"external_id": "r-2", "amount": "27.41"})
    too_many = api.post(
        "/api/v1/orders/1001/refunds",
        {"external_id": "r-3", "amount": "1.00", "lines": [{"line": "1", "quantity": 2, "amount": "1.00"}]},
    )
    rest = api.post("/api/v1/orders/1001/refunds", {"external_id": "r-4", "amount": "27.40"})

    assert [answer.status_code for answer in (first, again, too_much, too_many, rest)] == [201, 200, 422, 422, 201]
    assert [error["pointer"] for error in too_much.json()["errors"]] == ["/amount"]
    assert [error["pointer"] for error in too_many.json()["errors"]] == ["/lines/0/quantity"]
    order = api.get("/api/v1/orders/1001").json()
    assert order["payment_status"] == "refunded"
    assert [(refund["external_id"], refund["amount"]) for refund in order["refunds"]] == [
        ("r-1", "22.50"),
        ("r-4", "27.40"),
    ]


@pytest.mark.parametrize("path", ["cancel", "refunds"])
def test_what_is_not_there_cannot_be_cancelled_or_refunded(api, world, path) -> None:
    body = {"external_id": "r", "amount": "1.00"} if path == "refunds" else {}

    answer = api.post(f"/api/v1/orders/nowhere/{path}", body)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
