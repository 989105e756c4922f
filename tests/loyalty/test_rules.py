"""One rule wins, money is rounded once, refunds add up."""

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.enums import SurveyKind, Trigger
from loyalty.rules import (
    Answer,
    Conditions,
    Purchase,
    Rule,
    Terms,
    WrongConditions,
    answer_earning,
    points_due,
    purchase_earning,
    purchase_prospect,
)
from postpurchase.lib.ids import uuid7

NOW = dt.datetime(2026, 7, 15, 10, 30, tzinfo=dt.UTC)
PLACED = dt.datetime(2026, 7, 10, 8, 0, tzinfo=dt.UTC)

PURCHASE = Purchase(
    placed_at=PLACED,
    currency="EUR",
    store="default",
    goods=Decimal("45.00"),
    refunded=Decimal(0),
    paid=True,
    cancelled=False,
    delivered_at=None,
    backfill=False,
)


def rule(**fields) -> Rule:
    values = {
        "id": uuid7(),
        "key": "purchase",
        "trigger": Trigger.ORDER_PLACED,
        "rank": 10,
        "points": 1,
        "per_amount": Decimal(1),
        "conditions": Conditions(),
        "hold_days": 0,
        "valid_from": None,
        "valid_until": None,
    }
    return Rule(**{**values, **fields})


def purchase(**fields) -> Purchase:
    return dataclasses.replace(PURCHASE, **fields)


@pytest.mark.parametrize(
    ("points", "per_amount", "goods", "expected"),
    [
        (1, "1", "45.00", 45),
        (1, "1", "45.50", 46),  # half, 46 is even
        (1, "1", "44.50", 44),  # half, 44 is even
        (1, "10", "45.00", 4),
        (3, "2", "19.99", 30),
        (5, "0.10", "0.04", 2),
        (1, "1", "0.00", 0),
        (1, "3", "1000000000000.00", 333_333_333_333),
    ],
)
def test_an_amount_becomes_points_in_one_rounding_half_to_even(points, per_amount, goods, expected):
    terms = Terms(points, Decimal(per_amount))

    assert points_due(terms, purchase(goods=Decimal(goods))) == expected


def test_fixed_points_shrink_with_the_share_that_is_kept():
    terms = Terms(50, None)

    assert points_due(terms, PURCHASE) == 50
    assert points_due(terms, purchase(goods=Decimal(0))) == 50
    assert points_due(terms, purchase(refunded=Decimal("22.50"))) == 25
    assert points_due(terms, purchase(refunded=Decimal("45.00"))) == 0
    assert points_due(terms, purchase(cancelled=True)) == 0


money = st.decimals(min_value=0, max_value=10_000, places=2)


@given(
    points=st.integers(1, 1000), per_amount=st.decimals("0.01", 1000, places=2), goods=money, refunds=st.lists(money)
)
def test_points_only_fall_with_refunds_and_end_at_zero(points, per_amount, goods, refunds):
    terms = Terms(points, per_amount)
    worth = [points_due(terms, purchase(goods=goods))]
    refunded = Decimal(0)
    for amount in refunds:
        refunded += amount
        worth.append(points_due(terms, purchase(goods=goods, refunded=refunded)))

    assert worth == sorted(worth, reverse=True)
    assert all(isinstance(value, int) and value >= 0 for value in worth)
    assert points_due(terms, purchase(goods=goods, refunded=goods)) == 0


@given(points=st.integers(1, 1000), per_amount=st.decimals("0.01", 1000, places=2), goods=money, refunded=money)
def test_what_is_kept_is_worth_what_it_would_have_earned_alone(points, per_amount, goods, refunded):
    terms = Terms(points, per_amount)
    kept = max(Decimal(0), goods - refunded)

    assert points_due(terms, purchase(goods=goods, refunded=refunded)) == points_due(terms, purchase(goods=kept))


@given(ranks=st.lists(st.integers(0, 50), min_size=1, unique=True), order=st.randoms())
def test_exactly_one_rule_wins_the_one_of_lowest_rank_in_whatever_order(ranks, order):
    rules = [rule(rank=rank, points=rank + 1, per_amount=None) for rank in ranks]
    order.shuffle(rules)

    earning = purchase_earning(PURCHASE, rules, NOW)

    assert (earning.rule.rank, earning.points) == (min(ranks), min(ranks) + 1)


@pytest.mark.parametrize(
    ("conditions", "fits"),
    [
        ({}, True),
        ({"currencies": ["EUR", "CHF"]}, True),
        ({"currencies": ["CHF"]}, False),
        ({"stores": ["default"]}, True),
        ({"stores": ["outlet"]}, False),
        ({"minimum": "45"}, True),
        ({"minimum": "45.01"}, False),
    ],
)
def test_conditions_narrow_a_rule(conditions, fits):
    narrowed = rule(conditions=Conditions.parse(conditions))

    assert (purchase_earning(PURCHASE, [narrowed], NOW) is not None) is fits


@pytest.mark.parametrize(
    "conditions",
    [
        {"score": [9, 10]},
        {"currencies": "EUR"},
        {"minimum": 45},
        {"minimum": "many"},
        {"minimum": "NaN"},
        {"minimum": "-1"},
        {"surveys": ["csat"]},
    ],
)
def test_unknown_conditions_are_refused_above_all_a_score(conditions):
    with pytest.raises(WrongConditions):
        Conditions.parse(conditions)


def test_a_rule_is_valid_from_its_first_moment_and_no_longer_at_its_last():
    def earns(**fields):
        return purchase_earning(PURCHASE, [rule(**fields)], NOW) is not None

    second = dt.timedelta(seconds=1)
    assert earns(valid_from=PLACED) is True
    assert earns(valid_from=PLACED + second) is False
    assert earns(valid_until=PLACED) is False
    assert earns(valid_until=PLACED + second) is True


def test_points_come_at_the_rules_moment_and_are_held_as_long_as_it_says():
    placed, paid, delivered = (rule(trigger=trigger, hold_days=14) for trigger in list(Trigger)[:3])
    arrived = dt.datetime(2026, 7, 14, 9, 0, tzinfo=dt.UTC)

    def moment(chosen, **facts):
        earning = purchase_earning(purchase(**facts), [chosen], NOW)
        return earning and (earning.occurred_at, earning.available_at - earning.occurred_at)

    fortnight = dt.timedelta(days=14)
    assert moment(placed, paid=False) == (PLACED, fortnight)
    assert moment(paid, paid=False) is None
    assert moment(paid) == (NOW, fortnight)
    assert moment(delivered) is None
    assert moment(delivered, delivered_at=arrived) == (arrived, fortnight)
    assert moment(delivered, delivered_at=arrived, cancelled=True) is None


def test_imported_history_counts_as_delivered_when_it_was_paid_for():
    delivered = rule(trigger=Trigger.ORDER_DELIVERED)

    assert purchase_earning(purchase(backfill=True), [delivered], NOW).occurred_at == PLACED
    assert purchase_earning(purchase(backfill=True, paid=False), [delivered], NOW) is None


def test_what_is_still_to_come_is_a_prospect_until_it_is_earned():
    delivered = rule(trigger=Trigger.ORDER_DELIVERED)

    prospect = purchase_prospect(PURCHASE, [delivered], NOW)

    assert (prospect.points, prospect.waits_for) == (45, Trigger.ORDER_DELIVERED)
    assert purchase_prospect(purchase(delivered_at=NOW), [delivered], NOW) is None
    assert purchase_prospect(purchase(cancelled=True), [delivered], NOW) is None
    assert purchase_prospect(purchase(backfill=True), [delivered], NOW) is None


def test_answers_earn_by_the_survey_they_answer():
    of_nps = rule(
        trigger=Trigger.SURVEY_ANSWERED,
        points=25,
        per_amount=None,
        conditions=Conditions(surveys=("nps",)),
        hold_days=1,
    )
    answer = Answer(kind=SurveyKind.NPS, store="default", answered_at=NOW)

    earning = answer_earning(answer, [rule(), of_nps])

    assert (earning.points, earning.occurred_at, earning.available_at) == (25, NOW, NOW + dt.timedelta(days=1))
    assert answer_earning(dataclasses.replace(answer, kind=SurveyKind.SENTIMENT), [rule(), of_nps]) is None
    assert purchase_earning(PURCHASE, [of_nps], NOW) is None
