"""Celery's side: every task finds its work in a table, and a broker that is away costs nothing but time."""

import datetime as dt
import logging
from collections.abc import Callable

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from kombu.exceptions import OperationalError

from messaging import tasks
from messaging.journeys.standard import KEYS
from messaging.models import Journey, Message
from messaging.services import deliver
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from tests.conftest import NOW
from tests.messaging.making import FakeProvider, happen, make_message, make_order

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def doorbell(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict, float | None]]:
    """Every task that is sent, with its arguments and how long it is of use."""
    rung: list[tuple[str, dict, float | None]] = []

    def send(name: str, args=None, kwargs=None, expires=None, **_options) -> None:
        rung.append((name, kwargs, expires))

    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", send)
    return rung


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    fake = FakeProvider()
    original: Callable = deliver.deliver_batch
    monkeypatch.setattr(deliver, "deliver_batch", lambda **arguments: original(channels=fake, **arguments))
    return fake


def make_messages(merchant: Merchant, count: int, **fields) -> None:
    with merchant_scope(merchant.id):
        order = make_order(merchant)
        for number in range(count):
            make_message(order, dedupe_key=str(number), **fields)


def test_every_merchant_with_something_due_is_rung_for_as_often_as_it_takes(
    merchant, other_merchant, doorbell, monkeypatch
) -> None:
    monkeypatch.setattr(deliver, "BATCH", 2)
    make_messages(merchant, 3)
    make_messages(other_merchant, 20)
    with merchant_scope(other_merchant.id):
        make_message(make_order(other_merchant), due_at=NOW + dt.timedelta(seconds=1))

    tasks.deliver_due()

    bells = [("messaging.deliver_batch", {"merchant_id": str(merchant.id)}, 30)] * 2
    bells += [("messaging.deliver_batch", {"merchant_id": str(other_merchant.id)}, 30)] * 4
    assert sorted(doorbell, key=str) == sorted(bells, key=str)


def test_a_batch_rings_again_only_if_there_may_be_more(merchant, doorbell, provider, monkeypatch) -> None:
    make_messages(merchant, deliver.BATCH + 1)
    bell = ("messaging.deliver_batch", {"merchant_id": str(merchant.id)}, 30)

    tasks.deliver_batch(merchant_id=str(merchant.id), argument_of_a_later_release=1)
    after_the_first = list(doorbell)
    tasks.deliver_batch(merchant_id=str(merchant.id))

    assert (after_the_first, doorbell) == ([bell], [bell])
    assert len(provider.envelopes) == deliver.BATCH + 1


def test_planning_rings_after_the_commit_and_not_at_all_without_one(merchant, doorbell) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), merchant_scope(merchant.id):
        happen(make_order(merchant), "order.placed")
        raise Undone
    undone = list(doorbell)
    with merchant_scope(merchant.id):
        happen(make_order(merchant), "order.placed")
        before_commit = list(doorbell)

    assert undone == before_commit == []
    assert ("messaging.deliver_batch", {"merchant_id": str(merchant.id)}, 30) in doorbell


def test_a_broker_that_is_away_loses_no_message(merchant, monkeypatch, caplog) -> None:
    def away(*_args, **_options):
        raise OperationalError

    monkeypatch.setattr("postpurchase.lib.doorbell.app.send_task", away)
    caplog.set_level(logging.CRITICAL)

    with merchant_scope(merchant.id):
        happen(make_order(merchant), "order.placed")

    assert not transaction.get_connection().in_atomic_block
    assert deliver.merchants_with_due_messages(now=NOW) == {merchant.id: 1}


def test_runs_are_woken_and_lost_workers_messages_told_by_the_clock(merchant, doorbell) -> None:
    with merchant_scope(merchant.id):
        make_message(make_order(merchant), state="sending", lease_until=NOW - dt.timedelta(seconds=1))

    tasks.wake_runs()
    tasks.sweep_stuck()

    with merchant_scope(merchant.id):
        assert Message.objects.get().state == "unknown"


def test_an_operators_new_merchant_has_its_journeys_from_the_start() -> None:
    call_command("create_merchant", "ahorn", "Ahorn", sender_email="shop@ahorn.example.com")

    with all_merchants("look at what the command made"):
        assert Journey.objects.filter(merchant__slug="ahorn").count() == len(KEYS)
