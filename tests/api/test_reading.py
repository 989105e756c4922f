"""Parcels, events, messages, points and timelines by REST."""

import pytest

from messaging.enums import MessageState
from messaging.models import DeliveryAttempt, Message
from orders.models import Customer, Order
from postpurchase.accounts.scoping import merchant_scope
from tests.orders.bodies import order_body

NUMBER = "00340434161094042557"


def news(status: str, day: int, **fields: object) -> dict[str, object]:
    return {"tracking_number": NUMBER, "occurred_at": f"2026-10-{day}T10:00:00+01:00", "status": status, **fields}


def push(api, *checkpoints: dict[str, object]) -> list[str]:
    answer = api.post("/api/v1/checkpoints/batch", {"checkpoints": list(checkpoints)})
    assert answer.status_code == 200
    return [item["status"] for item in answer.json()["results"]]


@pytest.fixture
def order(api, world) -> None:
    api.put("/api/v1/orders/1001", order_body())


def test_a_parcel_is_announced_repeated_and_read(api, world, order) -> None:
    body = {"tracking_number": NUMBER, "lines": [{"line": "1", "quantity": 1}], "promised_to": "2026-11-26"}

    first = api.put("/api/v1/orders/1001/shipments/p-1", body)
    again = api.put("/api/v1/orders/1001/shipments/p-1", body)
    read = api.get(f"/api/v1/shipments/{first.json()['id']}").json()

    assert (first.status_code, again.status_code) == (201, 200)
    assert (first.json()["changed"], again.json()["changed"]) == (True, False)
    assert {
        name: read[name] for name in ("external_id", "order", "carrier", "tracking_number", "status", "checkpoints")
    } == {
        "external_id": "p-1",
        "order": "1001",
        "carrier": "dhl",
        "tracking_number": NUMBER,
        "status": "pending",
        "checkpoints": [],
    }
    assert read["lines"] == [{"line": "1", "quantity": 1}]
    assert [shipment["external_id"] for shipment in api.get("/api/v1/orders/1001").json()["shipments"]] == ["p-1"]


def test_a_parcel_of_an_unknown_order_is_404_and_of_a_wrong_line_422(api, world, order) -> None:
    nowhere = api.put("/api/v1/orders/1/shipments/p-1", {})
    wrong = api.put("/api/v1/orders/1001/shipments/p-1", {"lines": [{"line": "9", "quantity": 1}]})

    assert (nowhere.status_code, wrong.status_code) == (404, 422)
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["/lines/0/line"]
    assert api.get("/api/v1/orders/1001").json()["shipments"] == []


def test_news_in_any_order_ends_in_the_same_state(api, world, order) -> None:
    parcel_id = api.put("/api/v1/orders/1001/shipments/p-1", {"tracking_number": NUMBER}).json()["id"]
    delivered = news("delivered", 25, delivery_location="neighbour", signed_by="Meier", city="Berlin", country="DE")

    assert push(api, delivered, news("in_transit", 23), delivered) == ["recorded", "recorded", "duplicate"]
    parcel = api.get(f"/api/v1/shipments/{parcel_id}").json()

    assert (parcel["status"], parcel["substatus"]) == ("delivered", "delivered_to_neighbour")
    assert (parcel["delivered_at"], parcel["delivery_location"], parcel["signed_by"]) == (
        "2026-10-25T09:00:00Z",
        "neighbour",
        "Meier",
    )
    assert [one["status"] for one in parcel["checkpoints"]] == ["in_transit", "delivered"]


def test_proof_of_delivery_is_read_back_and_must_be_a_secure_address(api, world, order) -> None:
    parcel_id = api.put("/api/v1/orders/1001/shipments/p-1", {"tracking_number": NUMBER}).json()["id"]
    proof = "https://carrier.example/pod/1?pin=2"

    assert push(api, news("delivered", 25, proof_url=proof)) == ["recorded"]
    parcel = api.get(f"/api/v1/shipments/{parcel_id}").json()
    assert (parcel["proof_url"], [one["proof_url"] for one in parcel["checkpoints"]]) == (proof, [proof])
    for wrong in (
        "http://carrier.example/pod",
        "javascript:alert(1)",
        "https://a b",
        "https://x@y.example/",
        f"{proof}\n",
    ):
        assert push(api, news("delivered", 24, proof_url=wrong)) == ["invalid"]


def test_a_message_alone_is_enough_where_it_leaves_no_doubt(api, world, order) -> None:
    parcel_id = api.put("/api/v1/orders/1001/shipments/p-1", {"tracking_number": NUMBER}).json()["id"]
    said = {"tracking_number": NUMBER, "occurred_at": "2026-10-25T10:00:00+01:00", "message": "Destinataire absent"}

    assert push(api, said, {**said, "message": "Hm"}, {**said, "message": " "}) == ["recorded", "recorded", "invalid"]
    assert api.get(f"/api/v1/shipments/{parcel_id}").json()["substatus"] == "attempt_failed_not_home"


def test_a_checkpoint_batch_answers_item_by_item(api, world, order) -> None:
    wrong = [news("lost", 23), news("in_transit", 23, country="XX"), {"tracking_number": NUMBER}, 7]
    ancient = {**news("in_transit", 23), "occurred_at": "0001-01-01T00:00:00+14:00"}

    answer = api.post("/api/v1/checkpoints/batch", {"checkpoints": [news("in_transit", 23), *wrong, ancient]})

    results = answer.json()["results"]
    assert [item["status"] for item in results] == ["unknown_shipment", *["invalid"] * 5]
    assert [error["pointer"] for item in results for error in item["errors"]] == [
        "/status",
        "/country",
        "/occurred_at",
        "",
        "/occurred_at",
    ]


def test_news_that_came_before_the_parcel_is_applied(api, world, order) -> None:
    assert push(api, news("in_transit", 23)) == ["unknown_shipment"]

    parcel = api.put("/api/v1/orders/1001/shipments/p-1", {"tracking_number": NUMBER}).json()

    assert (parcel["status"], len(parcel["checkpoints"])) == ("in_transit", 1)


def test_events_are_listed_filtered_and_paged(api, world, order) -> None:
    api.put("/api/v1/orders/1002", order_body(customer={"external_id": "c-2"}))
    api.post("/api/v1/orders/1002/cancel", {})

    def types(query: str) -> list[str]:
        return [event["type"] for event in api.get(f"/api/v1/events?{query}").json()["results"]]

    assert types("order=1002") == ["order.placed", "order.cancelled"]
    assert types("customer=c-1") == ["customer.created", "customer.consent_reported", "order.placed"]
    assert types("type=order.placed") == ["order.placed", "order.placed"]
    (event,) = api.get("/api/v1/events?order=1002&type=order.cancelled").json()["results"]
    assert (event["subject"]["type"], event["subject"]["external_id"]) == ("order", "1002")
    assert event["data"] == {"order_id": event["subject"]["id"]}
    first = api.get("/api/v1/events?limit=4").json()
    second = api.get(first["next"].removeprefix("http://127.0.0.1:8000")).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (4, 2, None)


@pytest.fixture
def message(world, order, now) -> Message:
    with merchant_scope(world.merchant.id):
        message = Message.objects.create(
            merchant=world.merchant,
            store=world.store,
            order=Order.objects.get(),
            customer=Customer.objects.get(),
            journey_key="order_confirmation",
            step_key="mail",
            template="order_confirmation",
            channel="email",
            message_class="service",
            state=MessageState.FAILED,
            dedupe_key="order_confirmation/mail/1001",
            reason="mailbox_unknown",
            recipient="anna@example.com",
            language="de",
            tone="sie",
            planned_at=now,
            due_at=now,
            expires_at=now,
            state_at=now,
        )
        for number in (1, 2):
            DeliveryAttempt.objects.create(
                merchant=world.merchant, message=message, number=number, provider="smtp", started_at=now
            )
    return message


def test_messages_say_what_was_sent_and_why_not(api, world, message) -> None:
    (shown,) = api.get("/api/v1/messages?order=1001&customer=c-1&state=failed").json()["results"]

    expected = {
        "id": str(message.id),
        "order": "1001",
        "customer": "c-1",
        "journey": "order_confirmation",
        "step": "mail",
        "channel": "email",
        "class": "service",
        "state": "failed",
        "dedupe_key": "order_confirmation/mail/1001",
        "attempts": 2,
        "reason": "mailbox_unknown",
    }
    assert {name: shown[name] for name in expected} == expected
    assert api.get("/api/v1/messages?state=accepted").json() == {"results": [], "next": None}


def test_a_timeline_tells_everything_in_order(api, world, message) -> None:
    api.put("/api/v1/orders/1001/shipments/p-1", {"tracking_number": NUMBER})
    push(api, news("in_transit", 23))

    entries = api.get("/api/v1/orders/1001/timeline").json()["results"]

    assert {(entry["kind"], entry["type"]) for entry in entries} == {
        ("event", "order.placed"),
        ("event", "shipment.registered"),
        ("event", "shipment.status_changed"),
        ("checkpoint", "in_transit"),
        ("message", "order_confirmation"),
    }
    assert [entry["at"] for entry in entries] == sorted(entry["at"] for entry in entries)


def test_a_customers_points_are_read(api, world, order) -> None:
    standing = api.get("/api/v1/customers/c-1/loyalty").json()
    entries = api.get("/api/v1/customers/c-1/loyalty/entries").json()

    assert standing == {
        "balance": 0,
        "available": 0,
        "pending": 0,
        "receivable": 0,
        "expiring": [],
        "tier": None,
        "badges": [],
        "progress": [],
    }
    assert entries == {"results": [], "next": None}


def test_customers_and_products_are_put_and_read(api, world) -> None:
    body = {"email": "Anna@Example.com", "first_name": "Anna", "language": "de-AT", "accepts_marketing": True}

    statuses = [api.put("/api/v1/customers/c-9", body).status_code for _ in range(2)]
    emptied = api.put("/api/v1/customers/c-9", {"email": "anna@example.com"}).json()
    product = {"name": "Kerze", "price": "2.55", "currency": "EUR", "categories": ["Licht"]}
    put = [api.put("/api/v1/products/85123A", product) for _ in range(2)]

    assert statuses == [201, 200]
    assert (emptied["changed"], emptied["first_name"], emptied["email"]) == (True, "", "anna@example.com")
    assert api.get("/api/v1/customers/c-9").json()["language"] == ""
    assert api.get("/api/v1/customers/nobody").status_code == 404
    assert [(answer.status_code, answer.json()["changed"]) for answer in put] == [(201, True), (200, False)]
    assert {name: put[1].json()[name] for name in product} == product
    batch = api.post("/api/v1/products/batch", {"products": [{"sku": "A", "name": "x"}, {"sku": "B"}, 1]}).json()
    assert [(item["sku"], item["status"]) for item in batch["results"]] == [
        ("A", "created"),
        ("B", "invalid"),
        (None, "invalid"),
    ]
