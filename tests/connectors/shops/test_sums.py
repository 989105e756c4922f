"""Sums that agree to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postpurchase.connectors.shops.sums import shares


@pytest.mark.parametrize(
    ("amount", "weights", "currency", "expected"),
    [
        ("11.94", ["199", "199", "199"], "EUR", ["3.98", "3.98", "3.98"]),
        ("10.00", ["1", "1", "1"], "EUR", ["3.34", "3.33", "3.33"]),
        ("32.25", ["16.125", "3.225", "12.90"], "EUR", ["16.13", "3.22", "12.90"]),
        ("100", ["1", "2"], "JPY", ["33", "67"]),
        ("1.000", ["1", "2"], "KWD", ["0.333", "0.667"]),
        ("5.00", ["0", "0"], "EUR", ["2.50", "2.50"]),
        ("-10.00", ["1", "2"], "EUR", ["-3.33", "-6.67"]),
        ("0", ["1", "2"], "EUR", ["0.00", "0.00"]),
        ("5.00", [], "EUR", []),
    ],
)
def test_what_rounding_leaves_goes_to_those_who_lost_most(amount, weights, currency, expected) -> None:
    found = shares(Decimal(amount), [Decimal(weight) for weight in weights], currency)

    assert [str(share) for share in found] == expected


CENTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(CENTS, st.lists(st.decimals(min_value=0, max_value=10**6, places=4), min_size=1, max_size=30))
def test_shares_add_up_and_none_is_off_by_more_than_a_cent(amount: Decimal, weights: list[Decimal]) -> None:
    found = shares(amount, weights, "EUR")

    assert sum(found) == amount
    whole = sum(weights)
    for share, weight in zip(found, weights, strict=True):
        exact = amount * weight / whole if whole else amount / len(weights)
        assert abs(share - exact) <= Decimal("0.01")
