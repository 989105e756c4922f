"""Every event that an endpoint wants becomes one delivery, whenever and in whatever order transactions commit."""

import threading
import uuid
from contextlib import contextmanager

import pytest
from django.db import connection

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.webhooks.models import WebhookCursor, WebhookDelivery
from postpurchase.webhooks.services.mark import last_sequence, read_mark
from postpurchase.webhooks.services.plan import plan_all
from tests.conftest import NOW
from tests.webhooks.making import make_endpoint, record, states

URL = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def open_target(settings):
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]


def test_an_endpoint_hears_of_what_it_wants_from_now_on(merchant):
    with merchant_scope(merchant.id):
        record(merchant, "order.placed")
        endpoint, _ = make_endpoint(merchant, URL, "order.*")
        other, _ = make_endpoint(merchant, URL, "shipment.status_changed")
        placed = record(merchant, "order.placed")
        record(merchant, "points.posted")

    planned = plan_all(now=NOW)

    assert planned == {merchant.id: {endpoint.id}}
    with merchant_scope(merchant.id):
        (delivery,) = WebhookDelivery.objects.all()
        assert (delivery.endpoint_id, delivery.event_id, delivery.webhook_id) == (
            endpoint.id,
            placed.id,
            f"msg_{placed.id.hex}",
        )
        assert (delivery.state, delivery.sequence, delivery.subject_number) == ("pending", placed.sequence, 1)
        assert states(other) == []


def test_planning_again_plans_nothing_again(merchant):
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL)
        record(merchant)
    plan_all(now=NOW)

    assert plan_all(now=NOW) == {}

    with merchant_scope(merchant.id):
        WebhookCursor.objects.update(planned_through=0)
    assert plan_all(now=NOW) == {}
    with merchant_scope(merchant.id):
        assert states(endpoint) == [("order.placed", 1, "pending", 0, "")]


def test_a_long_backlog_is_planned_in_rounds(merchant):
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL)
        for _ in range(7):
            record(merchant)

    plan_all(now=NOW, limit=3)

    with merchant_scope(merchant.id):
        assert len(states(endpoint)) == 7
        assert WebhookCursor.objects.get().planned_through == last_sequence()


def test_events_are_counted_for_each_subject(merchant):
    subject, other = uuid.uuid4(), uuid.uuid4()
    with merchant_scope(merchant.id):
        record(merchant, "order.placed", subject)
        make_endpoint(merchant, URL, "order.paid", "order.cancelled")
        for name, about in (("order.updated", subject), ("order.paid", subject), ("order.paid", other)):
            record(merchant, name, about)
        record(merchant, "order.cancelled", subject)

    plan_all(now=NOW)

    with merchant_scope(merchant.id):
        numbers = WebhookDelivery.objects.order_by("sequence").values_list("subject_id", "subject_number")
        assert list(numbers) == [(subject, 3), (other, 1), (subject, 4)]


def test_a_strangers_events_are_nobodys_news(merchant, other_merchant):
    with merchant_scope(merchant.id):
        make_endpoint(merchant, URL)
    with merchant_scope(other_merchant.id):
        record(other_merchant)

    assert plan_all(now=NOW) == {}

    with all_merchants("look for deliveries of anybody"):
        assert WebhookDelivery.objects.count() == 0


def test_an_endpoint_that_is_off_hears_nothing(merchant):
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL, active=False)
        record(merchant)

    assert plan_all(now=NOW) == {}
    with merchant_scope(merchant.id):
        assert states(endpoint) == []


def test_without_endpoints_no_events_are_read(merchant, django_assert_num_queries):
    with merchant_scope(merchant.id):
        record(merchant)

    # In and out of a scope (4), the last number, who is running, who has no cursor, who is behind.
    with django_assert_num_queries(8):
        assert plan_all(now=NOW) == {}


def test_an_endpoint_without_a_cursor_begins_now(merchant):
    """As after an export has come back into another installation."""
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL)
        record(merchant, "order.old")
        WebhookCursor.objects.all().delete()

    plan_all(now=NOW)
    with merchant_scope(merchant.id):
        record(merchant, "order.new")
    plan_all(now=NOW)

    with merchant_scope(merchant.id):
        assert [row[0] for row in states(endpoint)] == ["order.new"]


@contextmanager
def in_another_transaction(merchant, record_first: threading.Event, may_commit: threading.Event):
    """Another worker that records an event and commits only when it is told to."""

    def work() -> None:
        try:
            with merchant_scope(merchant.id):
                record(merchant, "order.late")
                record_first.set()
                may_commit.wait(20)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert record_first.wait(20)
    try:
        yield
    finally:
        may_commit.set()
        worker.join()


def test_an_event_that_commits_after_a_later_one_is_not_lost(merchant, committed_db):
    """The lower number belongs to the transaction that commits last."""
    recorded, may_commit = threading.Event(), threading.Event()
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL)
        start = WebhookCursor.objects.get().planned_through

    with in_another_transaction(merchant, recorded, may_commit):
        with merchant_scope(merchant.id):
            record(merchant, "order.early")
        for _ in range(3):
            plan_all(now=NOW)
        with merchant_scope(merchant.id):
            assert [row[0] for row in states(endpoint)] == ["order.early"]
            assert WebhookCursor.objects.get().planned_through == start
    plan_all(now=NOW)

    with merchant_scope(merchant.id):
        assert sorted(row[0] for row in states(endpoint)) == ["order.early", "order.late"]
        assert WebhookCursor.objects.get().planned_through == last_sequence()


def test_a_transaction_that_never_ends_holds_up_nobody_elses_news(merchant, committed_db):
    """And the cursor moves on past a busy moment without ever finding a quiet one."""
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL)
    first = (threading.Event(), threading.Event())
    second = (threading.Event(), threading.Event())

    with in_another_transaction(merchant, *first):
        plan_all(now=NOW)  # sets a mark while the first is running
        with merchant_scope(merchant.id):
            marked = WebhookCursor.objects.get().mark
        with in_another_transaction(merchant, *second):
            first[1].set()
            while len(_running()) > 1:
                pass
            plan_all(now=NOW)
            with merchant_scope(merchant.id):
                assert WebhookCursor.objects.get().planned_through == marked
                assert [row[0] for row in states(endpoint)] == ["order.late"]


def _running() -> frozenset[str]:
    with all_merchants("who is writing"):
        return read_mark().running


def test_two_planners_at_once_plan_each_event_once(merchant, committed_db):
    with merchant_scope(merchant.id):
        endpoint, _ = make_endpoint(merchant, URL)
        for _ in range(20):
            record(merchant)
    barrier = threading.Barrier(4)

    def plan() -> None:
        try:
            barrier.wait()
            plan_all(now=NOW, limit=5)
        finally:
            connection.close()

    workers = [threading.Thread(target=plan) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    plan_all(now=NOW)

    with merchant_scope(merchant.id):
        assert len(states(endpoint)) == 20
        assert WebhookDelivery.objects.values("event_id").distinct().count() == 20
