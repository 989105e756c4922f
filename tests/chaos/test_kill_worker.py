"""The promise that matters most: a worker may die at any moment, and nobody gets a mail twice.

A real worker (Celery, prefork, as in production) hands planned mails to a real SMTP server that keeps its own record.
The worker's whole process group is killed with SIGKILL in the middle, again and again, and started anew. Afterwards the
server's record is held against the database:

    lost     neither with the server nor said to be unknown
    dup      with the server more than once
    unknown  said to be unknown: in the hands of a worker that died

The suite kills a few times; the whole test is

    CHAOS_MAILS=500 CHAOS_KILLS=10 python3 manage.py test tests/chaos -s
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from messaging.models import DeliveryAttempt, Message
from messaging.services.settle import lease, sweep_stuck
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.celery import app
from postpurchase.lib import clock
from tests.chaos.processes import kill, recording_server, wait_until, worker
from tests.messaging.making import make_message, make_order

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

MAILS = int(os.environ.get("CHAOS_MAILS", "150"))
KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.randrange(10**6))))
MOST_UNKNOWN_PER_KILL = 10
# How long the server thinks, twice for each mail: of what a worker does, most is waiting for it.
SERVER_SECONDS = 0.02
RING = "messaging.deliver_due"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "accepted.txt"


@pytest.fixture
def smtp_port(ledger: Path) -> Iterator[int]:
    """A mail server in a process of its own."""
    with recording_server("sink", ledger, str(SERVER_SECONDS)) as port:
        yield port


@pytest.fixture
def planned(merchant: Merchant) -> list[str]:
    """The ids of mails that are ready to go."""
    now = clock.now()
    with merchant_scope(merchant.id):
        Merchant.objects.update(quiet_from=None, quiet_until=None)
        order = make_order(merchant)
        return [
            str(
                make_message(
                    order,
                    dedupe_key=f"chaos:{number}",
                    recipient=f"shopper{number}@example.com",
                    planned_at=now,
                    due_at=now,
                    expires_at=now + lease(),
                    state_at=now,
                ).id
            )
            for number in range(MAILS)
        ]


def accepted(ledger: Path) -> list[str]:
    return ledger.read_text(encoding="ascii").split()


def nothing_left_to_send(merchant: Merchant) -> bool:
    with merchant_scope(merchant.id):
        return not Message.objects.filter(state__in=["planned", "held", "ready"]).exists()


def test_a_killed_worker_sends_nothing_twice_and_loses_nothing(
    merchant: Merchant, planned: list[str], smtp_port: int, ledger: Path, tmp_path: Path, capsys
) -> None:
    log, chance = tmp_path / "worker.log", random.Random(SEED)
    relay = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp_port)}
    app.control.purge()

    for killed in range(KILLS):
        before = len(accepted(ledger))
        # Somewhere in this worker's share of what is left, at whatever point of a dialogue that is.
        share = max(1, (MAILS - before) // (KILLS + 1 - killed))
        target = before + chance.randint(1, share)
        with worker(log, relay) as process:
            wait_until(lambda target=target: len(accepted(ledger)) >= target, ring=RING, log=log)
            time.sleep(chance.uniform(0, 3 * SERVER_SECONDS))
            assert not nothing_left_to_send(merchant), "the worker was done before it could be killed"
            kill(process)
    with worker(log, relay):
        wait_until(lambda: nothing_left_to_send(merchant), ring=RING, log=log)
        with merchant_scope(merchant.id):
            in_hand = Message.objects.filter(state="sending").count()
        wait_until(lambda: len(accepted(ledger)) >= MAILS - in_hand, ring=RING, log=log)
        time.sleep(0.5)
    sweep_stuck(now=clock.now() + lease() * 2)

    with merchant_scope(merchant.id):
        states = dict(Message.objects.values_list("id", "state"))
        started = DeliveryAttempt.objects.filter(outcome="started").count()
        most_attempts = Counter(DeliveryAttempt.objects.values_list("message_id", flat=True)).most_common(1)[0][1]
    arrived = Counter(accepted(ledger))
    unknown = {str(key) for key, state in states.items() if state == "unknown"}
    lost = set(planned) - set(arrived) - unknown
    twice = {reference: count for reference, count in arrived.items() if count > 1}
    unsure = len(unknown & set(arrived))
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this test is for
            f"\nmails={MAILS} kills={KILLS} seed={SEED} arrived={len(arrived)} lost={len(lost)} dup={len(twice)} "
            f"unknown={len(unknown)} (of which arrived: {unsure})"
        )
    assert twice == {}
    assert lost == set()
    assert len(unknown) <= MOST_UNKNOWN_PER_KILL * KILLS
    assert set(states.values()) <= {"accepted", "unknown"}
    assert set(arrived) - unknown == {str(key) for key, state in states.items() if state == "accepted"}
    assert (started, most_attempts) == (0, 1)
