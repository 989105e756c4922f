"""Parcels of one order with the same news: one message that tells of all, or several that differ; never none."""

import datetime as dt
import threading

import pytest
from django.db import connections

from messaging.channels.base import Outcome
from messaging.enums import AttemptOutcome
from messaging.models import JourneyDecision, Message
from messaging.services import deliver as delivering
from messaging.services.deliver import deliver_batch
from messaging.services.journeys import install_standard_journeys
from messaging.services.settle import sweep_stuck
from messaging.services.whatsapp import set_up_whatsapp
from postpurchase.accounts.scoping import merchant_scope
from tests.conftest import NOW
from tests.messaging.making import ACCEPTED, FakeProvider, allow, happen, make_customer, make_order, make_shipment, move

PHONE = "+4915112345678"
WINDOW = dt.timedelta(minutes=10)
LATER = NOW + WINDOW
TEMPORARY = Outcome(AttemptOutcome.TEMPORARY, "451")

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(autouse=True)
def twilio(settings, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "secret"


@pytest.fixture
def order(merchant):
    with merchant_scope(merchant.id):
        install_standard_journeys(merchant=merchant, now=NOW)
        return make_order(merchant, make_customer(merchant, email="anna@example.com", phone=PHONE), number="1001")


@pytest.fixture
def parcels(merchant, order):
    """Three parcels of the order, announced one after the other."""
    with merchant_scope(merchant.id):
        return [
            make_shipment(order, tracking_number=f"JJD{number}", created_at=NOW + dt.timedelta(seconds=number))
            for number in (1, 2, 3)
        ]


def hand_over(merchant, *outcomes, now=LATER, **provider) -> FakeProvider:
    fake = FakeProvider(*outcomes, **provider)
    deliver_batch(merchant_id=merchant.id, channels=lambda _: fake, now=lambda: now)
    return fake


def subjects(provider: FakeProvider) -> list[str]:
    return [envelope.subject for envelope in provider.envelopes]


def tour(merchant, parcels, *, now=NOW) -> None:
    with merchant_scope(merchant.id):
        for parcel in parcels:
            move(parcel, "out_for_delivery", now=now)


def states() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("state", "reason"))


def test_two_parcels_of_one_tour_are_one_mail_that_tells_of_both(merchant, parcels) -> None:
    tour(merchant, parcels[:2])
    assert hand_over(merchant, now=NOW).envelopes == []

    sent = hand_over(merchant)

    assert subjects(sent) == ["Heute kommen 2 Pakete: Bestellung 1001"]
    assert [f"JJD{number}" in sent.envelopes[0].text for number in (1, 2, 3)] == [True, True, False]
    assert "Bestellung 1001, Pakete 1 und 2" in sent.envelopes[0].text
    with merchant_scope(merchant.id):
        assert states() == [("accepted", ""), ("suppressed", "told_together")]
        lead, other = Message.objects.get(state="accepted"), Message.objects.get(state="suppressed")
        assert other.context["told_in"] == str(lead.id)
        told = JourneyDecision.objects.get(reason="told_together")
        assert told.values["told_in"] == str(lead.id)
    assert hand_over(merchant, now=LATER + WINDOW).envelopes == []


def test_a_parcel_that_comes_later_has_its_own_mail_which_names_it(merchant, parcels) -> None:
    tour(merchant, parcels[:2])
    hand_over(merchant)
    tour(merchant, parcels[2:], now=LATER)

    # All the others have had their news, so it waits for nobody.
    assert subjects(hand_over(merchant)) == ["Heute kommt Ihr Paket: Bestellung 1001, Paket 3"]


def test_the_only_parcel_does_not_wait_and_is_not_numbered(merchant, order) -> None:
    with merchant_scope(merchant.id):
        move(make_shipment(order), "out_for_delivery")

    assert subjects(hand_over(merchant, now=NOW)) == ["Heute kommt Ihr Paket: Bestellung 1001"]


def test_what_is_no_longer_true_of_one_parcel_is_not_told(merchant, parcels) -> None:
    tour(merchant, parcels[:2])
    with merchant_scope(merchant.id):
        type(parcels[0]).objects.filter(pk=parcels[0].pk).update(status="attempt_failed")

    assert subjects(hand_over(merchant)) == ["Heute kommt Ihr Paket: Bestellung 1001, Paket 2"]
    with merchant_scope(merchant.id):
        assert Message.objects.filter(reason="told_together").count() == 0


def test_parcels_of_other_orders_stay_apart(merchant, parcels) -> None:
    with merchant_scope(merchant.id):
        other = make_order(merchant, parcels[0].order.customer, number="1002")
        stranger = make_shipment(other)
    tour(merchant, [*parcels[:2], stranger])

    assert sorted(subjects(hand_over(merchant))) == [
        "Heute kommen 2 Pakete: Bestellung 1001",
        "Heute kommt Ihr Paket: Bestellung 1002",
    ]


@pytest.mark.parametrize(
    ("status", "subject"),
    [
        ("available_for_pickup", "2 Pakete liegen zur Abholung bereit: Bestellung 1001"),
        ("attempt_failed", "2 Pakete wurden nicht zugestellt: Bestellung 1001"),
        ("delivered", "2 Pakete sind da: Bestellung 1001"),
    ],
)
def test_every_news_that_parcels_share_is_told_once(merchant, parcels, status, subject) -> None:
    with merchant_scope(merchant.id):
        for parcel in parcels[:2]:
            move(parcel, status)

    assert subjects(hand_over(merchant)) == [subject]


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_the_phone_gets_one_message_too(merchant, parcels, order, channel) -> None:
    with merchant_scope(merchant.id):
        allow(order.customer, "service", channel)
        sids = {"de-sie": {"out_for_delivery": "HX" + "2" * 32}}
        set_up_whatsapp(merchant=merchant, store=order.store, number="+4930123456", content_sids=sids, now=NOW)
    tour(merchant, parcels[:2])

    sent = [one.text for one in hand_over(merchant).envelopes if one.recipient == PHONE]

    assert len(sent) == 1
    assert "Pakete 1 und 2" in sent[0]


@pytest.mark.parametrize(
    ("happens", "said"),
    [("attempt_failed", "konnte nicht zugestellt werden"), ("delayed", "kommt leider später")],
)
def test_trouble_is_told_on_the_phone_to_those_who_want_it(merchant, order, happens, said) -> None:
    with merchant_scope(merchant.id):
        quiet = make_order(merchant, make_customer(merchant, phone=PHONE))
        allow(order.customer, "service", "sms")
        for one in (order, quiet):
            parcel = make_shipment(one)
            if happens == "delayed":
                happen(one, "shipment.delayed", shipment_id=parcel.id, cause="carrier", occurred_at=NOW)
            else:
                move(parcel, happens)

    texts = [envelope.text for envelope in hand_over(merchant).envelopes if envelope.recipient == PHONE]

    assert len(texts) == 1
    assert said in texts[0]


# --- failures --------------------------------------------------------------------------------------------------------


def test_a_mail_that_was_not_sent_is_tried_again_for_all_of_its_parcels(merchant, parcels) -> None:
    tour(merchant, parcels[:2])

    assert len(hand_over(merchant, TEMPORARY).envelopes) == 1
    with merchant_scope(merchant.id):
        assert {state for state, _ in states()} == {"ready"}
        assert not Message.objects.filter(context__has_key="told_in").exists()

    assert subjects(hand_over(merchant, now=LATER + dt.timedelta(hours=1))) == [
        "Heute kommen 2 Pakete: Bestellung 1001"
    ]


def test_while_it_waits_to_be_tried_again_a_third_parcel_joins(merchant, parcels) -> None:
    tour(merchant, parcels[:2])
    hand_over(merchant, TEMPORARY)
    tour(merchant, parcels[2:], now=LATER)

    sent = hand_over(merchant, now=LATER + dt.timedelta(hours=1))

    assert subjects(sent) == ["Heute kommen 3 Pakete: Bestellung 1001"]


def test_a_mail_refused_for_good_leaves_the_other_parcel_its_own(merchant, parcels) -> None:
    tour(merchant, parcels[:2])

    sent = hand_over(merchant, Outcome(AttemptOutcome.PERMANENT, "550"))

    assert subjects(sent) == [
        "Heute kommen 2 Pakete: Bestellung 1001",
        "Heute kommt Ihr Paket: Bestellung 1001, Paket 2",
    ]
    with merchant_scope(merchant.id):
        assert states() == [("accepted", ""), ("failed", "refused_550")]


def test_a_mail_of_which_nobody_knows_the_fate_is_never_sent_again_for_any_parcel(merchant, parcels) -> None:
    tour(merchant, parcels[:2])
    hand_over(merchant, Outcome(AttemptOutcome.UNKNOWN, "timeout"))

    assert hand_over(merchant, now=LATER + dt.timedelta(hours=2)).envelopes == []
    with merchant_scope(merchant.id):
        assert states() == [("suppressed", "told_together"), ("unknown", "timeout")]


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it runs."""


def test_a_worker_killed_before_it_committed_leaves_everything_waiting(merchant, parcels, monkeypatch) -> None:
    tour(merchant, parcels[:2])

    def die(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "_take_in_hand", die)
        with pytest.raises(Killed):
            hand_over(merchant)
    with merchant_scope(merchant.id):
        assert states() == [("planned", ""), ("planned", "")]

    assert subjects(hand_over(merchant)) == ["Heute kommen 2 Pakete: Bestellung 1001"]


def test_a_worker_killed_while_it_handed_over_leaves_one_message_of_unknown_fate(merchant, parcels) -> None:
    tour(merchant, parcels[:2])

    def die(_envelope):
        raise Killed

    with pytest.raises(Killed):
        hand_over(merchant, before_answer=die)
    sweep_stuck(now=LATER + dt.timedelta(hours=1))

    assert hand_over(merchant, now=LATER + dt.timedelta(hours=1)).envelopes == []
    with merchant_scope(merchant.id):
        assert states() == [("suppressed", "told_together"), ("unknown", "worker_lost")]


@pytest.mark.parametrize("round_number", range(5))
def test_two_workers_at_once_tell_of_every_parcel_once(merchant, parcels, round_number) -> None:
    tour(merchant, parcels)
    providers = [FakeProvider(ACCEPTED), FakeProvider(ACCEPTED)]
    ready = threading.Barrier(2)

    def work(provider: FakeProvider) -> None:
        ready.wait()
        try:
            for _ in range(3):
                deliver_batch(merchant_id=merchant.id, channels=lambda _: provider, now=lambda: LATER)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[provider]) for provider in providers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sent = [envelope for provider in providers for envelope in provider.envelopes]
    assert len({envelope.text for envelope in sent}) == len(sent)
    for number in (1, 2, 3):
        assert [f"JJD{number}" in envelope.text for envelope in sent].count(True) == 1
    with merchant_scope(merchant.id):
        assert {state for state, _ in states()} <= {"accepted", "suppressed"}
