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
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from messaging.models import DeliveryAttempt, Message
from messaging.services.settle import lease, sweep_stuck
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.celery import app
from postpurchase.lib import clock
from tests.messaging.making import make_message, make_order

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

ROOT = Path(__file__).resolve().parent.parent.parent
MAILS = int(os.environ.get("CHAOS_MAILS", "150"))
KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.randrange(10**6))))
# Every process of the pool may have one message in hand.
PROCESSES = 2
MOST_UNKNOWN_PER_KILL = 10
# How long the server thinks, twice for each mail: of what a worker does, most is waiting for it.
SERVER_SECONDS = 0.02


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "accepted.txt"
    path.touch()
    return path


@pytest.fixture
def smtp_port(ledger: Path) -> Iterator[int]:
    """A mail server in a process of its own."""
    sink = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.sink", str(ledger), str(SERVER_SECONDS)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sink.stdout is not None
        yield int(sink.stdout.readline())
    finally:
        sink.kill()
        sink.wait()
        sink.stdout.close()


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


@contextmanager
def worker(smtp_port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with its pool, in a process group of its own, so that all of it dies at once."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "postpurchase", "worker", "-c", str(PROCESSES), "-l", "WARNING"],
            cwd=ROOT,
            env={**os.environ, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(smtp_port), "PYTHONWARNINGS": "ignore"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def ring() -> None:
    """What the clock process does every few seconds."""
    app.send_task("messaging.deliver_due", expires=30)


def wait_until(condition: Callable[[], bool], log: Path, seconds: float = 180) -> None:
    deadline, next_ring = time.monotonic() + seconds, 0.0
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain; the worker says:\n{log.read_text(errors='replace')[-3000:]}")
        if time.monotonic() > next_ring:
            ring()
            next_ring = time.monotonic() + 1
        time.sleep(0.005)


def accepted(ledger: Path) -> list[str]:
    return ledger.read_text(encoding="ascii").split()


def nothing_left_to_send(merchant: Merchant) -> bool:
    with merchant_scope(merchant.id):
        return not Message.objects.filter(state__in=["planned", "held", "ready"]).exists()


def test_a_killed_worker_sends_nothing_twice_and_loses_nothing(
    merchant: Merchant, planned: list[str], smtp_port: int, ledger: Path, tmp_path: Path, capsys
) -> None:
    log, chance = tmp_path / "worker.log", random.Random(SEED)
    app.control.purge()

    for kill in range(KILLS):
        before = len(accepted(ledger))
        # Somewhere in this worker's share of what is left, at whatever point of a dialogue that is.
        share = max(1, (MAILS - before) // (KILLS + 1 - kill))
        target = before + chance.randint(1, share)
        with worker(smtp_port, log) as process:
            wait_until(lambda target=target: len(accepted(ledger)) >= target, log)
            time.sleep(chance.uniform(0, 3 * SERVER_SECONDS))
            assert not nothing_left_to_send(merchant), "the worker was done before it could be killed"
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    with worker(smtp_port, log):
        wait_until(lambda: nothing_left_to_send(merchant), log)
        with merchant_scope(merchant.id):
            in_hand = Message.objects.filter(state="sending").count()
        wait_until(lambda: len(accepted(ledger)) >= MAILS - in_hand, log)
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
