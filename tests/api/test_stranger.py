"""The other merchant's key finds nothing and changes nothing, over every operation that an address leads to.

The addresses come from the resolver, so a new operation is tested from its first day.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client, override_settings
from standardwebhooks.webhooks import Webhook

from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.api.document import Endpoint, endpoints
from postpurchase.api.pagination import Page
from postpurchase.lib import clock
from tests.api.rows import digest_of
from tests.conftest import ApiClient, World, make_world
from tests.orders.bodies import order_body
from tracking.models import CaseReason
from tracking.services.cases.answering import Report, report_problem

CANARY = "canary-of-lindenhof"
SHIPMENT = {"carrier": "dhl", "tracking_number": "00340434161094042557", "lines": [{"line": "1", "quantity": 1}]}

# What to say to each operation so that, said by the owner, it would find or change something.
BODIES: dict[str, Any] = {
    "put_carrier_account": {"credentials": {"client_id": "mine", "client_secret": "mine"}},
    "cancel_order": {"reason": "x"},
    "refund_order": {"external_id": "r-2", "amount": "1.00"},
    "put_shipment": SHIPMENT,
    "put_order": order_body(number="taken over"),
    "push_orders": {"orders": [{"external_id": "1001", **order_body(number="taken over")}]},
    "put_product": {"name": "taken over"},
    "push_products": {"products": [{"sku": "85123A", "name": "taken over"}]},
    "put_customer": {"email": "taken-over@example.com"},
    "push_event": {"name": "product.viewed", "customer": "c-1", "properties": {"sku": "x"}},
    "push_events": {"events": [{"name": "product.viewed", "customer": "c-1"}]},
    "merge_customer": {"from": {"external_id": "c-2"}},
    "push_checkpoints": {
        "checkpoints": [
            {
                "tracking_number": SHIPMENT["tracking_number"],
                "occurred_at": "2026-11-23T10:00:00Z",
                "status": "delivered",
            }
        ]
    },
    "change_case": {"note": "taken over", "state": "resolved", "outcome": "explained"},
    "put_connection": {"secret": "taken over"},
    "create_webhook_endpoint": {"url": "http://127.0.0.1:9/", "events": ["*"]},
    "put_webhook_endpoint": {"url": "http://127.0.0.1:9/", "events": ["taken.over"]},
    "rotate_webhook_secret": {},
    "replay_webhook_range": {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z"},
}
# What to ask an operation for, where its address alone asks for nothing of somebody's.
QUERIES = {
    "read_recommendations": "?order=1001&customer=c-1",
    "list_carrier_candidates": "?tracking_number=-",  # the same for everybody
}
# What needs no key is the same for everybody; tests/api/test_keyless.py holds what it may tell.
WITH_KEY = [endpoint for endpoint in endpoints() if endpoint.operation.scope]
# What is created for the stranger, under ids that both may use.
CREATES = {
    "push_event": 201,
    "put_order": 201,
    "put_product": 201,
    "put_customer": 201,
    "create_webhook_endpoint": 201,
    "put_connection": 201,
    "put_carrier_account": 201,
}


@dataclass(frozen=True)
class Filled:
    """A merchant with something in every place, the stranger, and the parts of addresses that lead to it."""

    world: World
    other_world: World
    ids: dict[str, str]


@pytest.fixture(scope="module")
def filled(standing_db) -> Filled:
    """Made once: everybody below asks for all of it and changes next to nothing."""
    with standing_db.unblock(), override_settings(EGRESS_ALLOW=["127.0.0.1:9"]):
        world, other_world = make_world("lindenhof"), make_world("stranger")
        return Filled(world, other_world, fill(world))


@pytest.fixture
def world(filled, db) -> World:
    return filled.world


@pytest.fixture
def other_world(filled, db) -> World:
    return filled.other_world


@pytest.fixture
def ids(filled, db, settings) -> dict[str, str]:
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]
    return filled.ids


def fill(world: World) -> dict[str, str]:
    """Fill the merchant's world through the API; return the parts of addresses that lead to it."""
    api = ApiClient(world.secret)
    customer = {"external_id": "c-1", "email": f"{CANARY}@example.com", "first_name": CANARY}
    assert api.put("/api/v1/orders/1001", order_body(customer=customer, number=CANARY)).status_code == 201
    assert api.put("/api/v1/products/85123A", {"name": CANARY}).status_code == 201
    shipment = api.put("/api/v1/orders/1001/shipments/p-1", SHIPMENT).json()
    checkpoint = {**BODIES["push_checkpoints"]["checkpoints"][0], "status": "in_transit", "message": CANARY}
    assert api.post("/api/v1/checkpoints/batch", {"checkpoints": [checkpoint]}).status_code == 200
    assert api.post("/api/v1/orders/1001/refunds", {"external_id": "r-1", "amount": "1.00"}).status_code == 201
    webhook = {**BODIES["create_webhook_endpoint"], "description": CANARY}
    endpoint = api.post("/api/v1/webhook-endpoints", webhook).json()
    delivery = api.post(f"/api/v1/webhook-endpoints/{endpoint['id']}/test").json()
    merged = [api.put(f"/api/v1/customers/c-{number}", {"last_name": CANARY}).status_code for number in (2, 3)]
    merge = api.post("/api/v1/customers/c-1/merge", {"from": {"external_id": "c-3"}})
    assert (merged, merge.status_code) == ([201, 201], 201)
    assert api.put("/api/v1/connectors/own", {"secret": CANARY}).status_code == 201
    account = {"credentials": {"client_id": CANARY, "client_secret": CANARY}}
    assert api.put("/api/v1/carrier-accounts/ups", account).status_code == 201
    return {
        "case_id": reported_by_shopper(world.merchant),
        "carrier": "ups",
        "connector": "own",
        "inbound_delivery_id": pushed_by_hook(world.merchant.slug),
        "endpoint_id": endpoint["id"],
        "delivery_id": delivery["id"],
        "external_id": "1001",
        "merge_id": merge.json()["id"],
        "shipment_external_id": "p-1",
        "sku": "85123A",
        "id": shipment["id"],
        "customer": "c-1",
    }


def reported_by_shopper(merchant: Merchant) -> str:
    """Report a problem as the shopper does; return the case's id."""
    with merchant_scope(merchant.id):
        report = Report(CaseReason.OTHER, CANARY)
        case = report_problem(merchant=merchant, order=Order.objects.get(), report=report, now=clock.now())
    return str(case.id)


def pushed_by_hook(slug: str) -> str:
    """Send a delivery as the merchant's own shop does; return its id."""
    body, now = json.dumps({"type": "order.saved", "data": {"number": CANARY}}), clock.now()
    signature = Webhook(CANARY.encode()).sign("m-1", now, body)
    headers = {"webhook-id": "m-1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    answer = Client().post(f"/hooks/{slug}/own/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 202
    return str(answer.json()["id"])


def address_of(endpoint: Endpoint, ids: dict[str, str]) -> str:
    parts = {**ids, "external_id": ids["customer"]} if endpoint.path.startswith("/api/v1/customers") else ids
    return endpoint.path.format(**parts) + QUERIES.get(endpoint.operation.id, "")


def is_list(endpoint: Endpoint) -> bool:
    return getattr(endpoint.operation.answers.get(200), "__origin__", None) is Page


@pytest.mark.parametrize("endpoint", WITH_KEY, ids=lambda endpoint: endpoint.operation.id)
def test_the_owner_finds_and_changes_what_is_theirs(api, ids, endpoint) -> None:
    answer = api.request(endpoint.method.upper(), address_of(endpoint, ids), BODIES.get(endpoint.operation.id))

    assert answer.status_code in (200, 201, 202)


@pytest.mark.parametrize("endpoint", WITH_KEY, ids=lambda endpoint: endpoint.operation.id)
def test_a_stranger_finds_and_changes_nothing(stranger_api, world, ids, endpoint) -> None:
    before = digest_of(world.merchant)

    answer = stranger_api.request(endpoint.method.upper(), address_of(endpoint, ids), BODIES.get(endpoint.operation.id))

    operation = endpoint.operation.id
    if operation in CREATES:
        assert answer.status_code == CREATES[operation]
    elif endpoint.operation.batch:
        statuses = [item["status"] for item in answer.json()["results"]]
        as_new = {"push_checkpoints": "unknown_shipment", "push_events": "recorded"}
        assert statuses == [as_new.get(operation, "created")]
    elif is_list(endpoint) and not endpoint.parts:
        assert answer.json() == {"results": [], "next": None}
    else:
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    content = answer.content.decode()
    assert CANARY not in content
    assert [
        name for name in ("id", "case_id", "endpoint_id", "delivery_id", "inbound_delivery_id") if ids[name] in content
    ] == []
    assert digest_of(world.merchant) == before


@pytest.mark.parametrize("endpoint", WITH_KEY, ids=lambda endpoint: endpoint.operation.id)
def test_without_a_key_there_is_nothing_at_all(api, world, ids, endpoint) -> None:
    before = digest_of(world.merchant)
    api.secret = None

    answer = api.request(endpoint.method.upper(), address_of(endpoint, ids), BODIES.get(endpoint.operation.id))

    assert answer.status_code == 401
    assert digest_of(world.merchant) == before


def test_what_is_foreign_and_what_is_nowhere_look_the_same(stranger_api, ids) -> None:
    nowhere = {**ids, "external_id": "1002", "id": "00000000-0000-7000-8000-000000000000"}
    nowhere |= {"endpoint_id": nowhere["id"], "delivery_id": nowhere["id"], "inbound_delivery_id": nowhere["id"]}
    for path in (
        "/api/v1/orders/{external_id}",
        "/api/v1/shipments/{id}",
        "/api/v1/orders/{external_id}/timeline",
        "/api/v1/webhook-endpoints/{endpoint_id}/deliveries",
        "/api/v1/webhook-deliveries/{delivery_id}",
    ):
        foreign = stranger_api.get(path.format(**ids))
        unknown = stranger_api.get(path.format(**nowhere))

        assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content)


def test_filters_reach_nothing_foreign(stranger_api, ids) -> None:
    for query in (
        "orders?customer=c-1",
        f"orders?email={CANARY}@example.com",
        f"orders?number={CANARY}",
        "events?order=1001",
        "events?customer=c-1",
        "messages?order=1001",
        "messages?customer=c-1",
    ):
        assert json.loads(stranger_api.get(f"/api/v1/{query}").content) == {"results": [], "next": None}


def test_the_digest_notices_a_single_changed_field(world, ids) -> None:
    before = digest_of(world.merchant)

    with merchant_scope(world.merchant.id):
        Order.objects.update(number="changed")

    assert {table for table, digest in digest_of(world.merchant).items() if before[table] != digest} == {"orders_order"}
