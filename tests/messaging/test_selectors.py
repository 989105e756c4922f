"""What the dashboard reads: messages with why, journeys, permissions; one merchant's, in few queries."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging import selectors
from messaging.journeys.standard import KEYS
from messaging.models import DeliveryAttempt, JourneyRun, Message, MessageContent
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import allow, happen, make_message, make_order, make_shipment, move, set_permission


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def story(merchant, in_scope):
    """An order that was confirmed and delivered."""
    order = make_order(merchant)
    happen(order, "order.placed")
    move(make_shipment(order, "out_for_delivery"), "delivered")
    return order


def test_the_messages_of_an_order_come_with_their_attempts_and_why(merchant, story) -> None:
    confirmation = Message.objects.get(template="order_confirmation")
    attempt = DeliveryAttempt.objects.create(
        merchant=merchant, message=confirmation, number=1, provider="smtp", started_at=NOW
    )

    first, second = selectors.messages_of_order(merchant=merchant, order_id=story.id)

    assert first.message == confirmation
    assert first.attempts == [attempt]
    assert [(decision.step_key, decision.outcome, decision.values["basis"]) for decision in first.decisions] == [
        ("confirm", "planned", "contract")
    ]
    assert (second.message.template, second.attempts) == ("delivered", [])


def test_messages_of_an_order_take_three_queries_for_one_and_for_three(merchant, story) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            selectors.messages_of_order(merchant=merchant, order_id=story.id)
        return len(captured)

    two = queries()
    for number in range(3):
        make_message(story, dedupe_key=str(number))

    assert (two, queries()) == (3, 3)


def test_a_message_shows_what_was_said_once_it_was_rendered(merchant, story) -> None:
    message = Message.objects.get(template="order_confirmation")

    why, nothing_said = selectors.message_detail(merchant=merchant, message_id=message.id)
    content = MessageContent.objects.create(
        merchant=merchant, message=message, subject="Danke", text="Danke!", rendered_at=NOW
    )
    _, said = selectors.message_detail(merchant=merchant, message_id=message.id)

    assert [decision.outcome for decision in why.decisions] == ["planned"]
    assert nothing_said is None
    assert said == content


def test_the_overview_names_every_journey_with_what_it_did(merchant, story) -> None:
    Message.objects.filter(template="order_confirmation").update(state="accepted")
    Message.objects.filter(template="delivered").update(state="suppressed")

    overview = selectors.journeys_overview(merchant=merchant, since=NOW - dt.timedelta(days=1))

    numbers = {row.journey.key: (row.running, row.sent, row.not_sent, row.last_at) for row in overview}
    assert len(overview) == len(KEYS)
    assert overview[0].definition.key == overview[0].journey.key == "order_confirmation"
    assert {key: row for key, row in numbers.items() if row != (0, 0, 0, None)} == {
        "order_confirmation": (0, 1, 0, NOW),
        "delivered": (0, 0, 1, NOW),
        "nps_survey": (1, 0, 0, None),
    }
    assert selectors.journeys_overview(merchant=merchant, since=NOW + dt.timedelta(seconds=1))[0].sent == 0


def test_an_orders_journeys_are_listed_in_the_order_they_began(merchant, story) -> None:
    runs = selectors.runs_of_order(merchant=merchant, order_id=story.id)

    assert [(run.journey.key, run.state) for run in runs] == [
        ("order_confirmation", "ended"),
        ("delivered", "ended"),
        ("nps_survey", "running"),
    ]


def test_permissions_come_with_their_evidence(merchant, story) -> None:
    allow(story.customer, "survey")
    set_permission(story.customer, "marketing", "email", "withdrawn")

    rows = selectors.permissions_of_customer(merchant=merchant, customer_id=story.customer_id)

    assert [(row.purpose, row.status, row.evidence.source) for row in rows] == [
        ("marketing", "withdrawn", "checkout"),
        ("survey", "granted", "checkout"),
    ]


def test_a_stranger_sees_nothing(merchant, other_merchant, story) -> None:
    message = Message.objects.first()

    with merchant_scope(other_merchant.id):
        assert list(selectors.messages(merchant=other_merchant)) == []
        assert selectors.messages_of_order(merchant=other_merchant, order_id=story.id) == []
        assert selectors.message_detail(merchant=other_merchant, message_id=message.id) is None
        assert selectors.decisions_of_order(merchant=other_merchant, order_id=story.id) == []
        assert selectors.journeys_overview(merchant=other_merchant, since=NOW) == []
        assert selectors.runs_of_order(merchant=other_merchant, order_id=story.id) == []
        assert selectors.permissions_of_customer(merchant=other_merchant, customer_id=story.customer_id) == []
    assert JourneyRun.objects.count() == 3
