"""The facts that conditions look at."""

import datetime as dt

import pytest

from loyalty.enums import Sentiment, SurveyKind
from loyalty.services.surveys import record_response
from messaging.journeys.definition import FACTS
from messaging.services.facts import load_facts
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import allow, make_customer, make_order, make_shipment, set_permission
from tracking.models import CaseReason, ShipmentLine
from tracking.services.cases.answering import Report, report_problem

pytestmark = pytest.mark.usefixtures("in_scope")


def facts_of(merchant, order, **entry_data):
    return load_facts(merchant=merchant, order=order, customer=order.customer, entry_data=entry_data, now=NOW)


def test_every_fact_of_the_vocabulary_is_there_for_an_order_with_a_parcel_and_a_problem(merchant) -> None:
    order = make_order(merchant, placed_at=NOW - dt.timedelta(days=3, hours=1))
    shipment = make_shipment(order, "in_transit", substatus="in_transit_arrived")

    case = report_problem(merchant=merchant, order=order, report=Report(CaseReason.MISSING_ITEM, ""), now=NOW)

    facts = facts_of(
        merchant, order, shipment_id=str(shipment.id), case_id=str(case.id), points=3, nested={"not": "a scalar"}
    )

    assert facts == {
        "event.shipment_id": str(shipment.id),
        "event.case_id": str(case.id),
        "event.points": 3,
        "merchant.time_zone": "Europe/Berlin",
        "customer.accepts_sms": False,
        "order.status": "open",
        "order.payment_status": "paid",
        "order.age_days": 3,
        "order.all_delivered": False,
        "order.has_open_problem": True,
        "order.nps_answered": False,
        "shipment.status": "in_transit",
        "shipment.substatus": "in_transit_arrived",
        "case.is_open": True,
        "case.known_to_shopper": True,
        "case.answer_under_way": False,
    }
    assert set(FACTS) <= set(facts)


def test_without_an_order_there_is_nothing_to_say_of_one(merchant) -> None:
    customer = make_customer(merchant)

    facts = load_facts(merchant=merchant, order=None, customer=customer, entry_data={}, now=NOW)

    assert facts == {"merchant.time_zone": "Europe/Berlin", "customer.accepts_sms": False}


@pytest.mark.parametrize(
    ("statuses", "delivered"),
    [
        ([], False),
        (["delivered"], True),
        (["delivered", "in_transit"], False),
        (["delivered", "delivered"], True),
        (["delivered", "exception"], False),
    ],
)
def test_an_order_has_arrived_when_all_its_parcels_have(merchant, statuses, delivered) -> None:
    order = make_order(merchant)
    for status in statuses:
        make_shipment(order, status)

    assert facts_of(merchant, order)["order.all_delivered"] is delivered


@pytest.mark.parametrize(("packed", "delivered"), [(1, False), (2, True)])
def test_articles_that_were_in_no_parcel_yet_have_not_arrived(merchant, packed, delivered) -> None:
    order = make_order(merchant)
    shipment = make_shipment(order, "delivered")
    ShipmentLine.objects.create(merchant=merchant, shipment=shipment, order_line=order.lines.get(), quantity=packed)

    assert facts_of(merchant, order)["order.all_delivered"] is delivered


@pytest.mark.parametrize(
    ("status", "problem"),
    [("exception", True), ("attempt_failed", True), ("expired", True), ("delivered", False), ("in_transit", False)],
)
def test_a_parcel_in_trouble_is_an_open_problem(merchant, status, problem) -> None:
    order = make_order(merchant)
    make_shipment(order, status)

    assert facts_of(merchant, order)["order.has_open_problem"] is problem


def test_a_sad_face_is_an_open_problem_until_the_next_word(merchant) -> None:
    order = make_order(merchant)
    said = []
    for face in (Sentiment.BAD, Sentiment.GOOD):
        record_response(
            merchant=merchant, order=order, kind=SurveyKind.SENTIMENT, source="tracking", score=face, now=NOW
        )
        said.append(facts_of(merchant, order)["order.has_open_problem"])

    assert said == [True, False]


def test_who_has_answered_the_survey_need_not_be_asked(merchant) -> None:
    order = make_order(merchant)
    record_response(merchant=merchant, order=order, kind=SurveyKind.NPS, source="page", score=0, now=NOW)

    assert facts_of(merchant, order)["order.nps_answered"] is True
    assert facts_of(merchant, make_order(merchant, order.customer))["order.nps_answered"] is False


def test_text_messages_need_a_number_a_permission_and_a_provider(merchant, settings) -> None:
    settings.TWILIO_ACCOUNT_SID = "AC1"
    order = make_order(merchant, make_customer(merchant, phone="+4915112345678"))
    without_permission = facts_of(merchant, order)["customer.accepts_sms"]
    allow(order.customer, "service", "sms")
    with_permission = facts_of(merchant, order)["customer.accepts_sms"]
    set_permission(order.customer, "service", "sms", "withdrawn")
    withdrawn = facts_of(merchant, order)["customer.accepts_sms"]
    allow(order.customer, "service", "sms")
    settings.TWILIO_ACCOUNT_SID = ""
    without_provider = facts_of(merchant, order)["customer.accepts_sms"]

    assert (without_permission, with_permission, withdrawn, without_provider) == (False, True, False, False)


def test_a_strangers_parcels_count_for_nothing(merchant, other_merchant) -> None:
    order = make_order(merchant)
    with merchant_scope(other_merchant.id):
        foreign = make_shipment(make_order(other_merchant), "delivered")

    assert "shipment.status" not in facts_of(merchant, order, shipment_id=str(foreign.id))
