"""Planning stores the intent to send, once, with the address, the voice and the hour."""

import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.db import connections

from messaging.journeys.definition import Send
from messaging.models import JourneyDecision, Message
from messaging.services.plan import Occasion, dedupe_key, plan_message
from orders.models import Customer
from postpurchase.accounts.models import Merchant, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.accounts.services.stores import open_store
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.messaging.making import make_customer, make_order

STEP = Send(key="mail", template="shipped", message_class="service", expires_after="PT6H")
MIDNIGHT = dt.datetime(2026, 7, 15, 22, 0, tzinfo=dt.UTC)


def occasion(order, **changes) -> Occasion:
    values = {
        "journey_key": "shipped",
        "step": STEP,
        "subject_key": "shipment:1",
        "occurrence": "once",
        "order": order,
        "customer": order.customer,
        "context": {"shipment_id": "1"},
    }
    return Occasion(**(values | changes))


def planned_events() -> list[tuple[str, str]]:
    rows = Event.objects.filter(type__startswith="message.").order_by("sequence")
    return [(row.type, row.data["reason"]) for row in rows]


def test_a_message_carries_address_voice_and_hours(merchant, in_scope) -> None:
    Store.objects.update(tone="du", language="de-AT")
    order = make_order(merchant, language="de-CH")

    message, new = plan_message(merchant=merchant, occasion=occasion(order), now=NOW)

    assert new is True
    assert (message.state, message.recipient, message.language, message.tone) == (
        "ready",
        order.customer.email,
        "de-CH",
        "du",
    )
    assert (message.planned_at, message.due_at, message.expires_at) == (NOW, NOW, NOW + dt.timedelta(hours=6))
    assert message.dedupe_key == "shipped:mail:shipment:1:once"
    assert planned_events() == [("message.planned", "")]


def test_each_storefront_speaks_in_its_own_voice(merchant, in_scope) -> None:
    Store.objects.update(tone="sie", language="de")
    swiss = open_store(
        merchant=merchant,
        model=Store.objects.get(),
        slug="ch",
        name="Lindenhof Zürich",
        shop_url="",
        language="de-CH",
        tone="du",
    )
    customer = make_customer(merchant)
    make_order(merchant, customer, placed_at=NOW - dt.timedelta(days=9))
    order = make_order(merchant, customer, store=swiss, language="")

    of_order, _ = plan_message(merchant=merchant, occasion=occasion(order), now=NOW)
    without_order = replace(occasion(order), order=None, subject_key="points:1")
    of_person, _ = plan_message(merchant=merchant, occasion=without_order, now=NOW)

    assert [(message.store_id, message.language, message.tone) for message in (of_order, of_person)] == [
        (swiss.id, "de-CH", "du"),
        (swiss.id, "de-CH", "du"),
    ]


@pytest.mark.parametrize(
    ("order_language", "customer_language", "expected"), [("en", "fr", "en"), ("", "fr", "fr"), ("", "", "de")]
)
def test_the_language_is_the_orders_then_the_persons_then_the_stores(
    merchant, in_scope, order_language, customer_language, expected
) -> None:
    order = make_order(merchant, make_customer(merchant, language=customer_language), language=order_language)

    message, _ = plan_message(merchant=merchant, occasion=occasion(order), now=NOW)

    assert message.language == expected


def test_a_text_message_goes_to_the_number(merchant, in_scope) -> None:
    order = make_order(merchant, make_customer(merchant, phone="+4915112345678"))
    sms = Send(key="sms", template="shipped", message_class="service", channel="sms")

    message, _ = plan_message(merchant=merchant, occasion=occasion(order, step=sms), now=NOW)

    assert (message.recipient, message.state, message.reason) == ("+4915112345678", "suppressed", "no_permission")
    assert planned_events() == [("message.suppressed", "no_permission")]


def test_at_night_it_is_planned_for_the_morning(merchant, in_scope) -> None:
    message, _ = plan_message(
        merchant=merchant,
        occasion=occasion(make_order(merchant), step=Send(key="mail", template="shipped", message_class="service")),
        now=MIDNIGHT,
    )

    assert (message.state, message.reason) == ("held", "quiet_hours")
    assert message.due_at == dt.datetime(2026, 7, 16, 6, 0, tzinfo=dt.UTC)


def test_the_same_occasion_is_planned_once_and_leaves_the_first_as_it_was(merchant, in_scope) -> None:
    order = make_order(merchant)
    first, _ = plan_message(merchant=merchant, occasion=occasion(order), now=NOW)
    Message.objects.update(state="accepted")

    again, new = plan_message(merchant=merchant, occasion=occasion(order), now=NOW + dt.timedelta(days=1))

    assert (again.pk, again.state, new) == (first.pk, "accepted", False)
    assert Message.objects.count() == 1
    assert planned_events() == [("message.planned", "")]


def test_another_subject_step_or_occurrence_is_another_message(merchant, in_scope) -> None:
    order = make_order(merchant)
    others = [
        occasion(order),
        occasion(order, subject_key="shipment:2"),
        occasion(order, occurrence="2026-07-15"),
        occasion(order, journey_key="delivered"),
        occasion(order, step=Send(key="second", template="shipped", message_class="service")),
    ]

    keys = {dedupe_key(other) for other in others}
    new = [plan_message(merchant=merchant, occasion=other, now=NOW)[1] for other in others]

    assert len(keys) == 5
    assert new == [True] * 5


def test_who_was_erased_has_no_address(merchant, in_scope) -> None:
    order = make_order(merchant, make_customer(merchant, erased_at=NOW))

    message, _ = plan_message(merchant=merchant, occasion=occasion(order), now=NOW)

    assert (message.recipient, message.state, message.reason) == ("", "suppressed", "no_address")


def test_outside_of_a_journey_nothing_is_written_into_its_log(merchant, in_scope) -> None:
    plan_message(merchant=merchant, occasion=occasion(make_order(merchant)), now=NOW)

    assert JourneyDecision.objects.count() == 0


def test_two_planners_at_once_plan_one_message(committed_db, merchant, other_merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant)
    barrier, results = threading.Barrier(2), []

    def plan() -> None:
        try:
            with merchant_scope(merchant.id):
                customer = Customer.objects.get(pk=order.customer_id)
                barrier.wait(timeout=20)
                _, new = plan_message(
                    merchant=Merchant.objects.get(), occasion=occasion(order, customer=customer), now=NOW
                )
            results.append(new)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(results) == [False, True]
    with merchant_scope(merchant.id):
        assert Message.objects.count() == 1
    with merchant_scope(other_merchant.id):
        assert Message.objects.count() == 0
