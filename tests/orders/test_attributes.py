"""Values of attributes, read as the type they should have."""

import datetime as dt
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.attributes import DoesNotFit, guessed_type, typed_value
from orders.enums import AttributeType

NINE = dt.datetime(2026, 7, 1, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "type", "typed"),
    [
        ("M", "text", "M"),
        (42, "text", "42"),
        (True, "text", "true"),
        (12.5, "number", Decimal("12.5")),
        ("12.50", "number", Decimal("12.50")),
        (" -3 ", "number", Decimal("-3")),
        (2**53 + 1, "number", Decimal(2**53 + 1)),
        ("2026-07-01", "date", dt.date(2026, 7, 1)),
        ("2026-07-01T23:30:00-05:00", "date", dt.date(2026, 7, 1)),
        ("2026-07-01T11:00:00+02:00", "datetime", NINE),
        ("2026-07-01T09:00:00Z", "datetime", NINE),
        (False, "boolean", False),
        ("True", "boolean", True),
        (["red", 2, True], "list", ("red", Decimal(2), True)),
        ([], "list", ()),
    ],
)
def test_a_value_that_fits(value, type, typed) -> None:
    found = typed_value(value, type)

    assert (found, found.__class__) == (typed, typed.__class__)


@pytest.mark.parametrize(
    ("value", "type"),
    [
        (None, "text"),
        ({"a": 1}, "text"),
        (["a"], "text"),
        ("twelve", "number"),
        ("1e5", "number"),
        ("NaN", "number"),
        ("１２", "number"),
        (True, "number"),
        ("", "number"),
        ("2026-02-30", "date"),
        ("20260701", "date"),
        (20260701, "date"),
        ("2026-07-01T09:00:00", "datetime"),
        ("2026-07-01", "datetime"),
        ("yes", "boolean"),
        (1, "boolean"),
        ("a,b", "list"),
        ([None], "list"),
        ([["a"]], "list"),
    ],
)
def test_a_value_that_does_not_fit(value, type) -> None:
    with pytest.raises(DoesNotFit):
        typed_value(value, type)


@pytest.mark.parametrize(
    ("value", "type"),
    [
        ("M", "text"),
        ("10115", "text"),
        ("2026-07-01", "date"),
        ("2026-13-01", "text"),
        ("2026-07-01T09:00:00Z", "datetime"),
        ("2026-07-01T09:00:00", "text"),
        (1, "number"),
        (1.5, "number"),
        (True, "boolean"),
        (["a"], "list"),
        (None, None),
        ({"a": 1}, None),
    ],
)
def test_what_a_value_looks_like(value, type) -> None:
    assert guessed_type(value) == type


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(json_values, st.sampled_from(AttributeType.values))
def test_any_value_fits_or_does_not(value, type) -> None:
    with suppress(DoesNotFit):
        typed_value(value, type)


@given(json_values.filter(lambda value: not isinstance(value, list | dict)))
def test_a_value_fits_what_it_looks_like(value) -> None:
    if (type_ := guessed_type(value)) is not None:
        typed_value(value, type_)
