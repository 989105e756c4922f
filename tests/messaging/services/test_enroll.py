"""Which event begins which journey, for whom, and what is planned: the standard journeys as a merchant gets it."""

import datetime as dt

import pytest
import time_machine

from messaging.journeys.standard import KEYS
from messaging.models import Journey, JourneyDecision, JourneyRun, Message
from messaging.services.journeys import set_active
from orders.models import Order
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import (
    allow,
    happen,
    happen_to,
    make_customer,
    make_order,
    make_shipment,
    move,
)

pytestmark = pytest.mark.usefixtures("in_scope")


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def planned() -> list[tuple[str, str, str]]:
    return sorted(Message.objects.values_list("template", "channel", "state"))


def refusals() -> list[tuple[str, str]]:
    rows = JourneyDecision.objects.filter(outcome="not_entered").select_related("journey")
    return sorted((row.journey.key, row.reason) for row in rows)


def test_a_paid_order_is_confirmed_once(merchant) -> None:
    order = make_order(merchant)

    happen(order, "order.placed")
    happen(order, "order.paid")
    happen(order, "order.placed")

    message = Message.objects.get()
    assert message.template == "order_confirmation"
    assert message.state == "ready"
    assert message.recipient == order.customer.email
    assert message.dedupe_key == f"order_confirmation:confirm:order:{order.id}:once"
    assert (message.language, message.tone, message.immediate) == ("de", "sie", True)
    assert message.context == {"order_id": str(order.id)}


def test_an_unpaid_order_is_confirmed_when_it_is_paid(merchant) -> None:
    order = make_order(merchant, payment_status="pending")

    happen(order, "order.placed")
    before = planned()
    Order.objects.filter(pk=order.pk).update(payment_status="paid")
    happen(order, "order.paid")

    assert before == []
    assert refusals() == [("order_confirmation", "not:order.payment_status")]
    assert planned() == [("order_confirmation", "email", "ready")]


def test_history_begins_nothing_and_leaves_no_trace(merchant) -> None:
    order = make_order(merchant, backfill=True)
    shipment = make_shipment(order)

    happen(order, "order.placed")
    happen(order, "shipment.registered", shipment_id=shipment.id)
    move(shipment, "delivered")

    assert planned() == []
    assert JourneyRun.objects.count() == JourneyDecision.objects.count() == 0


def test_an_order_of_long_ago_is_not_confirmed(merchant) -> None:
    order = make_order(merchant, placed_at=NOW - dt.timedelta(days=31))

    happen(order, "order.placed")

    assert planned() == []
    assert refusals() == [("order_confirmation", "not:order.age_days")]


def test_an_order_without_a_customer_is_kept_and_nothing_is_sent(merchant) -> None:
    order = make_order(merchant, customer=None, placed_at=NOW)
    Order.objects.filter(pk=order.pk).update(customer=None)

    happen(order, "order.placed")

    assert planned() == []
    assert refusals() == [("order_confirmation", "no_customer")]


def test_a_customer_without_address_gets_nothing_and_the_message_says_why(merchant) -> None:
    happen(make_order(merchant, make_customer(merchant, email="")), "order.placed")

    assert Message.objects.values_list("state", "reason").get() == ("suppressed", "no_address")


def test_a_parcel_is_told_of_once_whether_announced_or_moving(merchant) -> None:
    order = make_order(merchant)
    shipment = make_shipment(order, "pending")

    happen(order, "shipment.registered", shipment_id=shipment.id)
    move(shipment, "info_received")
    move(shipment, "in_transit")

    assert planned() == [("shipped", "email", "ready")]


def test_later_news_of_a_parcel_fills_no_log_with_what_goes_without_saying(merchant) -> None:
    order = make_order(merchant)
    shipment = make_shipment(order, "pending")
    happen(order, "shipment.registered", shipment_id=shipment.id)

    for status in ("in_transit", "out_for_delivery", "delivered"):
        move(shipment, status)

    assert refusals() == []


def test_each_parcel_of_a_split_order_is_told_of(merchant) -> None:
    order = make_order(merchant)
    shipments = [make_shipment(order, "pending") for _ in range(2)]

    for shipment in shipments:
        happen(order, "shipment.registered", shipment_id=shipment.id)

    assert [row["shipment_id"] for row in Message.objects.order_by("id").values_list("context", flat=True)] == [
        str(shipment.id) for shipment in shipments
    ]


@pytest.mark.parametrize(
    ("status", "template"),
    [
        ("out_for_delivery", "out_for_delivery"),
        ("attempt_failed", "failed_attempt"),
        ("available_for_pickup", "ready_for_pickup"),
        ("delivered", "delivered"),
    ],
)
def test_a_parcels_news_is_told_once_per_status(merchant, status: str, template: str) -> None:
    shipment = make_shipment(make_order(merchant))

    move(shipment, status)
    move(shipment, "in_transit")
    move(shipment, status)

    assert Message.objects.filter(template=template).count() == 1


def test_out_for_delivery_is_taken_back_when_the_parcel_has_arrived(merchant) -> None:
    shipment = make_shipment(make_order(merchant))

    move(shipment, "out_for_delivery")
    move(shipment, "delivered")

    states = dict(Message.objects.values_list("template", "state"))
    assert states == {"out_for_delivery": "suppressed", "delivered": "ready"}
    assert Message.objects.get(template="out_for_delivery").reason == "not:shipment.status"


def test_news_that_comes_too_late_stays_on_the_page(merchant) -> None:
    shipment = make_shipment(make_order(merchant))

    move(shipment, "out_for_delivery", occurred_at=NOW - dt.timedelta(hours=12, seconds=1))

    assert planned() == []
    assert ("out_for_delivery", "news_too_old") in refusals()


def test_an_out_for_delivery_that_arrives_after_the_delivery_begins_nothing(merchant) -> None:
    shipment = make_shipment(make_order(merchant), "delivered")

    happen(
        shipment.order,
        "shipment.status_changed",
        shipment_id=shipment.id,
        to="out_for_delivery",
        occurred_at=NOW,
        **{"from": "in_transit"},
    )

    assert planned() == []
    assert ("out_for_delivery", "not:shipment.status") in refusals()


def test_a_text_message_goes_to_those_who_want_one(merchant, settings) -> None:
    settings.TWILIO_ACCOUNT_SID = "AC1"
    wants, does_not = (make_customer(merchant, phone=f"+4915112345{n}") for n in (678, 679))
    allow(wants, "service", "sms")

    for customer in (wants, does_not):
        move(make_shipment(make_order(merchant, customer)), "out_for_delivery")

    assert sorted(Message.objects.values_list("channel", "recipient")) == sorted(
        [("email", wants.email), ("sms", wants.phone), ("email", does_not.email)]
    )


def test_a_delay_is_told_once(merchant) -> None:
    shipment = make_shipment(make_order(merchant))

    for _ in range(2):
        happen(shipment.order, "shipment.delayed", shipment_id=shipment.id, cause="carrier")

    assert planned() == [("delayed", "email", "ready")]


def test_cancelling_ends_the_journeys_and_is_confirmed(merchant) -> None:
    order = make_order(merchant)
    shipment = make_shipment(order, "pending")
    happen(order, "shipment.registered", shipment_id=shipment.id)

    Order.objects.filter(pk=order.pk).update(status="cancelled")
    happen(order, "order.cancelled")

    assert sorted(Message.objects.values_list("template", "state", "reason")) == [
        ("order_cancelled", "ready", ""),
        ("shipped", "suppressed", "order_cancelled"),
    ]


def test_every_refund_is_told_of(merchant) -> None:
    order = make_order(merchant)

    for refund in ("018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"):
        happen(order, "order.refunded", refund_id=refund)
        happen(order, "order.refunded", refund_id=refund)

    assert planned() == [("order_refunded", "email", "ready")] * 2


def test_points_are_told_of_with_permission_only(merchant) -> None:
    allowed, not_asked = make_customer(merchant), make_customer(merchant)
    allow(allowed, "marketing")

    for customer in (allowed, not_asked):
        entry = customer.id  # any id will do
        happen_to(customer, "points.posted", entry_id=entry, kind="earn", points=50, rule="purchase")

    assert dict(Message.objects.values_list("customer_id", "reason")) == {
        allowed.id: "",
        not_asked.id: "no_permission",
    }


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "reverse", "points": -50},
        {"kind": "adjust", "points": 50},
        {"kind": "earn", "points": 50, "backfill": True},
    ],
)
def test_points_that_were_not_just_earned_are_not_celebrated(merchant, data) -> None:
    customer = make_customer(merchant)
    allow(customer, "marketing")

    happen_to(customer, "points.posted", entry_id=customer.id, **data)

    assert planned() == []


def test_a_merchant_without_journeys_gets_the_standard_ones_with_the_first_event(merchant, other_merchant) -> None:
    happen(make_order(merchant), "order.placed")

    assert Journey.objects.count() == len(KEYS)
    with merchant_scope(other_merchant.id):
        assert Journey.objects.count() == Message.objects.count() == 0


def test_a_journey_that_is_off_lets_nobody_in(merchant) -> None:
    happen(make_order(merchant, backfill=False), "order.updated")
    happen(make_order(merchant), "order.placed")
    set_active(merchant=merchant, key="order_confirmation", active=False, now=NOW)

    happen(make_order(merchant), "order.placed")

    assert len(planned()) == 1


def test_every_decision_is_kept_with_what_it_looked_at(merchant) -> None:
    order = make_order(merchant)

    happen(order, "order.placed")

    message = Message.objects.get()
    assert list(
        JourneyDecision.objects.order_by("decided_at", "id").values_list("step_key", "outcome", "reason", "values")
    ) == [
        ("", "entered", "", {"event": "order.placed"}),
        (
            "confirm",
            "planned",
            "",
            {"message_id": str(message.id), "basis": "contract", "evidence_id": None, "until": None},
        ),
        ("confirm", "ended", "finished", {}),
    ]
