"""What shop pages may ask without a key: the same for everybody, cacheable, counted by address."""

import pytest
import time_machine
from django.test import Client

from postpurchase.api.document import document, endpoints
from postpurchase.api.views import operation
from postpurchase.lib import redis_client
from tests.api.rows import digest_of
from tests.api.test_hostile import assert_problem

KEYLESS = [endpoint for endpoint in endpoints() if endpoint.operation.keyless]
ESTIMATE = "/api/v1/delivery-estimate?merchant=lindenhof&country=DE&postal_code=10115&ordered_at=2026-11-23T10:00:00Z"


def ask(address: str = ESTIMATE, **headers: str):
    return Client(raise_request_exception=False).get(address, headers=headers)


@pytest.fixture(autouse=True)
def own_minute():
    """Requests of other tests come from the same address; a minute of its own has room."""
    with time_machine.travel("2026-11-22T10:00:15Z", tick=False) as traveller:
        redis_client._client.cache_clear()
        yield traveller


@pytest.fixture(autouse=True)
def uncounted(settings):
    settings.KEYLESS_REQUESTS_PER_MINUTE = 1_000


@pytest.mark.parametrize("endpoint", KEYLESS, ids=lambda endpoint: endpoint.operation.id)
def test_each_names_its_merchant_and_an_unknown_one_is_404(world, endpoint) -> None:
    assert "merchant" in endpoint.operation.query.__struct_fields__
    assert endpoint.method == "get"
    assert_problem(ask(f"{endpoint.path}?merchant=nobody"), 404)
    assert_problem(ask(f"{endpoint.path}?merchant=No%20Body"), 422)


def test_no_key_is_needed_and_a_wrong_one_does_not_matter(world) -> None:
    answers = [ask(), ask(authorization="Bearer wrong"), ask(authorization=f"Bearer {world.secret}")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.content for answer in answers}) == 1
    assert "WWW-Authenticate" not in answers[0]


def test_without_a_merchant_the_field_is_named(world) -> None:
    problem = assert_problem(ask("/api/v1/delivery-estimate?country=DE"), 422)

    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [("/merchant", "required")]


def test_any_page_may_read_it_and_caches_may_keep_it(world) -> None:
    answer = ask(origin="https://shop.example.com", cookie="sessionid=abc")

    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Content-Type"] == "application/json"
    assert [name for name in ("Set-Cookie", "Vary", "RateLimit-Remaining") if name in answer] == []
    assert answer.cookies == {}


def test_what_the_caller_has_already_is_304(world) -> None:
    first = ask()
    again = ask(if_none_match=first["ETag"])
    other = ask(if_none_match='"other"')

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert (again["Access-Control-Allow-Origin"], again["Cache-Control"]) == ("*", "public, max-age=300")
    assert (other.status_code, other.content) == (200, first.content)


def test_refusals_can_be_read_by_the_page_and_are_kept_by_nobody(world) -> None:
    answer = ask("/api/v1/delivery-estimate?merchant=nobody")

    assert_problem(answer, 404)
    assert (answer["Access-Control-Allow-Origin"], answer["Cache-Control"]) == ("*", "no-store")


def test_one_address_may_ask_so_often_a_minute(world, settings, own_minute) -> None:
    settings.KEYLESS_REQUESTS_PER_MINUTE = 2

    def ask_from(address: str):
        return Client().get(ESTIMATE, REMOTE_ADDR=address)

    own_minute.shift(600)
    first, second, third = (ask_from("192.0.2.1") for _ in range(3))
    someone_else = ask_from("192.0.2.2")
    same_household = [ask_from(f"2001:db8:1:1::{number}") for number in range(3)]
    own_minute.shift(60)
    later = ask_from("192.0.2.1")

    assert [answer.status_code for answer in (first, second, someone_else, later)] == [200] * 4
    assert_problem(third, 429)
    assert (third["Retry-After"], third["Access-Control-Allow-Origin"]) == ("45", "*")
    assert [answer.status_code for answer in same_household] == [200, 200, 429]


def test_asking_stores_nothing(world) -> None:
    before = digest_of(world.merchant)

    ask()

    assert digest_of(world.merchant) == before


def test_the_document_says_that_no_key_is_needed(world) -> None:
    paths = document()["paths"]
    shown = paths["/api/v1/delivery-estimate"]["get"]

    assert shown["security"] == []
    assert {"401", "403"} & set(shown["responses"]) == set()
    assert {"404", "429"} <= set(shown["responses"])
    assert set(shown["responses"]["200"]["headers"]) == {"Cache-Control", "ETag"}
    assert [one["name"] for one in shown["parameters"] if one["required"]] == ["merchant"]
    assert "security" not in paths["/api/v1/orders"]["get"]


def test_an_operation_is_keyless_only_where_it_says_so() -> None:
    with pytest.raises(TypeError, match="needs a scope"):

        @operation("open_by_mistake", "", answers={})
        def get(view, request): ...


def test_other_operations_stay_closed_whatever_the_query_says(api, world) -> None:
    api.secret = None

    assert_problem(api.get("/api/v1/orders?merchant=lindenhof"), 401)
