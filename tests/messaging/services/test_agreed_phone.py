"""A yes to SMS or WhatsApp is for one number: messages go there and nowhere else, whatever a shop says later."""

import datetime as dt

import pytest

from messaging.models import Message, Permission, PermissionEvidence
from messaging.services.addresses import suppression_of
from messaging.services.deliver import deliver_batch
from messaging.services.gate import judge
from messaging.services.phone_news import ChosenWay, chosen_way, confirm_phone
from orders.inputs import MergeSource
from orders.models import Customer
from orders.services.ingest import upsert_order, upsert_orders
from orders.services.merges import merge_customers
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events.dispatch import handle_subject
from postpurchase.privacy.services.erase import request_erasure, run_erasure
from tests.conftest import NOW
from tests.messaging.making import (
    FakeProvider,
    allow,
    happen_to,
    make_customer,
    make_message,
    make_order,
    make_shipment,
    move,
    report_consent,
)
from tests.orders.bodies import order_input
from tracking.models import CodePurpose, OneTimeCode
from tracking.services.codes import ask_for_code

CONFIRMED, OTHER, THIRD = "+4915112345678", "+4915187654321", "+4915100000000"
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(autouse=True)
def twilio(settings, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"


def confirm(order, phone=CONFIRMED, *, channel="sms", now=NOW) -> None:
    code = ask_for_code(
        merchant_id=order.merchant_id,
        order_id=order.id,
        purpose=CodePurpose.CONFIRM_NUMBER,
        phone=phone,
        channel=channel,
        wording="Ja, per SMS.",
        now=now,
    )
    OneTimeCode.objects.filter(pk=code.pk).update(planned_at=now, used_at=now)
    confirm_phone(merchant=order.merchant, customer=order.customer, code=code, now=now)


def push(merchant, phone: str, *, number: str, consents=()) -> None:
    """An order as the shop sends it, with what follows."""
    who = {"external_id": "c-1", "email": "anna@example.com", "phone": phone, "consents": list(consents)}
    upsert_order(merchant=merchant, data=order_input(number, customer=who), now=NOW)
    handle_subject(merchant_id=merchant.id, subject_id=Customer.objects.get(external_id="c-1").id)


def consent(**fields) -> dict[str, object]:
    return {
        "channel": "sms",
        "purpose": "service",
        "basis": "consent",
        "obtained_at": (NOW - MINUTE).isoformat(),
        "wording": "Ja, per SMS.",
        "source": "checkout",
        **fields,
    }


def sent(merchant, now=NOW) -> list[str]:
    provider = FakeProvider()
    deliver_batch(merchant_id=merchant.id, channels=lambda name: provider if name != "email" else None, now=lambda: now)
    return provider.recipients


def way_of(external_id="c-1") -> ChosenWay | None:
    return chosen_way(customer=Customer.objects.get(external_id=external_id))


# --- what shops push -------------------------------------------------------------------------------------------------


def test_a_push_with_another_number_changes_the_profile_and_not_where_messages_go(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant, external_id="c-1", email="anna@example.com"))
        confirm(order)
        push(merchant, OTHER, number="2001")
        move(make_shipment(order), "out_for_delivery")

    assert sent(merchant) == [CONFIRMED]
    with merchant_scope(merchant.id):
        assert Customer.objects.get(external_id="c-1").phone == OTHER
        assert way_of() == ChosenWay("sms", CONFIRMED)


def test_what_a_shop_reports_later_is_evidence_and_does_not_replace_a_confirmed_number(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant, external_id="c-1", email="anna@example.com"))
        confirm(order)
        push(merchant, OTHER, number="2001", consents=[consent(obtained_at=(NOW + MINUTE).isoformat())])

        assert way_of() == ChosenWay("sms", CONFIRMED)
        numbers = PermissionEvidence.objects.order_by("recorded_at", "id").values_list("phone", flat=True)
        assert list(numbers) == [CONFIRMED, OTHER]


def test_the_way_that_was_confirmed_stands_before_one_that_a_shop_reports_later(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant, external_id="c-1", email="anna@example.com"))
        confirm(order, channel="whatsapp")
        push(merchant, OTHER, number="2001", consents=[consent(obtained_at=(NOW + MINUTE).isoformat())])

        assert way_of() == ChosenWay("whatsapp", CONFIRMED)


@pytest.mark.parametrize(("first", "second"), [(OTHER, THIRD), (THIRD, OTHER)])
def test_of_two_that_a_shop_reports_the_later_counts_in_whatever_order_they_come(merchant, first, second) -> None:
    later = {OTHER: NOW - 2 * MINUTE, THIRD: NOW - MINUTE}
    with merchant_scope(merchant.id):
        for number, phone in enumerate((first, second)):
            push(merchant, phone, number=f"200{number}", consents=[consent(obtained_at=later[phone].isoformat())])

        assert way_of() == ChosenWay("sms", THIRD)


def test_a_report_is_for_the_number_it_came_with(merchant) -> None:
    with merchant_scope(merchant.id):
        told = [("2001", OTHER, [consent()]), ("2002", THIRD, [])]
        orders = [
            order_input(number, customer={"external_id": "c-1", "phone": phone, "consents": consents})
            for number, phone, consents in told
        ]
        # Both are stored before anybody looks at what was reported.
        upsert_orders(merchant=merchant, orders=orders, now=NOW)
        customer = Customer.objects.get()
        handle_subject(merchant_id=merchant.id, subject_id=customer.id)

        assert (customer.phone, way_of()) == (THIRD, ChosenWay("sms", OTHER))


def test_a_yes_without_any_number_sends_nothing(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant))
        report = report_consent(order.customer, channel="sms", purpose="service")
        happen_to(order.customer, "customer.consent_reported", consent_report_ids=[report.id])
        make_message(order, channel="sms", recipient="", template="shipped")

        assert Permission.objects.get().status == "granted"
        assert chosen_way(customer=order.customer) is None
    assert sent(merchant) == []
    with merchant_scope(merchant.id):
        assert Message.objects.get().reason == "no_address"


# --- between planning and sending ------------------------------------------------------------------------------------


def test_what_waits_follows_the_person_to_the_number_they_confirmed_since(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        confirm(order)
        move(make_shipment(order), "out_for_delivery")
        confirm(order, OTHER, now=NOW + MINUTE)

    assert sent(merchant) == [OTHER]
    with merchant_scope(merchant.id):
        assert Message.objects.get(channel="sms").recipient == OTHER
        assert PermissionEvidence.objects.count() == 2
        assert Permission.objects.get().evidence.phone == OTHER


def test_the_gate_lets_nothing_through_to_a_number_nobody_agreed_to(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant, phone=OTHER))
        permission = allow(order.customer, "service", "sms", phone=CONFIRMED)
        message = make_message(order, channel="sms", recipient=OTHER, template="shipped")

        verdict = judge(message=message, merchant=merchant, now=NOW)

    assert (verdict.ruling, verdict.reason) == ("suppressed", "number_not_agreed")
    assert verdict.evidence_id == permission.evidence_id


# --- merging and forgetting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept_has_reported", [False, True])
def test_a_merge_brings_the_confirmed_number_along(merchant, kept_has_reported) -> None:
    with merchant_scope(merchant.id):
        kept = make_customer(merchant, external_id="c-1", phone=OTHER)
        if kept_has_reported:
            report = report_consent(kept, channel="sms", purpose="service")
            happen_to(kept, "customer.consent_reported", consent_report_ids=[report.id])
            assert way_of() == ChosenWay("sms", OTHER)
        guest = make_order(merchant, make_customer(merchant))
        confirm(guest)

        source = MergeSource(id=guest.customer.id)
        merge = merge_customers(merchant=merchant, external_id="c-1", source=source, now=NOW).merge
        happen_to(kept, "customer.merged", merge_id=merge.id, from_customer_id=guest.customer.id)

        assert way_of() == ChosenWay("sms", CONFIRMED)


def test_an_erased_confirmed_number_is_forgotten_and_its_refusal_remembered(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant, external_id="c-1", email="anna@example.com"))
        confirm(order)
        push(merchant, OTHER, number="2001")
        customer = Customer.objects.get(external_id="c-1")

        erasure = request_erasure(merchant=merchant, customer=customer, source="api", now=NOW)

    assert run_erasure(merchant_id=merchant.id, erasure_id=erasure.id, now=NOW)

    with merchant_scope(merchant.id):
        for phone in (CONFIRMED, OTHER):
            found = suppression_of(merchant_id=merchant.id, channel="sms", address=phone, purpose="marketing")
            assert found == "objected"
        assert set(PermissionEvidence.objects.values_list("phone", flat=True)) == {""}
