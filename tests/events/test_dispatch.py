"""Handling: exactly one effect, in order, and a failing handler never in the others' way."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection

from postpurchase.accounts.scoping import merchant_scope
from postpurchase.events import tasks
from postpurchase.events.dispatch import MAX_ATTEMPTS, handle_subject, retry_parked, wait_before_attempt
from postpurchase.events.models import Event, EventDelivery
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib import clock
from postpurchase.lib.ids import uuid7

COUNTED = "tests.events.handlers.on_counted"
FAILING = "tests.events.handlers.on_counted_then_failing"


@pytest.fixture(autouse=True)
def quiet_doorbell(monkeypatch) -> None:
    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", lambda *args, **kwargs: None)


def _pipeline(monkeypatch, *handlers: str) -> None:
    monkeypatch.setattr("postpurchase.pipeline.HANDLERS", {"test.happened": handlers})


def _record(merchant, subject_id: uuid.UUID, *data: dict) -> list[Event]:
    with merchant_scope(merchant.id):
        return record_events(
            merchant_id=merchant.id,
            events=[NewEvent("test.happened", Subject.order(subject_id), item) for item in data],
            now=clock.now() - dt.timedelta(seconds=1),
        )


def _numbers(merchant) -> list[int]:
    with merchant_scope(merchant.id):
        return [event.data["number"] for event in Event.objects.filter(type="test.counted").order_by("sequence")]


def _deliveries(merchant) -> list[tuple[str, int, str]]:
    with merchant_scope(merchant.id):
        return list(EventDelivery.objects.order_by("sequence").values_list("state", "attempts", "last_error"))


def _make_due(merchant) -> None:
    with merchant_scope(merchant.id):
        EventDelivery.objects.filter(state="pending").update(next_attempt_at=clock.now() - dt.timedelta(seconds=1))


def test_events_of_one_subject_are_handled_in_order_and_once(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, COUNTED)
    subject = uuid7()
    _record(merchant, subject, *({"number": number} for number in range(20)))

    assert handle_subject(merchant_id=merchant.id, subject_id=subject) == 20
    assert handle_subject(merchant_id=merchant.id, subject_id=subject) == 0

    assert _numbers(merchant) == list(range(20))
    assert _deliveries(merchant) == [("done", 1, "")] * 20


def test_many_workers_at_once_still_handle_each_event_once_and_in_order(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, COUNTED)
    subject = uuid7()
    _record(merchant, subject, *({"number": number} for number in range(30)))

    def work() -> None:
        try:
            for _ in range(40):
                handle_subject(merchant_id=merchant.id, subject_id=subject)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _numbers(merchant) == list(range(30))
    assert {state for state, _, _ in _deliveries(merchant)} == {"done"}


def test_a_failing_handler_leaves_no_trace_and_is_tried_again_later(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, FAILING)
    subject = uuid7()
    _record(merchant, subject, {"number": 1, "poison": True}, {"number": 2})

    assert handle_subject(merchant_id=merchant.id, subject_id=subject) == 0

    assert _numbers(merchant) == []
    assert _deliveries(merchant) == [("pending", 1, "builtins.LookupError"), ("pending", 0, "")]


def test_after_eight_failures_it_is_parked_and_the_next_event_goes_on(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, FAILING)
    subject = uuid7()
    _record(merchant, subject, {"number": 1, "poison": True}, {"number": 2})

    for _ in range(MAX_ATTEMPTS):
        _make_due(merchant)
        handle_subject(merchant_id=merchant.id, subject_id=subject)

    assert MAX_ATTEMPTS == 8
    assert _deliveries(merchant) == [("parked", 8, "builtins.LookupError"), ("done", 1, "")]
    assert _numbers(merchant) == [2]


def test_one_failing_handler_does_not_hold_up_another_handler_or_subject(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, COUNTED, FAILING)
    first, second = uuid7(), uuid7()
    _record(merchant, first, {"number": 1, "poison": True})
    _record(merchant, second, {"number": 2})

    handle_subject(merchant_id=merchant.id, subject_id=first)
    handle_subject(merchant_id=merchant.id, subject_id=second)

    assert sorted(_numbers(merchant)) == [1, 2, 2]


def test_a_handler_that_killed_its_worker_every_time_is_parked_too(committed_db, merchant, monkeypatch):
    """The attempt is counted before it is made; what SIGKILL leaves behind is a counted attempt without an outcome."""
    _pipeline(monkeypatch, "tests.events.handlers.on_killing")
    subject = uuid7()
    _record(merchant, subject, {"number": 1})
    with merchant_scope(merchant.id):
        EventDelivery.objects.update(attempts=MAX_ATTEMPTS)

    assert handle_subject(merchant_id=merchant.id, subject_id=subject) == 0

    assert _deliveries(merchant) == [("parked", 8, "")]


def test_the_sweeper_picks_up_what_the_broker_lost(committed_db, merchant, other_merchant, monkeypatch):
    _pipeline(monkeypatch, COUNTED)
    _record(merchant, uuid7(), {"number": 1})
    _record(other_merchant, uuid7(), {"number": 2})

    tasks.sweep()

    assert (_numbers(merchant), _numbers(other_merchant)) == ([1], [2])


def test_the_sweeper_leaves_alone_what_is_not_due(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, COUNTED)
    _record(merchant, uuid7(), {"number": 1})
    with merchant_scope(merchant.id):
        EventDelivery.objects.update(next_attempt_at=clock.now() + dt.timedelta(minutes=1))

    tasks.sweep()

    assert _numbers(merchant) == []


def test_a_parked_delivery_can_be_retried_by_its_own_merchant_only(
    committed_db, merchant, other_merchant, monkeypatch, now
):
    _pipeline(monkeypatch, COUNTED)
    subject = uuid7()
    _record(merchant, subject, {"number": 1})
    with merchant_scope(merchant.id):
        EventDelivery.objects.update(state="parked", attempts=8)
        delivery_id = EventDelivery.objects.get().id

    with merchant_scope(other_merchant.id):
        assert retry_parked(delivery_id=delivery_id, now=now) is False
    with merchant_scope(merchant.id):
        assert retry_parked(delivery_id=delivery_id, now=now) is True
    handle_subject(merchant_id=merchant.id, subject_id=subject)

    assert _numbers(merchant) == [1]


def test_waiting_doubles_up_to_five_minutes():
    assert [wait_before_attempt(n).total_seconds() for n in range(1, 11)] == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


@pytest.mark.parametrize("events", [1, 10])
def test_untried_events_cost_the_same_number_of_queries_however_many(
    committed_db, merchant, monkeypatch, django_assert_num_queries, events
):
    _pipeline(monkeypatch, "tests.events.handlers.on_ignored")
    subject = uuid7()
    _record(merchant, subject, *({"number": number} for number in range(events)))

    with django_assert_num_queries(20):
        assert handle_subject(merchant_id=merchant.id, subject_id=subject) == events


def test_a_failure_among_untried_events_leaves_the_earlier_done_and_the_later_untried(
    committed_db, merchant, monkeypatch
):
    _pipeline(monkeypatch, FAILING)
    subject = uuid7()
    _record(merchant, subject, {"number": 1}, {"number": 2, "poison": True}, {"number": 3})

    handle_subject(merchant_id=merchant.id, subject_id=subject)

    assert _numbers(merchant) == [1]
    assert _deliveries(merchant) == [("done", 1, ""), ("pending", 1, "builtins.LookupError"), ("pending", 0, "")]


def test_a_sweep_ends_before_the_next_one_begins_and_leaves_the_rest_to_it(committed_db, merchant, monkeypatch):
    _pipeline(monkeypatch, COUNTED)
    for number in range(3):
        _record(merchant, uuid7(), {"number": number})
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", -1.0)

    tasks.sweep()
    after_the_first = _numbers(merchant)
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 4.0)
    tasks.sweep()

    assert after_the_first == []
    assert sorted(_numbers(merchant)) == [0, 1, 2]
