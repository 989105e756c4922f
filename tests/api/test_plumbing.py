"""Keys, scopes, repeated requests, rates: what every operation shares."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import OperationalError, connection

from orders.models import Order
from postpurchase.accounts.models import ApiKey, Scope
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.api_keys import create_api_key, revoke_api_key
from postpurchase.api.document import endpoints
from postpurchase.api.idempotency import forget_old_answers
from postpurchase.api.models import StoredAnswer
from postpurchase.events.models import Event
from postpurchase.lib import clock
from tests.api.rows import digest_of
from tests.api.test_hostile import assert_problem
from tests.orders.bodies import order_body

ORDER = "/api/v1/orders/1001"
BATCH = "/api/v1/orders/batch"


def key_of(world, scopes, **options) -> str:
    with merchant_scope(world.merchant.id):
        return create_api_key(merchant=world.merchant, name="k", scopes=scopes, now=clock.now(), **options)[1]


def order_count(world) -> int:
    with merchant_scope(world.merchant.id):
        return Order.objects.count()


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Bearer pp_00000000_" + "x" * 43,
        "Bearer " + "x" * 10_000,
        "Bearer schlüssel",
        "Basic cHA6cHA=",
        "Token abc",
    ],
)
def test_no_or_a_wrong_key_is_401(api, world, authorization) -> None:
    api.secret = None
    before = digest_of(world.merchant)
    headers = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}

    answer = api.put(ORDER, order_body(), **headers)

    assert_problem(answer, 401)
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert digest_of(world.merchant) == before


def test_a_key_with_the_right_beginning_and_a_wrong_end_is_401(api, world) -> None:
    api.secret = world.secret[:-1] + ("a" if world.secret[-1] != "a" else "b")

    assert_problem(api.get("/api/v1/orders"), 401)


def test_a_revoked_and_an_expired_key_are_401(api, world) -> None:
    with merchant_scope(world.merchant.id):
        revoke_api_key(merchant=world.merchant, prefix=world.api_key.prefix, now=clock.now())
    expired = key_of(world, list(Scope), expires_at=clock.now() - dt.timedelta(seconds=1))

    assert_problem(api.get("/api/v1/orders"), 401)
    api.secret = expired
    assert_problem(api.get("/api/v1/orders"), 401)


def test_when_a_key_was_last_used_is_noted_once_a_minute(api, world) -> None:
    moments = []
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False) as traveller:
        for seconds in (0, 59, 2):
            traveller.shift(seconds)
            api.get("/api/v1/orders")
            with merchant_scope(world.merchant.id):
                moments.append(f"{ApiKey.objects.get(pk=world.api_key.pk).last_used_at:%H:%M:%S}")

    assert moments == ["10:00:00", "10:00:00", "10:01:01"]


NOWHERE = "00000000-0000-7000-8000-000000000000"
PATH = {"external_id": "x", "shipment_external_id": "y", "sku": "z", "id": NOWHERE}
PATH |= {"endpoint_id": NOWHERE, "delivery_id": NOWHERE, "merge_id": NOWHERE, "connector": "shopify"}
PATH |= {"inbound_delivery_id": NOWHERE, "case_id": NOWHERE}
PATH |= {"carrier": "dhl"}


WITH_KEY = [endpoint for endpoint in endpoints() if endpoint.operation.scope]


@pytest.mark.parametrize("endpoint", WITH_KEY, ids=lambda endpoint: endpoint.operation.id)
def test_each_operation_needs_exactly_its_scope(api, world, endpoint) -> None:
    path = endpoint.path.format(**PATH)
    method = endpoint.method.upper()

    api.secret = key_of(world, [scope for scope in Scope if scope != endpoint.operation.scope])
    without = api.request(method, path, {})
    api.secret = key_of(world, [endpoint.operation.scope])
    with_it = api.request(method, path, {})

    assert endpoint.operation.scope in assert_problem(without, 403)["detail"]
    assert with_it.status_code in (200, 201, 404, 422)


def test_the_same_key_and_body_replays_the_answer(api, world) -> None:
    body = {"orders": [{"external_id": "1", **order_body()}]}

    first = api.post(BATCH, body, HTTP_IDEMPOTENCY_KEY="k-1")
    second = api.post(BATCH, body, HTTP_IDEMPOTENCY_KEY="k-1")
    without = api.post(BATCH, body)

    assert first.json()["results"][0]["status"] == "created"
    assert (second.status_code, second.content) == (200, first.content)
    assert ("Idempotent-Replay" in first, second["Idempotent-Replay"]) == (False, "true")
    assert without.json()["results"][0]["status"] == "unchanged"


def test_the_same_key_with_another_body_or_address_is_422(api, world) -> None:
    api.put("/api/v1/orders/1", order_body())
    api.put("/api/v1/orders/2", order_body())
    api.post("/api/v1/orders/1/cancel", {"reason": "a"}, HTTP_IDEMPOTENCY_KEY="k-1")

    other_body = api.post("/api/v1/orders/1/cancel", {"reason": "b"}, HTTP_IDEMPOTENCY_KEY="k-1")
    other_order = api.post("/api/v1/orders/2/cancel", {"reason": "a"}, HTTP_IDEMPOTENCY_KEY="k-1")
    other_route = api.post(BATCH, {"orders": []}, HTTP_IDEMPOTENCY_KEY="k-1")

    assert assert_problem(other_body, 422)["errors"][0]["code"] == "idempotency_key_reused"
    assert_problem(other_order, 422)
    assert other_route.status_code == 200
    assert api.get("/api/v1/orders/2").json()["status"] == "open"


def test_a_refused_request_may_be_tried_again_with_the_same_key(api, world) -> None:
    wrong = api.post("/api/v1/orders/1/cancel", {}, HTTP_IDEMPOTENCY_KEY="k-1")
    api.put("/api/v1/orders/1", order_body())
    right = api.post("/api/v1/orders/1/cancel", {}, HTTP_IDEMPOTENCY_KEY="k-1")

    assert (wrong.status_code, right.status_code) == (404, 200)


def test_keys_of_two_merchants_do_not_meet(api, stranger_api, world) -> None:
    body = {"orders": [{"external_id": "1", **order_body()}]}

    api.post(BATCH, body, HTTP_IDEMPOTENCY_KEY="k-1")
    theirs = stranger_api.post(BATCH, body, HTTP_IDEMPOTENCY_KEY="k-1")

    assert ("Idempotent-Replay" in theirs, theirs.json()["results"][0]["status"]) == (False, "created")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x07b"])
def test_an_unusable_idempotency_key_is_400(api, world, key) -> None:
    assert_problem(api.post(BATCH, {"orders": []}, HTTP_IDEMPOTENCY_KEY=key), 400)


def test_stored_answers_are_sealed_and_kept_for_three_days(api, world) -> None:
    api.put("/api/v1/orders/1", order_body())
    with time_machine.travel("2026-11-22T10:00:00Z") as traveller:
        api.post("/api/v1/orders/1/cancel", {}, HTTP_IDEMPOTENCY_KEY="k-1")
        with merchant_scope(world.merchant.id):
            assert b"anna@example.com" not in bytes(StoredAnswer.objects.get().content)
        traveller.shift(dt.timedelta(hours=73))
        late = api.post("/api/v1/orders/1/cancel", {}, HTTP_IDEMPOTENCY_KEY="k-1")
        assert (late.json()["changed"], "Idempotent-Replay" in late) == (False, False)
        assert forget_old_answers(now=clock.now()) == 0
        assert forget_old_answers(now=clock.now() + dt.timedelta(hours=73)) == 1


def in_threads(*calls) -> list:
    """Run the calls at once, each on a connection of its own, and return what they returned."""
    results: list = [None] * len(calls)
    start = threading.Barrier(len(calls))

    def run(index: int) -> None:
        try:
            start.wait()
            results[index] = calls[index]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_the_same_order_from_many_sides_at_once_is_one_order_and_one_event(committed_db, world, api) -> None:
    for number in range(5):
        body = order_body(customer={"email": f"guest{number}@example.com"})

        answers = in_threads(*[lambda n=number, b=body: api.put(f"/api/v1/orders/{n}", b)] * 4)

        assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    with merchant_scope(world.merchant.id):
        assert Order.objects.count() == 5
        types = list(Event.objects.values_list("type", flat=True))
        assert (types.count("order.placed"), types.count("customer.created")) == (5, 5)


def test_batches_with_the_same_orders_in_another_order_do_not_block_each_other(committed_db, world, api) -> None:
    bodies = [{"external_id": str(n), **order_body(customer={"external_id": f"c-{n % 7}"})} for n in range(40)]

    answers = in_threads(
        lambda: api.post(BATCH, {"orders": bodies}),
        lambda: api.post(BATCH, {"orders": bodies[::-1]}),
        lambda: api.post(BATCH, {"orders": bodies[20:] + bodies[:20]}),
    )

    statuses = [item["status"] for answer in answers for item in answer.json()["results"]]
    assert (statuses.count("created"), statuses.count("unchanged")) == (40, 80)
    with merchant_scope(world.merchant.id):
        assert list(Event.objects.values_list("type", flat=True)).count("customer.created") == 7


def test_a_request_in_flight_holds_its_idempotency_key(committed_db, world, api) -> None:
    from postpurchase.api.idempotency import IdempotentRequest

    body = {"orders": []}
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with merchant_scope(world.merchant.id):
            request = IdempotentRequest(
                merchant=world.merchant, route="push_orders", key="k", path=BATCH, body=body, now=clock.now()
            )
            assert request.stored_answer() is None
            entered.set()
            leave.wait(10)

    def try_meanwhile():
        entered.wait(10)
        answer = api.post(BATCH, body, HTTP_IDEMPOTENCY_KEY="k")
        leave.set()
        return answer

    _, answer = in_threads(hold, try_meanwhile)

    assert_problem(answer, 409)
    assert answer["Retry-After"] == "1"
    assert api.post(BATCH, body, HTTP_IDEMPOTENCY_KEY="k").status_code == 200


def test_a_key_may_make_so_many_requests_a_minute(api, world) -> None:
    api.secret = key_of(world, list(Scope), requests_per_minute=2)
    with time_machine.travel("2026-11-22T10:00:15Z", tick=False) as traveller:
        first, second, third = (api.get("/api/v1/orders") for _ in range(3))
        refused_write = api.put(ORDER, order_body())
        traveller.shift(45)
        next_minute = api.get("/api/v1/orders")

    limits = [(a["RateLimit-Limit"], a["RateLimit-Remaining"], a["RateLimit-Reset"]) for a in (first, second, third)]
    assert limits == [("2", "1", "45"), ("2", "0", "45"), ("2", "0", "45")]
    assert_problem(third, 429)
    assert (third["Retry-After"], "Retry-After" in second) == ("45", False)
    assert_problem(refused_write, 429)
    assert next_minute.status_code == 200
    assert order_count(world) == 0


def test_a_key_without_limit_has_no_such_headers(api, world) -> None:
    assert "RateLimit-Limit" not in api.get("/api/v1/orders")


def test_nobody_is_held_up_when_the_counter_is_away(api, world, settings) -> None:
    api.secret = key_of(world, list(Scope), requests_per_minute=1)
    settings.REDIS_URL = "redis://127.0.0.1:9/0"

    statuses = [api.get("/api/v1/orders").status_code for _ in range(3)]

    assert statuses == [200, 200, 200]


def test_without_database_the_answer_is_503_and_says_when_to_try_again(api, world, monkeypatch) -> None:
    def away(*_args: object, **_options: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("postpurchase.api.authentication.enter_scope_of_api_key", away)

    answer = api.get("/api/v1/orders")

    assert_problem(answer, 503)
    assert answer["Retry-After"] == "5"
    assert "server closed" not in answer.content.decode()


def test_a_mistake_of_ours_is_a_problem_that_tells_nothing(api, world, monkeypatch) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr("orders.api.views.upsert_order", broken)

    answer = api.put(ORDER, order_body())

    assert_problem(answer, 500)
    assert "secret words" not in answer.content.decode()
    assert order_count(world) == 0


def test_answers_are_for_nobodys_cache_and_carry_the_products_headers(api, world) -> None:
    answer = api.get("/api/v1/orders")

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
