"""Answers are kept as they were given: 0 counts, the same twice is one, a new one is a new revision."""

import datetime as dt
import threading

import pytest
from django.db import connection

from loyalty.enums import Sentiment, SurveyKind
from loyalty.models import SurveyResponse
from loyalty.services.surveys import LONGEST_COMMENT, WrongAnswer, record_response
from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.models import Event
from tests.loyalty.making import deliver, make_customer, make_order


@pytest.fixture
def order(merchant, in_scope):
    return make_order(merchant, make_customer(merchant))


@pytest.fixture
def answer(merchant, order, now):
    def _answer(**said):
        values = {"order": order, "kind": SurveyKind.NPS, "source": "page", "now": now, **said}
        return record_response(merchant=merchant, **values)

    return _answer


def _rows():
    rows = SurveyResponse.objects.order_by("kind", "shipment", "revision")
    return list(rows.values_list("kind", "revision", "score", "comment"))


def test_an_answer_is_stored_and_told(merchant, order, answer, now):
    recorded = answer(score=0, comment="  Zu spät.\r\nLeider.\x00 ")

    response = recorded.response
    assert recorded.changed is True
    assert _rows() == [("nps", 1, 0, "Zu spät.\nLeider.")]
    assert (response.order_id, response.customer_id, response.source, response.answered_at) == (
        order.id,
        order.customer_id,
        "page",
        now,
    )
    event = Event.objects.get(type="survey.answered")
    assert (event.subject_kind, event.subject_id) == ("order", order.id)
    assert event.data == {
        "response_id": str(response.id),
        "kind": "nps",
        "score": 0,
        "revision": 1,
        "shipment_id": None,
    }


def test_the_comment_may_come_later_and_the_score_may_change_without_losing_it(answer):
    answer(score=9)
    answer(comment="Schön verpackt")
    answer(score=10)
    answer(comment="")

    assert _rows() == [
        ("nps", 1, 9, ""),
        ("nps", 2, 9, "Schön verpackt"),
        ("nps", 3, 10, "Schön verpackt"),
        ("nps", 4, 10, ""),
    ]


def test_the_same_answer_again_is_the_same_answer(answer, now):
    first = answer(score=9, comment="Gut")
    again = answer(score=9, comment="Gut", now=now + dt.timedelta(minutes=1))
    silent = answer(score=9)

    assert (again.response.id, again.changed) == (first.response.id, False)
    assert (silent.response.id, silent.changed) == (first.response.id, False)
    assert len(_rows()) == 1
    assert Event.objects.filter(type="survey.answered").count() == 1


def test_each_survey_and_each_parcel_has_an_answer_of_its_own(order, answer):
    first, second = deliver(order, external_id="1"), deliver(order, external_id="2")
    for shipment, score in ((first, Sentiment.GOOD), (second, Sentiment.BAD), (None, Sentiment.OK)):
        answer(kind=SurveyKind.SENTIMENT, shipment=shipment, score=score)
    answer(score=7)

    assert [(kind, revision, score) for kind, revision, score, _ in _rows()] == [
        ("nps", 1, 7),
        ("sentiment", 1, 3),
        ("sentiment", 1, 1),
        ("sentiment", 1, 2),
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "score_missing"),
        ({"comment": "Gut"}, "score_missing"),
        ({"score": 11}, "score_out_of_range"),
        ({"score": -1}, "score_out_of_range"),
        ({"score": 0, "kind": SurveyKind.SENTIMENT}, "score_out_of_range"),
        ({"score": 4, "kind": SurveyKind.SENTIMENT}, "score_out_of_range"),
        ({"score": 9, "comment": "x" * (LONGEST_COMMENT + 1)}, "comment_too_long"),
    ],
)
def test_what_is_no_answer_is_refused_and_leaves_nothing(answer, said, code):
    with pytest.raises(WrongAnswer) as refused:
        answer(**said)

    assert refused.value.code == code
    assert _rows() == []
    assert Event.objects.filter(type="survey.answered").count() == 0


def test_an_order_without_a_customer_can_be_answered_for(merchant, in_scope, answer):
    guest = make_order(merchant)

    assert answer(order=guest, score=5).response.customer_id is None


def test_the_other_merchants_order_cannot_be_answered_for(other_merchant, order, answer):
    with merchant_scope(other_merchant.id), pytest.raises(Order.DoesNotExist):
        answer(score=9)

    assert _rows() == []


def test_a_double_tap_is_one_answer(committed_db, merchant, now):
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant))
    gate = threading.Barrier(8)
    changed = []

    def tap() -> None:
        try:
            gate.wait(10)
            with merchant_scope(merchant.id):
                recorded = record_response(
                    merchant=merchant, order=order, kind=SurveyKind.NPS, score=9, source="page", now=now
                )
            changed.append(recorded.changed)
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(changed) == [False] * 7 + [True]
    with merchant_scope(merchant.id):
        assert _rows() == [("nps", 1, 9, "")]
