"""A basket asks how much is missing, without a key."""

from decimal import Decimal

import pytest

from orders.free_shipping.choose import set_free_shipping
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW

ADDRESS = "/api/v1/free-shipping"


@pytest.fixture
def threshold(world):
    with merchant_scope(world.merchant.id):
        for country, amount in (("", "80"), ("DE", "50")):
            set_free_shipping(
                merchant=world.merchant,
                store=world.store,
                country=country,
                currency="EUR",
                amount=Decimal(amount),
                now=NOW,
            )


@pytest.fixture
def ask(api, world):
    api.secret = None

    def get(merchant: str = world.merchant.slug, **query: str):
        return api.get(f"{ADDRESS}?merchant={merchant}&" + "&".join(f"{key}={value}" for key, value in query.items()))

    return get


def test_what_is_missing_in_numbers_and_words(ask, threshold) -> None:
    answer = ask(country="DE", currency="EUR", amount="35.10")

    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "threshold": "50.00",
        "currency": "EUR",
        "missing": "14.90",
        "reached": False,
        "percent": 70,
        "text": "Noch 14,90\xa0€ bis zum kostenlosen Versand",
    }
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "max-age" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer


def test_another_country_another_amount_another_language(ask, threshold) -> None:
    assert ask(country="AT", amount="80").json()["reached"] is True
    english = ask(amount="20", language="en").json()
    assert (english["missing"], english["percent"], english["text"]) == ("30.00", 40, "€30 to go for free delivery")


def test_without_a_threshold_there_is_nothing_to_say(ask, threshold) -> None:
    assert ask(currency="CHF", amount="20").json() == {
        "threshold": None,
        "currency": "CHF",
        "missing": None,
        "reached": False,
        "percent": 0,
        "text": "",
    }


def test_a_stranger_knows_nothing_of_it(ask, other_world, threshold) -> None:
    assert ask(merchant=other_world.merchant.slug, amount="20").json()["threshold"] is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"merchant": "nobody"}, 404),
        ({"store": "nowhere"}, 404),
        ({"amount": "-5"}, 422),
        ({"amount": "NaN"}, 422),
        ({"amount": "1e9"}, 422),
        ({"currency": "€"}, 422),
        ({"country": "germany"}, 422),
        ({"unknown": "1"}, 422),
        ({"amount": "99999999999999999999"}, 422),
    ],
)
def test_bad_questions_are_refused(ask, query, status) -> None:
    assert ask(**query).status_code == status
