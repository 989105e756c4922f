"""Customers, merges and what people do, by REST."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Behaviour, Customer, CustomerMerge
from postpurchase.accounts.scoping import merchant_scope
from tests.orders.bodies import order_body

MACHINE = {
    "external_id": "m-1",
    "sku": "CM-2000",
    "name": "Coffee maker 2000",
    "serial_number": "4711",
    "installed_at": "2025-03-01",
    "attributes": {"filter": "B"},
}


def ids(answer) -> list[str]:
    return [row["external_id"] for row in answer.json()["results"]]


def test_a_company_with_its_machines_comes_back_as_it_was_told(api, world) -> None:
    body = {"company": "Café Muster GmbH", "vat_id": "DE123456789", "machines": [MACHINE], "language": "de"}

    created = api.put("/api/v1/customers/c-1", body)
    again = api.put("/api/v1/customers/c-1", body)
    read = api.get("/api/v1/customers/c-1")

    assert (created.status_code, again.status_code, again.json()["changed"]) == (201, 200, False)
    for answer in (created, again, read):
        found = answer.json()
        assert (found["company"], found["vat_id"], found["kind"]) == ("Café Muster GmbH", "DE123456789", "company")
        assert found["machines"] == [MACHINE]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "person"),
        ({"company": "Muster GmbH"}, "company"),
        ({"vat_id": "ATU12345678"}, "company"),
        ({"company": "c/o Muster GmbH", "kind": "person"}, "person"),
        ({"kind": "company"}, "company"),
    ],
)
def test_who_is_a_company_is_told_or_seen(api, world, body, kind) -> None:
    assert api.put("/api/v1/customers/c-1", body).json()["kind"] == kind


def test_machines_are_the_whole_list_each_time(api, world) -> None:
    second = {"external_id": "m-2", "name": "Grinder"}
    api.put("/api/v1/customers/c-1", {"machines": [MACHINE, second]})

    changed = api.put("/api/v1/customers/c-1", {"machines": [{**second, "name": "Grinder 2"}]})
    assert [(one["external_id"], one["name"]) for one in changed.json()["machines"]] == [("m-2", "Grinder 2")]
    assert changed.json()["changed"] is True
    emptied = api.put("/api/v1/customers/c-1", {})

    assert (emptied.json()["machines"], emptied.json()["changed"]) == ([], True)


@pytest.mark.parametrize(
    ("machine", "pointer", "code"),
    [
        ({"external_id": "m-1"}, "/machines/0/sku", "required"),
        ({"external_id": "", "name": "x"}, "/machines/0/external_id", "too_short"),
        ({"external_id": "m", "name": "x", "installed_at": "1700-01-01"}, "/machines/0/installed_at", "out_of_range"),
        ({"external_id": "m", "name": "x", "colour": "red"}, "/machines/0/colour", "unknown_field"),
    ],
)
def test_a_wrong_machine_is_refused_and_nothing_is_stored(api, world, machine, pointer, code) -> None:
    answer = api.put("/api/v1/customers/c-1", {"machines": [machine]})

    assert answer.status_code == 422
    assert [(problem["pointer"], problem["code"]) for problem in answer.json()["errors"]] == [(pointer, code)]
    assert api.get("/api/v1/customers/c-1").status_code == 404


def test_two_machines_with_one_id_are_refused(api, world) -> None:
    answer = api.put("/api/v1/customers/c-1", {"machines": [MACHINE, MACHINE]})

    assert [problem["pointer"] for problem in answer.json()["errors"]] == ["/machines/1/external_id"]


def test_customers_are_listed_newest_first_found_by_address_and_followed_by_change(api, world) -> None:
    for number in range(3):
        api.put(f"/api/v1/customers/c-{number}", {"email": f"{number}@example.com"})
    api.put("/api/v1/orders/1", order_body(customer={"email": "guest@example.com"}))
    api.put("/api/v1/customers/c-0", {"email": "0@example.com", "first_name": "Anna"})

    assert ids(api.get("/api/v1/customers")) == ["", "c-2", "c-1", "c-0"]
    assert ids(api.get("/api/v1/customers?email=1@EXAMPLE.com")) == ["c-1"]
    first = api.get("/api/v1/customers?updated_since=2020-01-01T00:00:00Z&limit=2")
    assert ids(first) == ["c-1", "c-2"]
    following = first.json()["next"].partition("/api/")[2]
    assert ids(api.get(f"/api/{following}")) == ["", "c-0"]
    assert ids(api.get("/api/v1/customers?updated_since=2199-01-01T00:00:00Z")) == []


def test_a_page_of_customers_costs_the_same_queries_whatever_is_on_it(api, world) -> None:
    def ask(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(ids(api.get(f"/api/v1/customers?limit={count}"))) == count
        return len(captured)

    for number in range(3):
        api.put(f"/api/v1/customers/c-{number}", {"machines": [MACHINE]})
    ask(1)

    assert ask(1) == ask(3)


def test_products_are_listed_read_and_followed_by_change(api, world) -> None:
    for sku in ("A", "B", "C"):
        api.put(f"/api/v1/products/{sku}", {"name": sku, "available": sku != "B", "price": "1.5", "currency": "JPY"})
    api.put("/api/v1/products/A", {"name": "A again"})

    def skus(query: str) -> list[str]:
        return [row["sku"] for row in api.get(f"/api/v1/products{query}").json()["results"]]

    assert skus("") == ["C", "B", "A"]
    assert skus("?available=false") == ["B"]
    assert skus("?updated_since=2020-01-01T00:00:00Z") == ["B", "C", "A"]
    assert api.get("/api/v1/products/A").json()["name"] == "A again"
    assert api.get("/api/v1/products/nothing").status_code == 404


def merge(api, kept: str, **source: str):
    return api.post(f"/api/v1/customers/{kept}/merge", {"from": source})


def test_a_merge_and_its_undoing_by_rest(api, world) -> None:
    api.put("/api/v1/customers/c-1", {"email": "anna@example.com"})
    api.put("/api/v1/orders/1", order_body(customer={"email": "guest@example.com", "phone": "+4915112345678"}))

    merged = merge(api, "c-1", email="guest@example.com")
    again = merge(api, "c-1", id=merged.json()["from"]["id"])

    found = merged.json()
    assert (merged.status_code, again.status_code) == (201, 200)
    assert (found["customer"], found["reason"], found["undone_at"], found["changed"]) == ("c-1", "request", None, True)
    assert (found["from"]["email"], found["from"]["phone"]) == ("guest@example.com", "+4915112345678")
    assert (again.json()["id"], again.json()["changed"]) == (found["id"], False)
    assert api.get("/api/v1/orders/1").json()["customer"]["external_id"] == "c-1"
    assert [row["external_id"] for row in api.get("/api/v1/orders?customer=c-1").json()["results"]] == ["1"]
    listed = api.get("/api/v1/customer-merges?customer=c-1").json()["results"]
    assert [row["id"] for row in listed] == [found["id"]]

    undone = api.post(f"/api/v1/customer-merges/{found['id']}/undo")
    once_more = api.post(f"/api/v1/customer-merges/{found['id']}/undo")

    assert (undone.status_code, undone.json()["changed"], once_more.json()["changed"]) == (200, True, False)
    assert undone.json()["undone_at"] is not None
    order = api.get("/api/v1/orders/1").json()
    assert (order["customer"]["external_id"], order["customer"]["email"]) == ("", "guest@example.com")


def test_both_ids_lead_to_the_kept_customer(api, world) -> None:
    for number in (1, 2):
        api.put(f"/api/v1/customers/c-{number}", {"first_name": f"Anna {number}"})
        api.put(f"/api/v1/orders/{number}", order_body(customer={"external_id": f"c-{number}"}))
    merge(api, "c-1", external_id="c-2")

    assert api.get("/api/v1/customers/c-2").json()["external_id"] == "c-1"
    assert ids(api.get("/api/v1/customers")) == ["c-1"]
    for path in ("orders?customer=c-2", "messages?customer=c-2", "events?customer=c-2"):
        assert api.get(f"/api/v1/{path}").json() == api.get(f"/api/v1/{path.replace('c-2', 'c-1')}").json() | {
            "next": None
        }
    assert len(ids(api.get("/api/v1/orders?customer=c-2"))) == 2


@pytest.mark.parametrize(
    ("kept", "source", "status"),
    [
        ("c-1", {"external_id": "nobody"}, 422),
        ("c-1", {"external_id": "c-1"}, 422),
        ("c-1", {}, 422),
        ("c-1", {"external_id": "c-2", "id": "00000000-0000-7000-8000-000000000000"}, 422),
        ("c-1", {"name": "Anna"}, 422),
        ("nobody", {"external_id": "c-1"}, 404),
    ],
)
def test_a_merge_that_cannot_be_is_refused(api, world, kept, source, status) -> None:
    for number in (1, 2):
        api.put(f"/api/v1/customers/c-{number}", {})

    assert merge(api, kept, **source).status_code == status
    with merchant_scope(world.merchant.id):
        assert CustomerMerge.objects.count() == 0


def test_a_strangers_customer_cannot_be_merged_into_ones_own(api, stranger_api, world, other_world) -> None:
    api.put("/api/v1/customers/c-1", {"email": "anna@example.com"})
    with merchant_scope(world.merchant.id):
        foreign = Customer.objects.get()
    stranger_api.put("/api/v1/customers/mine", {})

    for source in ({"external_id": "c-1"}, {"email": "anna@example.com"}, {"id": str(foreign.id)}):
        assert merge(stranger_api, "mine", **source).status_code == 422
    with merchant_scope(world.merchant.id):
        assert Customer.objects.get().merged_into_id is None


def test_what_somebody_does_is_taken_in_and_read_back_with_its_properties(api, world) -> None:
    api.put("/api/v1/customers/c-1", {})
    body = {
        "name": "product.viewed",
        "customer": "c-1",
        "occurred_at": "2026-07-01T10:00:00+02:00",
        "properties": {"sku": "A"},
        "dedupe_key": "k",
    }

    first, again = api.post("/api/v1/events", body), api.post("/api/v1/events", {**body, "properties": {}})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() | {"id": None} == {
        "id": None,
        "name": "product.viewed",
        "customer": "c-1",
        "known": True,
        "occurred_at": "2026-07-01T08:00:00Z",
        "properties": {"sku": "A"},
        "dedupe_key": "k",
        "changed": True,
        "warnings": [],
    }
    assert (again.json()["id"], again.json()["changed"]) == (first.json()["id"], False)
    (event,) = api.get("/api/v1/events?type=product.viewed&customer=c-1").json()["results"]
    assert (event["occurred_at"], event["data"]["properties"]) == ("2026-07-01T08:00:00Z", {"sku": "A"})
    assert event["subject"]["external_id"] == "c-1"


@pytest.mark.parametrize("change", [{"name": "order.placed"}, {"customer": ""}, {"colour": 1}, {"properties": []}])
def test_a_wrong_event_is_refused(api, world, change) -> None:
    assert api.post("/api/v1/events", {"name": "a.b", "customer": "c-1", **change}).status_code == 422
    with merchant_scope(world.merchant.id):
        assert Behaviour.objects.count() == 0


def test_a_batch_of_events_says_what_became_of_each(api, world) -> None:
    far = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).isoformat()
    events = [
        {"name": "cart.updated", "customer": "c-1", "dedupe_key": "k"},
        {"name": "cart.updated", "customer": "c-1", "dedupe_key": "k"},
        {"name": "cart.updated", "customer": "c-1", "occurred_at": far},
        {"name": "cart.updated"},
    ]

    results = api.post("/api/v1/events/batch", {"events": events}).json()["results"]

    assert [row["status"] for row in results] == ["recorded", "duplicate", "invalid", "invalid"]
    assert [[problem["code"] for problem in row["errors"]] for row in results] == [
        [],
        [],
        ["in_the_future"],
        ["required"],
    ]
