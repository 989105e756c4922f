"""STOP and START from a number: what each ends and brings back, in whatever order and however often they arrive."""

import datetime as dt
import itertools

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from messaging.channels.base import Outcome
from messaging.enums import AttemptOutcome, SuppressionReason
from messaging.models import Message, Permission, PermissionEvidence, Suppression
from messaging.services.addresses import suppress, suppression_of
from messaging.services.codes import plan_codes
from messaging.services.deliver import deliver_batch
from messaging.services.feedback import connect_provider
from messaging.services.permissions import withdraw
from messaging.services.phone_news import ChosenWay, chosen_way, confirm_phone
from orders.models import Customer
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import FakeProvider, allow, make_customer, make_order, make_shipment, move
from tests.messaging.services.test_agreed_phone import CONFIRMED, MINUTE, OTHER, confirm, push, sent, way_of
from tracking.models import CodePurpose
from tracking.services.codes import ask_for_code, digits_of

pytestmark = pytest.mark.usefixtures("committed_db")

SIDS = itertools.count(1)


@pytest.fixture(autouse=True)
def twilio(settings, time_machine):
    time_machine.move_to(NOW, tick=False)
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"
    return time_machine


@pytest.fixture
def order(merchant):
    """An order of somebody who confirmed their number for SMS."""
    with merchant_scope(merchant.id):
        connect_provider(merchant=merchant, provider="twilio", secret="secret", now=NOW)
        order = make_order(merchant, make_customer(merchant, external_id="c-1", email="anna@example.com"))
        confirm(order)
        return order


def say(word: str, phone: str = CONFIRMED, *, sid: str = "", prefix: str = "") -> int:
    """Twilio reports what somebody wrote; returns how much of it was news."""
    sid = sid or f"SM{next(SIDS)}"
    fields = {"MessageSid": sid, "SmsStatus": "received", "From": f"{prefix}{phone}", "Body": word}
    path = "/hooks/lindenhof/providers/twilio/"
    signature = RequestValidator("secret").compute_signature(f"http://testserver{path}", fields)
    answer = Client().post(path, fields, HTTP_X_TWILIO_SIGNATURE=signature)
    assert answer.status_code == 202, answer.content
    return int(answer.json()["new"])


def blocked(merchant, phone=CONFIRMED, channel="sms") -> str | None:
    return suppression_of(merchant_id=merchant.id, channel=channel, address=phone)


def test_stop_ends_what_was_agreed_to_for_that_number_wherever_the_profile_points(merchant, order) -> None:
    with merchant_scope(merchant.id):
        push(merchant, OTHER, number="2001")
        move(make_shipment(order), "out_for_delivery")

    say("STOP")

    with merchant_scope(merchant.id):
        assert way_of() is None
        said = Permission.objects.get(purpose="service")
        assert (said.status, said.evidence.source) == ("withdrawn", "provider_opted_out")
    assert sent(merchant) == []
    with merchant_scope(merchant.id):
        assert Message.objects.get(channel="sms").reason == "address_opted_out"


def test_stop_from_the_profiles_number_leaves_the_confirmed_one_alone(merchant, order) -> None:
    with merchant_scope(merchant.id):
        push(merchant, OTHER, number="2001")

    say("STOP", OTHER)

    with merchant_scope(merchant.id):
        assert way_of() == ChosenWay("sms", CONFIRMED)
        assert dict(Permission.objects.values_list("purpose", "status")) == {
            "service": "granted",
            "survey": "withdrawn",
            "marketing": "withdrawn",
        }
        move(make_shipment(order), "out_for_delivery")
    assert sent(merchant) == [CONFIRMED]


def test_stop_ends_it_for_all_who_share_the_number_and_for_no_other_merchant(merchant, other_merchant, order) -> None:
    with merchant_scope(merchant.id):
        confirm(make_order(merchant, make_customer(merchant, external_id="c-2")))
    with merchant_scope(other_merchant.id):
        for name in ("c-1", "c-2"):
            confirm(make_order(other_merchant, make_customer(other_merchant, external_id=name)))

    say("STOP")

    with merchant_scope(merchant.id):
        assert (way_of("c-1"), way_of("c-2")) == (None, None)
    with merchant_scope(other_merchant.id):
        assert (way_of("c-1"), way_of("c-2")) == (ChosenWay("sms", CONFIRMED), ChosenWay("sms", CONFIRMED))


# --- START -----------------------------------------------------------------------------------------------------------


def test_start_brings_back_parcel_news_with_the_words_once_agreed_to_and_no_offers(merchant, order, twilio) -> None:
    with merchant_scope(merchant.id):
        allow(order.customer, "marketing", "sms", phone=CONFIRMED)
    twilio.shift(MINUTE)
    say("STOP")
    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (None, "opted_out")
    twilio.shift(MINUTE)

    say("Start")

    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (ChosenWay("sms", CONFIRMED), None)
        said = Permission.objects.select_related("evidence").get(purpose="service")
        assert (said.evidence.source, said.evidence.wording) == ("provider_opted_in", "Ja, per SMS.")
        assert (said.evidence.phone, said.evidence.is_confirmed) == (CONFIRMED, True)
        assert Permission.objects.get(purpose="marketing").status == "withdrawn"
        move(make_shipment(order), "out_for_delivery")
    assert sent(merchant, now=NOW + 2 * MINUTE) == [CONFIRMED]


def test_start_from_another_number_or_on_another_channel_takes_nothing_back(merchant, order, twilio) -> None:
    twilio.shift(MINUTE)
    say("STOP")
    twilio.shift(MINUTE)

    say("START", OTHER)
    say("START", prefix="whatsapp:")

    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (None, "opted_out")


def test_start_gives_nothing_to_who_never_agreed(merchant, order, twilio) -> None:
    with merchant_scope(merchant.id):
        make_customer(merchant, external_id="c-2", phone=CONFIRMED)
    twilio.shift(MINUTE)
    for word in ("START", "STOP", "START"):
        say(word)
        twilio.shift(MINUTE)

    with merchant_scope(merchant.id):
        assert (way_of("c-1"), way_of("c-2")) == (ChosenWay("sms", CONFIRMED), None)


def test_start_does_not_undo_a_no_that_was_said_elsewhere(merchant, order, twilio) -> None:
    with merchant_scope(merchant.id):
        asked = {"channel": "sms", "purpose": "service", "source": "preferences_page", "now": NOW}
        withdraw(merchant=merchant, customer=order.customer, **asked)
    twilio.shift(MINUTE)
    say("STOP")
    twilio.shift(MINUTE)

    say("START")

    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (None, None)


def test_start_leaves_a_number_alone_that_does_not_exist(merchant, order, twilio) -> None:
    with merchant_scope(merchant.id):
        suppress(merchant_id=merchant.id, channel="sms", address=CONFIRMED, reason=SuppressionReason.INVALID, now=NOW)
    twilio.shift(MINUTE)
    say("START")
    with merchant_scope(merchant.id):
        assert blocked(merchant) == "invalid"


def test_start_after_the_other_way_was_chosen_is_the_last_word(merchant, order, twilio) -> None:
    twilio.shift(MINUTE)
    say("STOP")
    with merchant_scope(merchant.id):
        confirm(order, channel="whatsapp", now=NOW + MINUTE)
        assert way_of() == ChosenWay("whatsapp", CONFIRMED)
    twilio.shift(MINUTE)

    say("START")

    with merchant_scope(merchant.id):
        granted = Permission.objects.filter(status="granted", purpose="service")
        assert [row.channel for row in granted] == ["sms"]


@pytest.mark.parametrize("words", list(itertools.permutations(["STOP", "START", "STOP", "START"], 4)))
def test_the_last_to_arrive_counts_and_a_replay_never_does(merchant, order, twilio, words) -> None:
    for number, word in enumerate(words):
        twilio.shift(MINUTE)
        assert say(word, sid=f"SM-{number}") == 1
        for before in range(number + 1):
            assert say(words[before], sid=f"SM-{before}") == 0

    with merchant_scope(merchant.id):
        if words[-1] == "START":
            assert (way_of(), blocked(merchant)) == (ChosenWay("sms", CONFIRMED), None)
        else:
            assert (way_of(), blocked(merchant)) == (None, "opted_out")
        assert PermissionEvidence.objects.filter(source="provider_opted_in").count() == sum(
            (before, after) == ("STOP", "START") for before, after in itertools.pairwise(words)
        )


# --- refused by the provider -----------------------------------------------------------------------------------------


def test_a_refusal_because_of_a_stop_ends_the_permission_until_start(merchant, order, twilio) -> None:
    with merchant_scope(merchant.id):
        move(make_shipment(order), "out_for_delivery")
    refused = FakeProvider(Outcome(AttemptOutcome.PERMANENT, "21610", suppress=SuppressionReason.OPTED_OUT))
    deliver_batch(
        merchant_id=merchant.id, channels=lambda name: refused if name == "sms" else None, now=lambda: NOW + MINUTE
    )
    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (None, "opted_out")
        assert Message.objects.get(channel="sms").reason == "refused_21610"
    twilio.shift(2 * MINUTE)

    say("START")

    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (ChosenWay("sms", CONFIRMED), None)


# --- confirming anew -------------------------------------------------------------------------------------------------


def ask(merchant, order, phone: str, now: dt.datetime):
    with merchant_scope(merchant.id):
        code = ask_for_code(
            merchant_id=merchant.id,
            order_id=order.id,
            purpose=CodePurpose.CONFIRM_NUMBER,
            phone=phone,
            channel="sms",
            wording="Ja, wieder per SMS.",
            now=now,
        )
    plan_codes(merchant_id=merchant.id, now=now)
    return code


def test_a_new_code_goes_past_the_buyers_own_stop_and_its_answer_is_a_new_consent(merchant, order, twilio) -> None:
    twilio.shift(MINUTE)
    say("STOP")
    code = ask(merchant, order, CONFIRMED, NOW + 2 * MINUTE)
    provider = FakeProvider()
    deliver_batch(merchant_id=merchant.id, channels=lambda _: provider, now=lambda: NOW + 2 * MINUTE)
    assert [(one.recipient, digits_of(code.id) in one.text) for one in provider.envelopes] == [(CONFIRMED, True)]
    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (None, "opted_out")

        confirm_phone(merchant=merchant, customer=order.customer, code=code, now=NOW + 3 * MINUTE)

        assert (way_of(), blocked(merchant)) == (ChosenWay("sms", CONFIRMED), None)
        assert Permission.objects.get(purpose="service").evidence.wording == "Ja, wieder per SMS."


def test_a_code_that_the_provider_refuses_leaves_the_stop_in_force(merchant, order, twilio) -> None:
    twilio.shift(MINUTE)
    say("STOP")
    ask(merchant, order, CONFIRMED, NOW + 2 * MINUTE)
    provider = FakeProvider(Outcome(AttemptOutcome.PERMANENT, "21610", suppress=SuppressionReason.OPTED_OUT))

    deliver_batch(merchant_id=merchant.id, channels=lambda _: provider, now=lambda: NOW + 2 * MINUTE)

    with merchant_scope(merchant.id):
        assert (way_of(), blocked(merchant)) == (None, "opted_out")
        assert Message.objects.get(template="one_time_code").reason == "refused_21610"
        assert Suppression.objects.count() == 1


def test_nobody_can_have_a_code_sent_to_a_stranger_who_said_stop(merchant, order, twilio) -> None:
    twilio.shift(MINUTE)
    say("STOP", OTHER)
    ask(merchant, order, OTHER, NOW + 2 * MINUTE)
    with merchant_scope(merchant.id):
        assert Message.objects.get(template="one_time_code").reason == "address_opted_out"
    assert sent(merchant) == []


def test_a_code_that_opens_the_page_does_not_go_past_a_stop(merchant, order, twilio) -> None:
    twilio.shift(MINUTE)
    say("STOP")
    with merchant_scope(merchant.id):
        Customer.objects.update(email="", phone=CONFIRMED)
        ask_for_code(merchant_id=merchant.id, order_id=order.id, purpose=CodePurpose.OPEN_PAGE, now=NOW + 2 * MINUTE)
    plan_codes(merchant_id=merchant.id, now=NOW + 2 * MINUTE)
    with merchant_scope(merchant.id):
        assert Message.objects.get(template="one_time_code").reason == "address_opted_out"
        assert chosen_way(customer=order.customer) is None
