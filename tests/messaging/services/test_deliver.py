"""Handing over: once, never inside a transaction, and with the truth written down whatever happens."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection, connections

from messaging.channels.base import Outcome
from messaging.enums import AttemptOutcome, SuppressionReason
from messaging.models import DeliveryAttempt, Message, MessageContent, Suppression
from messaging.services import deliver, settle
from messaging.services.deliver import Report, deliver_batch
from messaging.services.permissions import withdraw
from messaging.services.settle import lease, sweep_stuck, wait_before_attempt
from orders.models import Customer, Order, Product
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.dashboard.words import REASON
from postpurchase.events.models import Event
from tests.conftest import NOW
from tests.messaging.making import (
    FakeProvider,
    allow,
    happen,
    make_customer,
    make_journey,
    make_message,
    make_order,
    make_shipment,
    set_permission,
)

pytestmark = pytest.mark.usefixtures("committed_db")

TEMPORARY = Outcome(AttemptOutcome.TEMPORARY, "451", "try later")
PERMANENT = Outcome(AttemptOutcome.PERMANENT, "554", "no")
UNKNOWN = Outcome(AttemptOutcome.UNKNOWN, "no_reply", "TimeoutError")
DOWN = Outcome(AttemptOutcome.TEMPORARY, "ConnectionRefusedError", channel_down=True)


@pytest.fixture(autouse=True)
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (deliver, settle):
        monkeypatch.setattr(module, "random_fraction", lambda: 1.0)


def run(merchant: Merchant, provider: FakeProvider, now: dt.datetime = NOW, **options) -> Report:
    return deliver_batch(merchant_id=merchant.id, channels=provider, now=lambda: now, **options)


def message_of(merchant: Merchant, **fields) -> Message:
    with merchant_scope(merchant.id):
        return make_message(make_order(merchant), **fields)


def state_of(message: Message) -> tuple[str, str]:
    with merchant_scope(message.merchant_id):
        return Message.objects.values_list("state", "reason").get(pk=message.pk)


def events_of(merchant: Merchant) -> list[tuple[str, str]]:
    with merchant_scope(merchant.id):
        rows = Event.objects.filter(type__startswith="message.").order_by("sequence")
        return [(row.type, row.data["reason"]) for row in rows]


# --- the good case --------------------------------------------------------------------------------


def test_a_due_message_is_handed_over_once_and_everything_is_written_down(merchant) -> None:
    message = message_of(merchant)
    provider = FakeProvider()

    report = run(merchant, provider)
    again = run(merchant, provider)

    assert (report, again) == (Report(1, 0, exhausted=True), Report(0, 0, exhausted=True))
    (envelope,) = provider.envelopes
    assert (envelope.message_id, envelope.recipient, envelope.sent_at) == (message.id, message.recipient, NOW)
    assert (envelope.sender_name, envelope.sender_address) == ("Lindenhof", "shop@lindenhof.example.com")
    assert envelope.unsubscribe_url == ""
    with merchant_scope(merchant.id):
        stored = Message.objects.get()
        assert (stored.state, stored.attempt, stored.lease_until) == ("accepted", 1, None)
        assert stored.provider_message_id == "<1@example.com>"
        content = MessageContent.objects.get()
        assert (content.subject, content.html, content.text) == (envelope.subject, envelope.html, envelope.text)
        assert DeliveryAttempt.objects.values_list(
            "number", "provider", "outcome", "response_code", "detail"
        ).get() == (
            1,
            "fake",
            "accepted",
            "250",
            "ok",
        )
    assert events_of(merchant) == [("message.accepted", "")]


def test_while_the_provider_has_it_the_row_is_committed_and_no_transaction_is_open(merchant) -> None:
    message = message_of(merchant)
    seen = []

    def look(_envelope) -> None:
        in_transaction = connection.in_atomic_block
        with merchant_scope(merchant.id):
            row = Message.objects.get()
            attempt = DeliveryAttempt.objects.get()
        seen.append((in_transaction, row.state, row.lease_until, attempt.outcome))

    run(merchant, FakeProvider(before_answer=look))

    assert seen == [(False, "sending", NOW + lease(), "started")]
    assert state_of(message) == ("accepted", "")


def test_one_connection_serves_a_batch_and_is_closed(merchant) -> None:
    for _ in range(3):
        message_of(merchant)
    provider = FakeProvider()

    report = run(merchant, provider)

    assert report == Report(3, 0, exhausted=True)
    assert (provider.opened, provider.closed) == (1, 1)


def test_a_batch_has_a_limit_and_begins_with_the_oldest(merchant) -> None:
    late, early = (message_of(merchant, due_at=NOW - dt.timedelta(minutes=minutes)) for minutes in (1, 2))
    provider = FakeProvider()

    report = run(merchant, provider, limit=1)

    assert report == Report(1, 0, exhausted=False)
    assert provider.recipients == [early.recipient]
    assert state_of(late) == ("ready", "")


def test_what_is_not_due_or_not_ours_is_left_alone(merchant, other_merchant) -> None:
    later = message_of(merchant, state="planned", due_at=NOW + dt.timedelta(seconds=1))
    foreign = message_of(other_merchant)
    provider = FakeProvider()

    report = run(merchant, provider)

    assert report == Report(0, 0, exhausted=True)
    assert (state_of(later), state_of(foreign)) == (("planned", ""), ("ready", ""))
    assert deliver.merchants_with_due_messages(now=NOW) == {other_merchant.id: 1}


@pytest.mark.parametrize("state", ["sending", "accepted", "suppressed", "expired", "failed", "unknown", "bounced"])
def test_what_is_in_hand_or_over_is_never_sent(merchant, state: str) -> None:
    message = message_of(merchant, state=state, lease_until=NOW)
    provider = FakeProvider()

    run(merchant, provider, NOW + dt.timedelta(hours=1))

    assert provider.envelopes == []
    assert state_of(message) == (state, "")


def test_marketing_and_surveys_carry_the_way_out(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        allow(order.customer, "survey")
        make_shipment(order, "delivered")
        make_message(order, template="nps_survey", message_class="survey", dedupe_key="nps")
    provider = FakeProvider()

    run(merchant, provider)

    assert provider.envelopes[0].unsubscribe_url.startswith("http://127.0.0.1:8000/u/")


def advertise(merchant: Merchant, **article) -> Message:
    """A message that recommends, to somebody who agreed; with ``article`` there is something to recommend."""
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        allow(order.customer, "marketing")
        order.lines.update(sku="holder")
        dates = {"merchant": merchant, "created_at": NOW, "updated_at": NOW}
        Product.objects.create(sku="holder", name="Teelichthalter", related=["candle"], **dates)
        if article:
            Product.objects.create(sku="candle", **(dates | article))
        return make_message(order, template="recommendations", message_class="marketing")


def test_recommendations_go_out_with_the_button_that_ends_them(merchant) -> None:
    message = advertise(merchant, name="Teelichte", url="https://shop.example.com/candle")
    provider = FakeProvider()

    run(merchant, provider)

    (envelope,) = provider.envelopes
    assert "Passt zu: Teelichthalter\n  https://shop.example.com/candle" in envelope.text
    assert envelope.unsubscribe_url.startswith("http://127.0.0.1:8000/u/")
    assert state_of(message) == ("accepted", "")


def test_where_nothing_is_good_nothing_is_sent_and_it_says_why(merchant) -> None:
    message = advertise(merchant)
    provider = FakeProvider()

    report = run(merchant, provider)

    assert report == Report(0, 1, exhausted=True)
    assert provider.envelopes == []
    assert state_of(message) == ("suppressed", "nothing_to_recommend")
    assert events_of(merchant) == [("message.suppressed", "nothing_to_recommend")]
    assert REASON["nothing_to_recommend"]
    with merchant_scope(merchant.id):
        assert not DeliveryAttempt.objects.exists()
        assert not MessageContent.objects.exists()


# --- the gate, asked again ------------------------------------------------------------------------


def test_who_unsubscribes_between_planning_and_claim_gets_nothing(merchant) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        allow(order.customer, "survey")
        message = make_message(order, template="nps_survey", message_class="survey")
        withdraw(merchant=merchant, customer=order.customer, channel=None, purpose=None, source="one_click", now=NOW)
    provider = FakeProvider()

    report = run(merchant, provider)

    assert report == Report(0, 1, exhausted=True)
    assert provider.envelopes == []
    assert state_of(message) == ("suppressed", "permission_withdrawn")
    assert events_of(merchant) == [("message.suppressed", "permission_withdrawn")]


def test_who_unsubscribes_while_a_worker_decides_is_heard(merchant) -> None:
    """The objection commits after the worker has taken the row but before it asks: the gate reads what is committed."""
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        permission = allow(order.customer, "survey")
        message = make_message(order, template="nps_survey", message_class="survey")

    def object_elsewhere() -> None:
        with merchant_scope(merchant.id):
            set_permission(order.customer, "survey", "email", "withdrawn")
        connections.close_all()

    original = deliver.judge

    def judge_after_objection(**arguments):
        thread = threading.Thread(target=object_elsewhere)
        thread.start()
        thread.join()
        return original(**arguments)

    deliver.judge = judge_after_objection
    try:
        provider = FakeProvider()
        run(merchant, provider)
    finally:
        deliver.judge = original

    assert permission.status == "granted"
    assert provider.envelopes == []
    assert state_of(message) == ("suppressed", "permission_withdrawn")


def test_who_was_erased_since_gets_nothing(merchant) -> None:
    message = message_of(merchant)
    with merchant_scope(merchant.id):
        Customer.objects.update(erased_at=NOW)
    provider = FakeProvider()

    run(merchant, provider)

    assert provider.envelopes == []
    assert state_of(message) == ("suppressed", "no_address")


def test_in_quiet_hours_it_is_held_until_the_morning_and_then_sent(merchant) -> None:
    message = message_of(merchant)
    night = dt.datetime(2026, 7, 15, 22, 0, tzinfo=dt.UTC)  # midnight in Berlin
    provider = FakeProvider()

    run(merchant, provider, night)
    held = state_of(message)
    run(merchant, provider, dt.datetime(2026, 7, 16, 5, 59, tzinfo=dt.UTC))
    before_eight = list(provider.envelopes)
    run(merchant, provider, dt.datetime(2026, 7, 16, 6, 0, tzinfo=dt.UTC))

    assert held == ("held", "quiet_hours")
    assert before_eight == []
    assert state_of(message) == ("accepted", "")


def test_what_comes_too_late_expires(merchant) -> None:
    message = message_of(merchant, expires_at=NOW)

    run(merchant, FakeProvider())

    assert state_of(message) == ("expired", "expired")


@pytest.mark.parametrize("whose", ["merchant", "installation"])
def test_a_pause_holds_and_loses_nothing(merchant, settings, whose: str) -> None:
    message = message_of(merchant)
    provider = FakeProvider()
    settings.SENDING_PAUSED = whose == "installation"
    with merchant_scope(merchant.id):
        Merchant.objects.update(sending_paused=whose == "merchant")

    run(merchant, provider)
    held = state_of(message)
    settings.SENDING_PAUSED = False
    with merchant_scope(merchant.id):
        Merchant.objects.update(sending_paused=False)
    run(merchant, provider, NOW + dt.timedelta(minutes=1))

    assert held == ("held", "sending_paused")
    assert state_of(message) == ("accepted", "")


def test_what_is_no_longer_true_is_not_said(merchant) -> None:
    with merchant_scope(merchant.id):
        make_journey(
            merchant,
            {"key": "mail", "do": "send", "template": "order_confirmation", "class": "service", "immediate": True},
            stop=[{"reason": "gone", "if": [{"fact": "order.status", "test": "is", "value": "cancelled"}]}],
        )
        order = make_order(merchant)
        with time_machine.travel(NOW, tick=False):
            happen(order, "order.placed")
        Order.objects.update(status="cancelled")
        message = Message.objects.get()
    provider = FakeProvider()

    run(merchant, provider)

    assert provider.envelopes == []
    assert state_of(message) == ("suppressed", "gone")


def test_a_person_is_asked_once_in_ninety_days(merchant) -> None:
    with merchant_scope(merchant.id):
        customer = make_customer(merchant)
        allow(customer, "survey")
        for number in range(2):
            order = make_order(merchant, customer)
            make_shipment(order, "delivered")
            make_message(
                order,
                template="nps_survey",
                message_class="survey",
                throttle_days=90,
                dedupe_key=str(number),
                expires_at=NOW + dt.timedelta(days=200),
            )
    provider = FakeProvider()

    run(merchant, provider)

    assert len(provider.envelopes) == 1
    with merchant_scope(merchant.id):
        assert list(Message.objects.order_by("id").values_list("state", "reason")) == [
            ("accepted", ""),
            ("suppressed", "throttled"),
        ]


def test_a_channel_nobody_has_set_up_is_said_to_be_missing(merchant) -> None:
    message = message_of(merchant)

    deliver_batch(merchant_id=merchant.id, channels=lambda _: None, now=lambda: NOW)

    assert state_of(message) == ("suppressed", "no_channel")


# --- failures -------------------------------------------------------------------------------------


def test_a_temporary_failure_waits_longer_each_time_and_ends_after_eight(merchant) -> None:
    message = message_of(merchant, expires_at=NOW + dt.timedelta(days=9))
    provider = FakeProvider(*[TEMPORARY] * 9)
    now, waits = NOW, []

    for _ in range(8):
        run(merchant, provider, now)
        with merchant_scope(merchant.id):
            due_at = Message.objects.get().due_at
        waits.append((due_at - now).total_seconds())
        now = due_at

    assert waits[:7] == [30, 60, 120, 240, 480, 960, 1920]
    assert state_of(message) == ("failed", "gave_up_451")
    assert len(provider.envelopes) == 8
    with merchant_scope(merchant.id):
        assert list(DeliveryAttempt.objects.order_by("number").values_list("number", "outcome")) == [
            (number, "temporary") for number in range(1, 9)
        ]
    assert events_of(merchant) == [("message.failed", "gave_up_451")]


def test_what_could_not_be_sent_before_it_expires_is_given_up(merchant) -> None:
    message = message_of(merchant, expires_at=NOW + dt.timedelta(seconds=30))

    run(merchant, FakeProvider(TEMPORARY))

    assert state_of(message) == ("expired", "not_sent_451")
    assert events_of(merchant) == [("message.failed", "not_sent_451")]


def test_a_provider_that_names_a_time_is_asked_again_then(merchant) -> None:
    message_of(merchant)
    busy = Outcome(AttemptOutcome.TEMPORARY, "429", retry_after=dt.timedelta(minutes=7), channel_down=True)

    run(merchant, FakeProvider(busy))

    with merchant_scope(merchant.id):
        assert Message.objects.values_list("state", "due_at").get() == ("ready", NOW + dt.timedelta(minutes=7))


def test_a_provider_that_is_away_ends_the_batch_and_costs_no_message_its_chances(merchant) -> None:
    messages = [message_of(merchant, expires_at=NOW + dt.timedelta(days=9)) for _ in range(2)]
    now = NOW
    for _ in range(12):
        report = run(merchant, FakeProvider(DOWN), now)
        assert report.handed_over == 1
        now += dt.timedelta(minutes=5)

    assert {state_of(message)[0] for message in messages} == {"ready"}
    provider = FakeProvider()
    run(merchant, provider, now)
    assert sorted(provider.recipients) == sorted(message.recipient for message in messages)


def test_a_permanent_refusal_is_the_end(merchant) -> None:
    message = message_of(merchant)
    provider = FakeProvider(PERMANENT)

    run(merchant, provider)
    run(merchant, provider, NOW + dt.timedelta(hours=1))

    assert state_of(message) == ("failed", "refused_554")
    assert len(provider.envelopes) == 1
    with merchant_scope(merchant.id):
        assert Suppression.objects.count() == 0


def test_a_mailbox_that_does_not_exist_is_never_written_to_again(merchant, other_merchant) -> None:
    message = message_of(merchant)
    gone = Outcome(AttemptOutcome.PERMANENT, "550", "5.1.1", suppress=SuppressionReason.HARD_BOUNCE)
    with merchant_scope(merchant.id):
        second = make_message(message.order, dedupe_key="second", recipient=message.recipient.upper())
    with merchant_scope(other_merchant.id):
        foreign = make_message(make_order(other_merchant), recipient=message.recipient)

    run(merchant, FakeProvider(gone))
    run(other_merchant, FakeProvider())

    assert state_of(message) == ("failed", "refused_550")
    assert state_of(second) == ("suppressed", "address_hard_bounce")
    assert state_of(foreign) == ("accepted", "")


def test_what_nobody_knows_is_called_unknown_and_never_sent_again(merchant) -> None:
    message = message_of(merchant)
    provider = FakeProvider(UNKNOWN)

    run(merchant, provider)
    run(merchant, provider, NOW + dt.timedelta(hours=2))

    assert state_of(message) == ("unknown", "no_reply")
    assert len(provider.envelopes) == 1
    assert events_of(merchant) == [("message.unknown", "no_reply")]


def test_an_adapter_with_a_defect_leaves_unknown_and_stops_nobody(merchant) -> None:
    first, second = (message_of(merchant, due_at=NOW - dt.timedelta(minutes=m)) for m in (2, 1))

    run(merchant, FakeProvider(ZeroDivisionError()))

    assert state_of(first) == ("unknown", "channel_error")
    assert state_of(second) == ("accepted", "")


def test_the_providers_words_are_kept_without_the_address(merchant) -> None:
    message = message_of(merchant)

    run(merchant, FakeProvider(Outcome(AttemptOutcome.PERMANENT, "550", f"no such user {message.recipient} here")))

    with merchant_scope(merchant.id):
        assert DeliveryAttempt.objects.get().detail == "no such user <recipient> here"


def test_one_poisoned_row_stops_no_other_and_fails_in_the_end(merchant, monkeypatch) -> None:
    poisoned, healthy = (message_of(merchant, due_at=NOW - dt.timedelta(minutes=m)) for m in (2, 1))
    with merchant_scope(merchant.id):
        Message.objects.filter(pk=poisoned.pk).update(expires_at=NOW + dt.timedelta(days=9))
    original = deliver.render_message

    def render(*, message, now, together):
        if message.pk == poisoned.pk:
            raise ZeroDivisionError
        return original(message=message, now=now, together=together)

    monkeypatch.setattr(deliver, "render_message", render)
    provider = FakeProvider()

    first = run(merchant, provider)
    for hours in range(1, 9):
        run(merchant, provider, NOW + dt.timedelta(hours=hours))

    assert first == Report(1, 1, exhausted=True)
    assert provider.recipients == [healthy.recipient]
    assert state_of(poisoned) == ("failed", "error_ZeroDivisionError")


def test_a_message_whose_subject_is_gone_fails_with_the_reason(merchant) -> None:
    message = message_of(merchant, template="shipped", context={})

    run(merchant, FakeProvider())

    state, reason = state_of(message)
    assert state == "failed"
    assert reason.startswith("render_")


# --- workers that die and workers that race -------------------------------------------------------


def test_a_worker_that_never_comes_back_leaves_unknown(merchant) -> None:
    message = message_of(merchant)

    class Killed(BaseException):
        pass

    def die(_envelope) -> None:
        raise Killed

    with pytest.raises(Killed):
        run(merchant, FakeProvider(before_answer=die))
    in_lease = sweep_stuck(now=NOW + lease())
    after = sweep_stuck(now=NOW + lease() + dt.timedelta(seconds=1))

    assert (in_lease, after) == (0, 1)
    assert state_of(message) == ("unknown", "worker_lost")
    with merchant_scope(merchant.id):
        assert DeliveryAttempt.objects.get().outcome == "unknown"
    assert events_of(merchant) == [("message.unknown", "worker_lost")]


def test_a_worker_that_was_given_up_and_comes_back_corrects_the_record(merchant) -> None:
    message = message_of(merchant)

    def take_long(_envelope) -> None:
        assert sweep_stuck(now=NOW + dt.timedelta(days=1)) == 1

    run(merchant, FakeProvider(before_answer=take_long))

    assert state_of(message) == ("accepted", "")
    assert [kind for kind, _ in events_of(merchant)] == ["message.unknown", "message.accepted"]


def test_what_a_provider_reported_meanwhile_is_not_overwritten(merchant) -> None:
    message = message_of(merchant)

    def bounce(_envelope) -> None:
        with merchant_scope(merchant.id):
            Message.objects.update(state="bounced", lease_until=None)

    run(merchant, FakeProvider(before_answer=bounce))

    assert state_of(message) == ("bounced", "")


def test_two_workers_never_take_the_same_row(merchant) -> None:
    """The second worker claims while the first one holds the row: it finds nothing, and waits for nobody."""
    message_of(merchant)
    providers = FakeProvider(), FakeProvider()
    reports = []

    def other_worker() -> None:
        reports.append(run(merchant, providers[1]))
        connections.close_all()

    original = deliver.judge

    def judge_with_company(**arguments):
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join(timeout=20)
        return original(**arguments)

    deliver.judge = judge_with_company
    try:
        run(merchant, providers[0])
    finally:
        deliver.judge = original

    assert reports == [Report(0, 0, exhausted=True)]
    assert [len(provider.envelopes) for provider in providers] == [1, 0]


def test_many_workers_at_once_send_each_message_once(merchant) -> None:
    messages = [message_of(merchant) for _ in range(40)]
    providers = [FakeProvider() for _ in range(6)]

    def work(provider: FakeProvider) -> None:
        while not run(merchant, provider, limit=5).exhausted:
            pass
        connections.close_all()

    threads = [threading.Thread(target=work, args=[provider]) for provider in providers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    sent = [envelope.message_id for provider in providers for envelope in provider.envelopes]
    assert sorted(sent) == sorted(message.id for message in messages)


def test_waits_double_up_to_six_hours_or_five_minutes_when_the_way_is_closed() -> None:
    waits = [wait_before_attempt(attempt, channel_down=False, fraction=1) for attempt in (1, 2, 10, 11, 50)]
    down = [wait_before_attempt(attempt, channel_down=True, fraction=1) for attempt in (1, 4, 5)]

    assert [wait.total_seconds() for wait in waits] == [30, 60, 15_360, 21_600, 21_600]
    assert [wait.total_seconds() for wait in down] == [30, 240, 300]
    assert wait_before_attempt(3, channel_down=False, fraction=0.5) == dt.timedelta(seconds=60)
