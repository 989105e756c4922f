"""Runs move on when their time comes, each in a transaction of its own."""

import datetime as dt

import msgspec
import pytest
import time_machine

from messaging.journeys.standard import KEYS
from messaging.models import Journey, JourneyDecision, JourneyRun, JourneyVersion, Message
from messaging.services import advance
from messaging.services.advance import drop_unwanted, wake_runs
from messaging.services.journeys import UnknownStep, definition_of, install_standard_journeys, publish, set_active
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import (
    allow,
    happen,
    make_journey,
    make_order,
    make_shipment,
    move,
    set_permission,
)

WAIT = {"key": "pause", "do": "wait", "for": "PT1H"}
MAIL = {"key": "mail", "do": "send", "template": "order_confirmation", "class": "service", "immediate": True}
STOP = [{"reason": "gone", "if": [{"fact": "order.status", "test": "is", "value": "cancelled"}]}]
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def begin(merchant: Merchant, *steps, **fields) -> Order:
    """An order on its way through a journey of these steps."""
    with merchant_scope(merchant.id):
        if not Journey.objects.exists():
            make_journey(merchant, *steps, **fields)
        order = make_order(merchant)
        happen(order, "order.placed")
    return order


def rows(merchant: Merchant, model, *fields):
    with merchant_scope(merchant.id):
        return list(model.objects.order_by("id").values_list(*fields))


def test_a_run_waits_for_its_hour_and_goes_on_once(committed_db, merchant) -> None:
    begin(merchant, WAIT, MAIL)

    woken = [wake_runs(now=LATER - dt.timedelta(seconds=1)), wake_runs(now=LATER), wake_runs(now=LATER)]

    assert woken == [0, 1, 0]
    assert rows(merchant, Message, "template", "planned_at") == [("order_confirmation", LATER)]
    assert rows(merchant, JourneyRun, "state", "ended_reason", "wake_at") == [("ended", "finished", None)]
    assert rows(merchant, JourneyDecision, "step_key", "outcome") == [
        ("", "entered"),
        ("pause", "waited"),
        ("mail", "planned"),
        ("mail", "ended"),
    ]


def test_one_run_that_fails_is_set_back_and_stops_no_other(committed_db, merchant, monkeypatch) -> None:
    poisoned, healthy = begin(merchant, WAIT, MAIL), begin(merchant)
    original = advance.load_facts

    def load(*, order, **arguments):
        if order.pk == poisoned.pk:
            raise ZeroDivisionError
        return original(order=order, **arguments)

    monkeypatch.setattr(advance, "load_facts", load)

    assert wake_runs(now=LATER) == 1
    assert rows(merchant, Message, "order_id") == [(healthy.id,)]
    assert rows(merchant, JourneyRun, "order_id", "state", "wake_at") == [
        (poisoned.id, "running", LATER + dt.timedelta(minutes=5)),
        (healthy.id, "ended", None),
    ]


def test_a_journey_that_is_switched_off_ends_who_is_on_the_way(committed_db, merchant) -> None:
    begin(merchant, WAIT, MAIL)
    with merchant_scope(merchant.id):
        assert set_active(merchant=merchant, key="test", active=False, now=NOW) is True
        assert set_active(merchant=merchant, key="test", active=False, now=NOW) is False

    wake_runs(now=LATER)

    assert rows(merchant, Message, "id") == []
    assert rows(merchant, JourneyRun, "state", "ended_reason") == [("ended", "journey_off")]


def test_a_version_published_on_the_way_changes_nothing_for_who_has_begun(committed_db, merchant) -> None:
    begin(merchant, WAIT, MAIL)
    with merchant_scope(merchant.id):
        journey = Journey.objects.get()
        definition = definition_of(JourneyVersion.objects.get())
        without_pause = msgspec.structs.replace(definition, steps=definition.steps[1:])
        second = publish(journey=journey, definition=without_pause, now=NOW)
    begin(merchant)

    assert second.number == 2
    assert rows(merchant, JourneyRun, "version__number", "state") == [(1, "running"), (2, "ended")]
    wake_runs(now=LATER)
    assert len(rows(merchant, Message, "id")) == 2


def test_the_definition_of_another_journey_cannot_be_published(merchant, in_scope) -> None:
    version = make_journey(merchant, MAIL, key="one")
    make_journey(merchant, MAIL, key="two")

    with pytest.raises(ValueError, match="does not belong"):
        publish(journey=Journey.objects.get(key="two"), definition=definition_of(version), now=NOW)

    assert JourneyVersion.objects.count() == 2


def test_what_is_planned_for_a_cancelled_order_is_taken_back_at_once(committed_db, merchant, other_merchant) -> None:
    order, other = begin(merchant, MAIL, stop=STOP), begin(merchant)
    foreign = begin(other_merchant, MAIL, stop=STOP)
    for owner in (merchant, other_merchant):
        with merchant_scope(owner.id):
            Order.objects.update(status="cancelled")

    with merchant_scope(merchant.id):
        dropped = drop_unwanted(merchant=merchant, order_id=order.id, now=NOW)
        not_ours = drop_unwanted(merchant=merchant, order_id=foreign.id, now=NOW)

    assert (dropped, not_ours) == (1, 0)
    assert rows(merchant, Message, "order_id", "state", "reason") == [
        (order.id, "suppressed", "gone"),
        (other.id, "ready", ""),
    ]
    assert rows(other_merchant, Message, "state") == [("ready",)]
    last = rows(merchant, JourneyDecision, "outcome", "reason", "values")[-1]
    assert (last[0], last[1], last[2]["order.status"]) == ("not_sent", "gone", "cancelled")


# --- the survey, from the delivery to the question -------------------------------------------------------------


def survey_story(merchant: Merchant) -> tuple[Order, dt.datetime]:
    """An order whose two parcels arrive, by somebody who agreed to be asked; and when the survey is due."""
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        allow(order.customer, "survey")
        first, second = make_shipment(order), make_shipment(order)
        move(first, "delivered")
        move(second, "delivered")
        run = JourneyRun.objects.get(journey__key="nps_survey")
    return order, run.wake_at


def surveys(merchant: Merchant):
    with merchant_scope(merchant.id):
        return list(Message.objects.filter(template="nps_survey").values_list("state", "reason"))


def test_the_survey_is_asked_three_days_after_the_last_parcel_at_ten(committed_db, merchant) -> None:
    _, due = survey_story(merchant)

    wake_runs(now=due)

    assert due == dt.datetime.fromisoformat("2026-07-18T10:00+02:00")
    assert surveys(merchant) == [("ready", "")]


def test_no_survey_while_something_is_wrong(committed_db, merchant) -> None:
    order, due = survey_story(merchant)
    with merchant_scope(merchant.id):
        make_shipment(order, "exception")

    wake_runs(now=due)

    assert surveys(merchant) == []
    with merchant_scope(merchant.id):
        decision = JourneyDecision.objects.get(journey__key="nps_survey", outcome="not_sent")
    assert decision.reason == "not:order.all_delivered"


def test_a_second_order_within_ninety_days_is_not_asked_about(committed_db, merchant) -> None:
    _, due = survey_story(merchant)
    with merchant_scope(merchant.id):
        customer = Order.objects.get().customer
        move(make_shipment(make_order(merchant, customer)), "delivered")

    wake_runs(now=due)

    assert surveys(merchant) == [("ready", ""), ("suppressed", "throttled")]


# --- what goes well with it --------------------------------------------------------------------------------------


def arrival(merchant: Merchant, *, switched_on: bool = True) -> Order:
    """An order by somebody who agreed to offers, whose parcel arrives."""
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=NOW)
        if switched_on:
            set_active(merchant=merchant, key="recommendations", active=True, now=NOW)
        order = make_order(merchant)
        allow(order.customer, "marketing")
        move(make_shipment(order), "delivered")
    return order


def offers(merchant: Merchant):
    with merchant_scope(merchant.id):
        found = Message.objects.filter(template="recommendations")
        return list(found.values_list("message_class", "state", "reason"))


THREE_WEEKS_LATER = dt.datetime.fromisoformat("2026-08-05T10:00+02:00")


def test_recommendations_are_planned_three_weeks_after_delivery_once_switched_on(committed_db, merchant) -> None:
    arrival(merchant)

    wake_runs(now=THREE_WEEKS_LATER - dt.timedelta(seconds=1))
    before = offers(merchant)
    wake_runs(now=THREE_WEEKS_LATER)

    assert (before, offers(merchant)) == ([], [("marketing", "ready", "")])


def test_nobody_gets_recommendations_from_a_merchant_who_did_not_switch_them_on(committed_db, merchant) -> None:
    arrival(merchant, switched_on=False)

    wake_runs(now=THREE_WEEKS_LATER)

    assert offers(merchant) == []
    with merchant_scope(merchant.id):
        assert not JourneyRun.objects.filter(journey__key="recommendations").exists()


def test_recommendations_need_permission_for_offers(committed_db, merchant) -> None:
    order = arrival(merchant)
    with merchant_scope(merchant.id):
        set_permission(order.customer, "marketing", "email", "withdrawn")

    wake_runs(now=THREE_WEEKS_LATER)

    assert offers(merchant) == [("marketing", "suppressed", "permission_withdrawn")]


def test_nothing_is_recommended_to_whoever_got_their_money_back(committed_db, merchant) -> None:
    order = arrival(merchant)
    with merchant_scope(merchant.id):
        Order.objects.filter(pk=order.pk).update(payment_status="refunded")

    wake_runs(now=THREE_WEEKS_LATER)

    assert offers(merchant) == []
    with merchant_scope(merchant.id):
        assert JourneyRun.objects.get(journey__key="recommendations").ended_reason == "order_refunded"


# --- the standard journeys ----------------------------------------------------------------------------------------


def test_a_merchant_gets_the_standard_journeys_once(merchant, other_merchant, in_scope) -> None:
    first = install_standard_journeys(merchant=merchant, now=NOW)
    second = install_standard_journeys(merchant=merchant, now=NOW)

    assert (len(first), second) == (len(KEYS), [])
    assert Journey.objects.count() == JourneyVersion.objects.count() == len(KEYS)
    assert set(Journey.objects.filter(active=False).values_list("key", flat=True)) == {"recommendations"}
    assert Journey.objects.get(key="delivered").name == "Zugestellt – alles in Ordnung?"
    with merchant_scope(other_merchant.id):
        assert Journey.objects.count() == 0


def test_a_merchant_elsewhere_reads_english(merchant, in_scope) -> None:
    Merchant.objects.update(country="NL")

    install_standard_journeys(merchant=Merchant.objects.get(), now=NOW)

    assert Journey.objects.get(key="shipped").name == "Shipping confirmation"


def test_waits_can_be_the_merchants_own(merchant, in_scope) -> None:
    install_standard_journeys(merchant=merchant, now=NOW, waits={"nps_survey.wait": dt.timedelta(seconds=20)})

    step = definition_of(JourneyVersion.objects.get(journey__key="nps_survey")).steps[0]
    assert (step.duration, step.until_local_time) == ("PT20S", None)


@pytest.mark.parametrize("name", ["nps_survey.survey", "nps_survey.nap", "nps_survey", "other.wait"])
def test_a_wait_that_does_not_exist_is_refused_and_nothing_installed(merchant, in_scope, name) -> None:
    with pytest.raises(UnknownStep, match=name):
        install_standard_journeys(merchant=merchant, now=NOW, waits={name: dt.timedelta(seconds=1)})

    assert Journey.objects.count() == 0
