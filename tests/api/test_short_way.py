"""Operations pass by what only pages need, and nobody who asks can tell."""

import pytest
from django.test import Client

from postpurchase.api import short_way
from postpurchase.lib.strict_json import SINGLE
from tests.orders.bodies import order_body

ORDER = "/api/v1/orders/1001"
# What differs between any two answers.
OF_ONE_ANSWER = {"X-Request-Id", "RateLimit-Remaining", "RateLimit-Reset"}

CASES = {
    "200": lambda api: api.get("/api/v1/orders"),
    "200, in English": lambda api: api.get("/api/v1/orders", HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.8"),
    "200, a browser's cookies": lambda api: api.get(
        "/api/v1/orders", HTTP_COOKIE=f"sessionid={'s' * 32}; csrftoken={'t' * 32}"
    ),
    "HEAD": lambda api: api.request("HEAD", "/api/v1/orders"),
    "400": lambda api: api.put(ORDER, raw=b"{"),
    "400, an address": lambda api: api.get("/api/v1/orders/%FF"),
    "401": lambda api: api.get("/api/v1/orders", HTTP_AUTHORIZATION="Bearer wrong"),
    "404": lambda api: api.get("/api/v1/orders/none"),
    "404, nothing here": lambda api: api.get("/api/v1/nothing"),
    "404, no version": lambda api: api.get("/api/v9/orders"),
    "405": lambda api: api.delete("/api/v1/checkpoints/batch"),
    "413": lambda api: api.put(ORDER, raw=b'"' + b"x" * SINGLE.size + b'"'),
    "415": lambda api: api.put(ORDER, raw=b"{}", content_type="text/plain"),
    "422": lambda api: api.put(ORDER, order_body(currency="euro")),
    "a document": lambda api: api.get("/api/v1/schema/"),
    "a page": lambda api: api.get("/api/v1/docs/"),
}


def told_by(answer) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in OF_ONE_ANSWER}
    return answer.status_code, headers | {"Set-Cookie": answer.cookies.output()}, answer.content


@pytest.mark.parametrize("ask", CASES.values(), ids=CASES)
def test_answers_are_those_of_the_long_way(api, monkeypatch, ask) -> None:
    short = told_by(ask(api))
    monkeypatch.setattr(short_way, "OPERATIONS", "/nowhere/")

    assert short == told_by(ask(api))


@pytest.mark.usefixtures("world")
def test_no_operation_asks_for_the_token_of_a_form() -> None:
    program = Client(enforce_csrf_checks=True)

    assert program.post("/api/v1/orders/batch").status_code == 401
    assert program.post("/api/v1/nothing").status_code == 404
    assert program.post("/api/v1/schema/").status_code == 405


def test_operations_know_no_session_and_the_page_for_people_does(api) -> None:
    operation, page = (api.get(path).wsgi_request for path in ("/api/v1/orders", "/api/v1/docs/"))

    assert not {"session", "_messages", "allauth"} & vars(operation).keys()
    assert {"session", "_messages", "allauth"} <= vars(page).keys()
