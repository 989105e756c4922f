"""Which inserts fit: every condition by itself, their order, and what may go together."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from orders.inserts.rules import MOST_INSERTS, Candidate, Conditions, OrderFacts, fitting, may_join

TODAY = dt.date(2026, 11, 22)
FACTS = OrderFacts(
    number=1,
    total=Decimal("50.00"),
    currency="EUR",
    country="DE",
    skus=frozenset({"lamp", "cup"}),
    categories=frozenset({"kitchen"}),
    attributes={"vip": "Gold", "newsletter": "no"},
    is_gift=False,
)


def candidate(number: int = 1, **fields) -> Candidate:
    conditions = fields.pop("conditions", Conditions())
    return Candidate(id=uuid.UUID(int=number), conditions=conditions, **fields)


def chosen(*candidates: Candidate, facts: OrderFacts = FACTS) -> list[tuple[int, list[str]]]:
    return [(one.id.int, met) for one, met in fitting(candidates, facts=facts, today=TODAY)]


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        ({}, []),
        ({"order_until": 1}, ["order_until"]),
        ({"order_from": 1, "order_until": 3}, ["order_from", "order_until"]),
        ({"order_from": 2}, None),
        ({"value_from": Decimal(50), "currency": "EUR"}, ["value", "currency"]),
        ({"value_from": Decimal("50.01"), "currency": "EUR"}, None),
        ({"value_from": Decimal(50), "currency": "CHF"}, None),
        ({"skus": ["cup", "other"]}, ["skus"]),
        ({"skus": ["other"]}, None),
        ({"categories": ["kitchen"]}, ["categories"]),
        ({"categories": ["garden"]}, None),
        ({"countries": ["AT", "DE"]}, ["countries"]),
        ({"countries": ["AT"]}, None),
        ({"attribute": "vip"}, ["attribute"]),
        ({"attribute": "vip", "attribute_values": ["gold"]}, ["attribute"]),
        ({"attribute": "vip", "attribute_values": ["silver"]}, None),
        ({"attribute": "newsletter"}, None),
        ({"attribute": "unknown"}, None),
        ({"gifts": False}, ["gifts"]),
        ({"gifts": True}, None),
        ({"skus": ["cup"], "countries": ["AT"]}, None),
    ],
)
def test_every_condition_must_hold(conditions, met) -> None:
    assert chosen(candidate(conditions=Conditions(**conditions))) == ([] if met is None else [(1, met)])


def test_a_guest_is_nobodys_first_order() -> None:
    guest = OrderFacts(
        **{name: getattr(FACTS, name) for name in FACTS.__struct_fields__ if name != "number"}, number=None
    )

    assert chosen(candidate(conditions=Conditions(order_until=1)), facts=guest) == []
    assert chosen(candidate(), facts=guest) == [(1, [])]


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (TODAY, TODAY, True),
        (TODAY + dt.timedelta(1), None, False),
        (None, TODAY - dt.timedelta(1), False),
        (None, None, True),
    ],
)
def test_a_period_includes_both_its_days(first, last, fits) -> None:
    assert bool(chosen(candidate(first_day=first, last_day=last))) is fits


def test_what_has_run_out_is_left_out() -> None:
    assert chosen(candidate(1, stock=0), candidate(2, stock=1)) == [(2, [])]


def test_higher_priority_comes_first_and_then_the_older() -> None:
    assert [
        one for one, _ in chosen(candidate(3), candidate(1, priority=-1), candidate(2), candidate(4, priority=9))
    ] == [
        4,
        2,
        3,
        1,
    ]


def test_one_that_goes_alone_joins_nobody_and_nobody_joins_it() -> None:
    lonely, other = candidate(1, alone=True), candidate(2)

    assert may_join([], lonely)
    assert not may_join([lonely], other)
    assert not may_join([other], lonely)
    assert may_join([other], candidate(3))


def test_five_are_enough() -> None:
    assert may_join([candidate(n) for n in range(MOST_INSERTS - 1)], candidate(9))
    assert not may_join([candidate(n) for n in range(MOST_INSERTS)], candidate(9))
