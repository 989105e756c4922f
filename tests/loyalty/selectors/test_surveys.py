"""What answers add up to: 0 counts, the latest counts, each merchant for itself."""

import datetime as dt

import pytest

from loyalty.enums import SurveyKind
from loyalty.selectors import Nps, SurveyReward, current_answer, nps, responses_of_order, survey_reward
from loyalty.services.earn import earn_for_answer
from loyalty.services.programme import install_default_programme
from loyalty.services.surveys import record_response
from postpurchase.accounts.scoping import merchant_scope
from tests.loyalty.making import deliver, make_customer, make_order

DAY = dt.timedelta(days=1)


def _answer(merchant, order, score, now, **options):
    values = {"kind": SurveyKind.NPS, "source": "page", **options}
    return record_response(merchant=merchant, order=order, score=score, now=now, **values).response


def test_nps_is_promoters_less_detractors_and_zero_is_one_of_them(merchant, in_scope, now):
    for score in (10, 9, 9, 8, 7, 6, 0):
        _answer(merchant, make_order(merchant), score, now)

    found = nps(merchant=merchant)

    assert found == Nps(promoters=3, passives=2, detractors=2)
    assert (found.answers, found.score) == (7, 14)


def test_without_answers_there_is_no_score_and_a_lone_zero_is_the_worst(merchant, in_scope, now):
    assert nps(merchant=merchant).score is None

    _answer(merchant, make_order(merchant), 0, now)

    assert (nps(merchant=merchant).answers, nps(merchant=merchant).score) == (1, -100)


def test_a_changed_answer_counts_once_with_its_last_score(merchant, in_scope, now):
    order = make_order(merchant)
    for score in (10, 10, 3, 0):
        _answer(merchant, order, score, now)
    _answer(merchant, order, 3, now, kind=SurveyKind.SENTIMENT, shipment=deliver(order))

    assert nps(merchant=merchant) == Nps(promoters=0, passives=0, detractors=1)


def test_a_period_takes_its_first_moment_and_not_its_last(merchant, in_scope, now):
    for days in (0, 1, 2):
        _answer(merchant, make_order(merchant), 10, now + days * DAY)

    assert nps(merchant=merchant, since=now + DAY, until=now + 2 * DAY).answers == 1


def test_each_merchant_sees_its_own_answers(merchant, other_merchant, now):
    with merchant_scope(other_merchant.id):
        _answer(other_merchant, make_order(other_merchant), 10, now)
    with merchant_scope(merchant.id):
        assert nps(merchant=merchant).answers == 0


def test_an_orders_answers_with_their_history(merchant, in_scope, now):
    order, other = make_order(merchant), make_order(merchant)
    _answer(merchant, order, 9, now)
    _answer(merchant, order, 4, now + DAY)
    _answer(merchant, other, 7, now)

    assert current_answer(merchant=merchant, order=order, kind=SurveyKind.NPS).score == 4
    assert current_answer(merchant=merchant, order=order, kind=SurveyKind.SENTIMENT) is None
    assert [row.score for row in responses_of_order(merchant=merchant, order=order)] == [9, 4]


def test_the_reward_is_promised_then_posted_and_a_guest_gets_none(merchant, in_scope, now):
    order, guests = make_order(merchant, make_customer(merchant)), make_order(merchant)
    options = {"merchant": merchant, "kind": SurveyKind.NPS, "now": now}
    assert survey_reward(order=order, **options) is None

    install_default_programme(merchant=merchant, now=now)
    assert survey_reward(order=order, **options) == SurveyReward(25, posted=False)
    assert survey_reward(order=guests, **options) is None

    response = _answer(merchant, order, 2, now)
    earn_for_answer(merchant=merchant, response=response, now=now)
    assert survey_reward(order=order, **options) == SurveyReward(25, posted=True)


@pytest.mark.parametrize("count", [1, 3])
def test_nps_takes_one_query_however_many_answers(merchant, in_scope, now, count, django_assert_num_queries):
    for _ in range(count):
        _answer(merchant, make_order(merchant), 9, now)

    with django_assert_num_queries(1):
        nps(merchant=merchant)
