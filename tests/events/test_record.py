"""Recording: in the transaction of the change, with one delivery per handler, in rising order."""

import threading

import pytest
from django.db import connection

from postpurchase.accounts.scoping import ScopeMissing, merchant_scope
from postpurchase.events.doorbell import answer
from postpurchase.events.models import Event, EventDelivery
from postpurchase.events.record import NewEvent, Subject, record_event, record_events
from postpurchase.lib.ids import uuid7


@pytest.fixture
def doorbell(monkeypatch) -> list[dict]:
    """What Celery was told. The broker itself is not needed here."""
    rung: list[dict] = []
    monkeypatch.setattr(
        "postpurchase.lib.doorbell.app.send_task", lambda name, kwargs, expires: rung.append({"name": name, **kwargs})
    )
    return rung


@pytest.fixture
def two_handlers(monkeypatch) -> None:
    monkeypatch.setattr("postpurchase.pipeline.HANDLERS", {"test.happened": ("a.on_happened", "b.on_happened")})


def test_an_event_is_stored_with_one_pending_delivery_per_handler(merchant, in_scope, two_handlers, doorbell, now):
    order_id = uuid7()

    event = record_event(
        merchant_id=merchant.id,
        type="test.happened",
        subject=Subject.order(order_id),
        data={"order_id": order_id},
        now=now,
    )

    assert Event.objects.values("type", "subject_kind", "subject_id", "data", "recorded_at").get() == {
        "type": "test.happened",
        "subject_kind": "order",
        "subject_id": order_id,
        "data": {"order_id": str(order_id)},
        "recorded_at": now,
    }
    assert list(
        EventDelivery.objects.order_by("handler").values_list("handler", "event_id", "state", "attempts", "sequence")
    ) == [
        ("a.on_happened", event.id, "pending", 0, event.sequence),
        ("b.on_happened", event.id, "pending", 0, event.sequence),
    ]
    assert doorbell == []


def test_an_event_nobody_reacts_to_is_stored_and_rings_nobody(
    merchant, in_scope, doorbell, now, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        record_event(merchant_id=merchant.id, type="test.silent", subject=Subject.order(uuid7()), data={}, now=now)

    assert (Event.objects.count(), EventDelivery.objects.count(), callbacks, doorbell) == (1, 0, [], [])


def test_celery_is_told_after_commit_and_once_per_subject(committed_db, merchant, two_handlers, doorbell, now):
    order_id = uuid7()
    with merchant_scope(merchant.id):
        record_events(
            merchant_id=merchant.id,
            events=[
                NewEvent("test.happened", Subject.order(order_id), {}),
                NewEvent("test.happened", Subject.order(order_id), {}),
            ],
            now=now,
        )
        assert doorbell == []

    assert doorbell == [{"name": "events.handle", "merchant_id": str(merchant.id)}]
    assert answer(merchant_id=merchant.id) == [order_id]


def test_a_change_that_is_rolled_back_leaves_no_event_and_rings_nobody(
    committed_db, merchant, two_handlers, doorbell, now
):
    with pytest.raises(ZeroDivisionError), merchant_scope(merchant.id):
        record_event(merchant_id=merchant.id, type="test.happened", subject=Subject.order(uuid7()), data={}, now=now)
        1 / 0  # noqa: B018

    with merchant_scope(merchant.id):
        assert (Event.objects.count(), EventDelivery.objects.count()) == (0, 0)
    assert doorbell == []


def test_a_lost_broker_does_not_lose_the_event(committed_db, merchant, two_handlers, monkeypatch, now):
    from kombu.exceptions import OperationalError

    def broken(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", broken)

    with merchant_scope(merchant.id):
        record_event(merchant_id=merchant.id, type="test.happened", subject=Subject.order(uuid7()), data={}, now=now)

    with merchant_scope(merchant.id):
        assert EventDelivery.objects.filter(state="pending").count() == 2


def test_recording_needs_a_scope(merchant, now):
    with pytest.raises(ScopeMissing):
        record_event(merchant_id=merchant.id, type="test.happened", subject=Subject.order(uuid7()), data={}, now=now)


def test_sequences_of_one_subject_are_committed_in_order_by_many_writers(
    committed_db, merchant, two_handlers, doorbell, now
):
    """Whoever records later commits later: a reader never sees a higher sequence before a lower one."""
    subject = Subject.order(uuid7())
    seen: list[int] = []
    guard = threading.Lock()

    def write() -> None:
        try:
            for _ in range(10):
                with merchant_scope(merchant.id):
                    event = record_event(
                        merchant_id=merchant.id, type="test.happened", subject=subject, data={}, now=now
                    )
                    with guard:
                        seen.append(event.sequence)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 60
    assert seen == sorted(seen)
