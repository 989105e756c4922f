"""The estimate for shop pages, over HTTP."""

import pytest
import time_machine
from django.test import Client

from tests.api.test_hostile import assert_problem


def ask(**query: str):
    return Client().get("/api/v1/delivery-estimate", {"merchant": "lindenhof", **query})


@pytest.fixture(autouse=True)
def on_monday_morning():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


def test_it_names_the_days_for_an_order_placed_now(world) -> None:
    assert ask(country="DE", postal_code="10115").json() == {
        "earliest": "2026-11-25",
        "likely": "2026-11-26",
        "latest": "2026-11-27",
    }


def test_another_moment_may_be_named(world) -> None:
    assert ask(ordered_at="2026-11-27T15:00:00+01:00").json()["earliest"] == "2026-12-02"


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ({"country": "ZZ"}, "/country", "unknown_country"),
        ({"country": "de"}, "/country", "format"),
        ({"ordered_at": "yesterday"}, "/ordered_at", "format"),
        ({"ordered_at": "2026-11-23T09:00:00"}, "/ordered_at", "timezone"),
        ({"ordered_at": "0001-01-01T00:00:00Z"}, "/ordered_at", "out_of_range"),
        ({"postal_code": "1" * 21}, "/postal_code", "too_long"),
        ({"postcode": "10115"}, "/postcode", "unknown_parameter"),
    ],
)
def test_what_is_wrong_is_named(world, query, pointer, code) -> None:
    problem = assert_problem(ask(**query), 422)

    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [(pointer, code)]
