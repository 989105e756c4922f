"""The estimate for shop pages, over HTTP."""

import dataclasses
import datetime as dt

import pytest
import time_machine
from django.test import Client

from postpurchase.accounts.scoping import merchant_scope
from tests.api.test_hostile import assert_problem
from tests.conftest import NOW
from tests.tracking.services.test_delivery import CHOICE
from tests.tracking.test_hit_rate import judged
from tracking.models import TransitGroup
from tracking.services.delivery import choose_delivery
from tracking.transit import ENOUGH


def ask(**query: str):
    return Client().get("/api/v1/delivery-estimate", {"merchant": "lindenhof", **query})


@pytest.fixture(autouse=True)
def on_monday_morning():
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        yield


def learned(world, **days: int) -> None:
    """The merchant's parcels inside Germany, by carrier, all in so many days."""
    with merchant_scope(world.merchant.id):
        for carrier, took in days.items():
            counts = [0] * took + [ENOUGH]
            TransitGroup.objects.create(
                merchant=world.merchant, name=f"{carrier}/*/DE/DE/*", since=dt.date(2026, 10, 1), counts=counts
            )


def test_it_names_the_days_for_an_order_placed_now(world) -> None:
    assert ask(country="DE", postal_code="10115").json() == {
        "earliest": "2026-11-25",
        "likely": "2026-11-26",
        "latest": "2026-11-27",
        "carrier": "",
        "leaves_on": "2026-11-24",
        "order_before": "2026-11-23T14:00:00+01:00",
        "carriers": [],
    }


def test_another_moment_may_be_named(world) -> None:
    assert ask(ordered_at="2026-11-27T15:00:00+01:00").json()["earliest"] == "2026-12-02"


def test_the_holidays_of_the_destination_count(world) -> None:
    # Handed over on Monday 5 January; the 6th is a holiday in München.
    friday = "2026-01-02T10:00:00+01:00"

    assert ask(postal_code="10115", ordered_at=friday).json()["earliest"] == "2026-01-06"
    assert ask(postal_code="80331", ordered_at=friday).json()["earliest"] == "2026-01-07"


def test_without_a_country_it_is_the_merchants_and_abroad_takes_longer(world) -> None:
    assert ask().json() == ask(country="DE").json()
    assert ask(country="US").json()["earliest"] == "2026-12-02"  # over Thanksgiving


def test_the_merchants_carriers_are_compared_and_the_fastest_comes_first(world) -> None:
    learned(world, hermes=3, dhl=1, gls=2)

    answer = ask(postal_code="10115").json()

    assert [(one["carrier"], one["name"], one["likely"]) for one in answer["carriers"]] == [
        ("dhl", "DHL", "2026-11-25"),
        ("gls", "GLS", "2026-11-26"),
        ("hermes", "Hermes", "2026-11-27"),
    ]
    assert (answer["carrier"], answer["likely"]) == ("dhl", "2026-11-25")
    assert ask(country="AT").json()["carriers"] == []


def test_a_carrier_may_be_asked_for_and_is_then_alone(world) -> None:
    learned(world, hermes=3, dhl=1)

    answer = ask(carrier="Hermes").json()

    assert (answer["carrier"], answer["likely"]) == ("hermes", "2026-11-27")
    assert [one["carrier"] for one in answer["carriers"]] == ["hermes"]


def test_the_merchants_usual_carrier_speaks_for_all(world) -> None:
    learned(world, hermes=3, dhl=1)
    with merchant_scope(world.merchant.id):
        usual = dataclasses.replace(CHOICE, carrier="hermes", cut_off=dt.time(9, 0), processing_days=1)
        choose_delivery(merchant=world.merchant, data=usual, now=NOW)

    answer = ask(postal_code="10115").json()

    assert answer["carrier"] == "hermes"
    assert [one["carrier"] for one in answer["carriers"]] == ["dhl", "hermes"]
    assert (answer["leaves_on"], answer["order_before"]) == ("2026-11-25", "2026-11-24T09:00:00+01:00")


def test_a_carriers_hit_rate_is_told_once_there_are_enough_promises(world) -> None:
    learned(world, dhl=1, gls=1)
    with merchant_scope(world.merchant.id):
        for number in range(20):
            judged(world, carrier="dhl", due="2026-11-02", kept=number > 0)
        judged(world, carrier="gls", due="2026-11-02", kept=True)

    answer = ask(postal_code="10115").json()

    assert {one["carrier"]: one["on_time_rate"] for one in answer["carriers"]} == {"dhl": 0.95, "gls": None}


def test_nothing_of_another_merchant_is_told(world, other_world) -> None:
    learned(other_world, dhl=1)

    assert ask().json()["carriers"] == []
    assert [one["carrier"] for one in ask(merchant="stranger").json()["carriers"]] == ["dhl"]


@pytest.mark.parametrize(
    ("now", "max_age"),
    [
        ("2026-11-23T12:58:00Z", 120),  # two minutes before cut-off in Berlin
        ("2026-11-23T13:00:00Z", 300),
        ("2026-11-23T22:59:30Z", 30),  # half a minute before midnight there
        ("2026-11-23T09:00:00Z", 300),
    ],
)
def test_caches_keep_it_no_longer_than_it_is_true(world, now: str, max_age: int) -> None:
    with time_machine.travel(now, tick=False):
        assert ask()["Cache-Control"] == f"public, max-age={max_age}"


def test_what_does_not_depend_on_now_may_be_kept(world) -> None:
    with time_machine.travel("2026-11-23T12:59:59Z", tick=False):
        assert ask(ordered_at="2026-11-23T12:00:00Z")["Cache-Control"] == "public, max-age=300"


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
