"""Thresholds belong to a store; one for each country and currency."""

from decimal import Decimal

import pytest

from orders.free_shipping.choose import remove_free_shipping, set_free_shipping, thresholds_of
from orders.free_shipping.progress import Threshold
from orders.models import FreeShipping
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib.validation import Refused
from tests.conftest import NOW


def choose(world, amount: str, country: str = "", currency: str = "EUR") -> FreeShipping:
    return set_free_shipping(
        merchant=world.merchant,
        store=world.store,
        country=country,
        currency=currency,
        amount=Decimal(amount),
        now=NOW,
    )


def test_the_same_country_and_currency_is_replaced(world, in_scope) -> None:
    choose(world, "50")
    choose(world, "80", country="AT")
    choose(world, "60")

    assert thresholds_of(store_id=world.store.id) == [
        Threshold("", "EUR", Decimal(60)),
        Threshold("AT", "EUR", Decimal(80)),
    ]


@pytest.mark.parametrize(
    ("amount", "country", "currency", "pointer"),
    [
        ("0", "", "EUR", "/amount"),
        ("-1", "", "EUR", "/amount"),
        ("NaN", "", "EUR", "/amount"),
        ("1000001", "", "EUR", "/amount"),
        ("50.001", "", "EUR", "/amount"),
        ("50.5", "", "JPY", "/amount"),
        ("50", "XX", "EUR", "/country"),
        ("50", "", "euro", "/currency"),
    ],
)
def test_what_makes_no_sense_is_refused(world, in_scope, amount, country, currency, pointer) -> None:
    with pytest.raises(Refused) as refused:
        choose(world, amount, country, currency)

    assert [problem.pointer for problem in refused.value.problems] == [pointer]
    assert FreeShipping.objects.count() == 0


def test_a_stranger_cannot_remove_it(world, other_world) -> None:
    with merchant_scope(world.merchant.id):
        row = choose(world, "50")
    with merchant_scope(other_world.merchant.id):
        assert not remove_free_shipping(threshold_id=row.id)
    with merchant_scope(world.merchant.id):
        assert remove_free_shipping(threshold_id=row.id)
        assert not remove_free_shipping(threshold_id=row.id)
