"""``/hooks/<merchant>/carriers/<name>/``: proved, kept as it came, worked off from the row, found again, erased."""

import datetime as dt

import pytest
from django.test import Client

from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.connectors.models import Connection, DeliveryReference, InboundDelivery
from postpurchase.connectors.registry import AGGREGATORS
from postpurchase.connectors.services.apply import KNOWN_NEWS
from postpurchase.connectors.services.connections import connect_shop, hook_url
from postpurchase.connectors.services.process import process_batch, replay_failed
from postpurchase.lib import clock
from postpurchase.privacy.models import ErasureSource
from postpurchase.privacy.services.erase import request_erasure, run_erasure
from tests.connectors.aggregators.bodies import BODIES, NAMES, NUMBER, SECRET, SHIPPO, proof, raw
from tests.tracking.build import make_order, make_shipment
from tracking.models import Checkpoint, Shipment, UnmatchedCheckpoint


@pytest.fixture
def connect(world):
    def connected(name: str, secret: str = SECRET) -> Connection:
        with merchant_scope(world.merchant.id):
            return connect_shop(
                merchant=world.merchant,
                connector=AGGREGATORS[name],
                store=world.store,
                secret=secret,
                now=clock.now(),
            ).connection

    return connected


def push(slug: str, name: str, body: bytes, *, path: str = "carriers/", query: str = "", **headers: str):
    client = Client(raise_request_exception=False)
    return client.post(f"/hooks/{slug}/{path}{name}/{query}", body, content_type="application/json", headers=headers)


def send(world, name: str, body: bytes | None = None, secret: str = SECRET):
    body = raw(BODIES[name]) if body is None else body
    return push(world.merchant.slug, name, body, **proof(name, body, clock.now(), secret))


def parcel(world, **order) -> Shipment:
    with merchant_scope(world.merchant.id):
        return make_shipment(world, make_order(world, **order), tracking_number=NUMBER)


def work(world) -> None:
    while not process_batch(merchant_id=world.merchant.id).exhausted:
        pass


def rows(world) -> list[InboundDelivery]:
    with merchant_scope(world.merchant.id):
        return list(InboundDelivery.objects.order_by("received_at", "id"))


@pytest.mark.parametrize("name", NAMES)
def test_news_is_kept_as_it_came_and_reaches_the_parcel(world, connect, name) -> None:
    connect(name)
    shipment = parcel(world)

    answer = send(world, name)

    [row] = rows(world)
    assert answer.status_code == 202
    assert answer.json() == {"delivery_id": row.delivery_id, "id": str(row.id), "status": "stored"}
    assert bytes(row.body) == raw(BODIES[name])
    assert SECRET not in str(row.headers)
    with merchant_scope(world.merchant.id):
        assert Checkpoint.objects.count() == 0
    work(world)
    [row] = rows(world)
    with merchant_scope(world.merchant.id):
        shipment.refresh_from_db()
        assert (row.state, row.reason) == ("processed", "")
        assert [one.status for one in Checkpoint.objects.order_by("occurred_at")] == ["in_transit", "delivered"]
        assert shipment.status == "delivered"
        assert [(one.kind, one.external_id) for one in DeliveryReference.objects.all()] == [("parcel", NUMBER)]


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_proof_leaves_no_row(world, connect, name) -> None:
    connect(name)

    answers = [send(world, name, secret="wrong"), push(world.merchant.slug, name, raw(BODIES[name]))]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert rows(world) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_again_is_a_duplicate_and_the_same_news_counts_once(world, connect, name) -> None:
    connect(name)
    parcel(world)

    statuses = [send(world, name).json()["status"] for _ in range(2)]
    work(world)
    again = send(world, name, raw(BODIES[name] | {"id": "evt_2", "event_id": "another", "extra": 1}))
    work(world)

    assert statuses == ["stored", "duplicate"]
    assert again.json()["status"] == "stored"
    assert [(row.state, row.reason) for row in rows(world)] == [("processed", ""), ("ignored", KNOWN_NEWS)]
    with merchant_scope(world.merchant.id):
        assert Checkpoint.objects.count() == 2


def test_both_secrets_are_good_while_one_replaces_the_other(world, connect) -> None:
    connect("easypost", "old")
    connect("easypost", "new")

    assert [send(world, "easypost", secret=secret).status_code for secret in ("old", "new", "older")] == [202, 202, 401]


def test_news_before_the_parcel_waits_for_it(world, connect) -> None:
    connect("aftership")
    send(world, "aftership")
    work(world)
    with merchant_scope(world.merchant.id):
        assert UnmatchedCheckpoint.objects.count() == 2

    assert parcel(world).status == "delivered"


def test_what_cannot_be_read_fails_with_a_reason_and_is_replayed(world, connect, monkeypatch) -> None:
    connect("karrio")
    parcel(world)
    body = raw({"event": "tracker_updated", "data": "soon"})
    assert push(world.merchant.slug, "karrio", body, **proof("karrio", body, clock.now())).status_code == 202
    work(world)
    [row] = rows(world)
    assert (row.state, row.reason) == ("failed", "data: an object is expected.")

    fixed = AGGREGATORS["karrio"]
    learnt = type(fixed)(**{name: getattr(fixed, name) for name in fixed.__dataclass_fields__})
    object.__setattr__(learnt, "read", lambda topic, _body, context: fixed.read(topic, BODIES["karrio"], context))
    monkeypatch.setitem(AGGREGATORS, "karrio", learnt)
    with merchant_scope(world.merchant.id):
        assert replay_failed(merchant=world.merchant, now=clock.now()) == 1
    work(world)
    [row] = rows(world)
    assert row.state == "processed"


def test_what_tells_of_no_parcel_is_ignored_at_once(world, connect) -> None:
    connect("shippo")
    body = raw({"event": "transaction_created", "data": {}})

    answer = push(world.merchant.slug, "shippo", body, **proof("shippo", body, clock.now()))

    assert answer.json()["status"] == "ignored"


def test_shippos_own_token_stands_in_the_address(world, connect) -> None:
    connect("shippo", "a-token")
    slug, body = world.merchant.slug, raw(SHIPPO)

    assert push(slug, "shippo", body, query="?token=a-token").status_code == 202
    assert push(slug, "shippo", body, query="?token=other").status_code == 401
    assert push(slug, "shippo", body, token="a-token").status_code == 401


def test_a_secret_of_ours_works_in_the_address_as_it_is_shown(world, connect) -> None:
    connect("shippo", "whsec_a+b/c==")
    body = raw(SHIPPO)

    assert push(world.merchant.slug, "shippo", body, query="?token=whsec_a+b/c==").status_code == 202
    assert push(world.merchant.slug, "shippo", body, query="?token=whsec_a%2Bb%2Fc%3D%3D").status_code == 202
    assert push(world.merchant.slug, "shippo", body, query="?token=whsec_ab/c==").status_code == 401


def test_there_is_nothing_for_others(world, connect, other_world) -> None:
    body = raw(BODIES["karrio"])
    headers = proof("karrio", body, clock.now())
    assert push(world.merchant.slug, "karrio", body, **headers).status_code == 404
    connect("karrio")
    assert push(other_world.merchant.slug, "karrio", body, **headers).status_code == 404
    assert push("nobody", "karrio", body, **headers).status_code == 404
    assert push(world.merchant.slug, "shopify", body, **headers).status_code == 404
    assert push(world.merchant.slug, "karrio", body, path="", **headers).status_code == 404
    assert Client().get(f"/hooks/{world.merchant.slug}/carriers/karrio/").status_code == 405
    big = b" " * 2_000_001
    assert push(world.merchant.slug, "karrio", big, **headers).status_code == 413
    assert rows(world) == []


def test_the_address_is_told_by_the_api_and_the_secret_is_not(world, api) -> None:
    answer = api.put("/api/v1/connectors/easypost", {"secret": "very-secret-1"})

    assert answer.status_code == 201
    assert answer.json()["hook_url"] == hook_url(merchant=world.merchant, connector="easypost", store="default")
    assert answer.json()["hook_url"].endswith("/hooks/lindenhof/carriers/easypost/")
    assert "very-secret-1" not in answer.content.decode()
    refused = api.put("/api/v1/connectors/easypost", {"secret": "s", "store": "elsewhere"})
    assert refused.status_code == 422


def test_who_is_erased_is_taken_out_of_the_news_too(world, connect) -> None:
    connect("aftership")
    now = clock.now()
    with merchant_scope(world.merchant.id):
        customer = Customer.objects.create(
            merchant=world.merchant, external_id="c-1", email="a@example.com", created_at=now, updated_at=now
        )
    parcel(world, customer=customer)
    send(world, "aftership")
    work(world)
    with merchant_scope(world.merchant.id):
        erasure = request_erasure(merchant=world.merchant, customer=customer, source=ErasureSource.DASHBOARD, now=now)
    run_erasure(merchant_id=world.merchant.id, erasure_id=erasure.id, now=now + dt.timedelta(seconds=1))

    [row] = rows(world)
    assert bytes(row.body) == b""
    with merchant_scope(world.merchant.id):
        assert DeliveryReference.objects.count() == 0
        assert set(Checkpoint.objects.values_list("signed_by", flat=True)) == {""}
    assert send(world, "aftership").json()["status"] == "duplicate"
