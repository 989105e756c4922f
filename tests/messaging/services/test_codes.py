"""One-time codes on their way: one message each, to the address on file, and no trace of the digits."""

import datetime as dt

import pytest

from messaging.models import Message, MessageContent
from messaging.services.codes import plan_all_codes, plan_codes
from messaging.services.deliver import deliver_batch
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import FakeProvider, make_customer, make_order
from tracking.models import CodePurpose, OneTimeCode
from tracking.services.codes import KEPT_FOR, ask_for_code, digits_of

pytestmark = pytest.mark.usefixtures("committed_db")
NIGHT = dt.datetime(2026, 7, 15, 1, 0, tzinfo=dt.UTC)


def ask(merchant, *, purpose=CodePurpose.OPEN_PAGE, now=NOW, to="", nobody=False, **customer):
    with merchant_scope(merchant.id):
        order = make_order(merchant, make_customer(merchant, **customer))
        return ask_for_code(
            merchant_id=merchant.id, order_id=None if nobody else order.id, purpose=purpose, phone=to, now=now
        )


def planned(merchant):
    with merchant_scope(merchant.id):
        return [(one.channel, one.recipient, one.state) for one in Message.objects.order_by("planned_at", "id")]


def test_a_code_goes_to_the_address_on_file_once_even_at_night(merchant) -> None:
    code = ask(merchant, email="anna@example.com", phone="+4915112345678", now=NIGHT)

    assert plan_codes(merchant_id=merchant.id, now=NIGHT) == 1
    assert plan_codes(merchant_id=merchant.id, now=NIGHT) == 0
    assert plan_all_codes(now=NIGHT) == 0

    assert planned(merchant) == [("email", "anna@example.com", "ready")]
    with merchant_scope(merchant.id):
        message = Message.objects.get()
        assert (message.message_class, message.expires_at) == ("service", code.expires_at)


def test_the_digits_are_in_the_mail_and_nowhere_else(merchant) -> None:
    code = ask(merchant)
    digits = digits_of(code.id)
    plan_codes(merchant_id=merchant.id, now=NOW)
    provider = FakeProvider()

    deliver_batch(merchant_id=merchant.id, channels=lambda _: provider, now=lambda: NOW)

    (envelope,) = provider.envelopes
    for said in (envelope.subject, envelope.html, envelope.text):
        assert digits in said
    with merchant_scope(merchant.id):
        kept = MessageContent.objects.get()
        for said in (kept.subject, kept.html, kept.text):
            assert digits not in said
            assert "••••••" in said
        assert digits not in str(Message.objects.values().get())
        assert digits not in str(OneTimeCode.objects.values().get())


@pytest.mark.parametrize(
    ("sid", "customer", "expected"),
    [
        ("AC1", {"email": "", "phone": "+4915112345678"}, [("sms", "+4915112345678", "ready")]),
        ("", {"email": "", "phone": "+4915112345678"}, []),
        ("AC1", {"email": "", "phone": ""}, []),
    ],
)
def test_a_text_message_stands_in_where_there_is_no_mail_address(merchant, settings, sid, customer, expected) -> None:
    settings.TWILIO_ACCOUNT_SID = sid
    ask(merchant, **customer)

    plan_codes(merchant_id=merchant.id, now=NOW)

    assert planned(merchant) == expected


def test_a_number_to_be_confirmed_gets_the_code_itself(merchant, settings) -> None:
    settings.TWILIO_ACCOUNT_SID = "AC1"
    ask(merchant, purpose=CodePurpose.CONFIRM_NUMBER, to="+41791234567", email="anna@example.com")

    plan_codes(merchant_id=merchant.id, now=NOW)

    assert planned(merchant) == [("sms", "+41791234567", "ready")]


def test_nobody_is_written_to_where_there_is_no_order_or_it_is_too_late(merchant, other_merchant) -> None:
    ask(merchant, nobody=True)
    ask(merchant)
    late = NOW + dt.timedelta(minutes=15)

    assert plan_all_codes(now=late) == 0
    assert planned(merchant) == []
    assert planned(other_merchant) == []


def test_the_round_finds_what_the_doorbell_lost_and_forgets_what_is_old(merchant, other_merchant) -> None:
    ask(merchant)
    ask(other_merchant)
    assert plan_all_codes(now=NOW) == 2
    assert len(planned(merchant)) == len(planned(other_merchant)) == 1

    plan_all_codes(now=NOW + KEPT_FOR + dt.timedelta(seconds=1))
    with merchant_scope(merchant.id):
        assert OneTimeCode.objects.count() == 0


def test_a_code_that_ended_before_its_mail_was_written_is_not_sent(merchant) -> None:
    ask(merchant)
    plan_codes(merchant_id=merchant.id, now=NOW)
    provider = FakeProvider()

    deliver_batch(merchant_id=merchant.id, channels=lambda _: provider, now=lambda: NOW + dt.timedelta(minutes=15))

    assert provider.envelopes == []
    with merchant_scope(merchant.id):
        assert Message.objects.get().state == "expired"
