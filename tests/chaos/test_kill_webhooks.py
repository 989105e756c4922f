"""A worker may die at any moment of planning and sending; every event still reaches the merchant's program.

At least once and always under the same webhook id, so the receiver can tell. A real worker (Celery, prefork) is killed
with SIGKILL, its whole process group, again and again while it tells a real receiver, which keeps its own record and
checks every signature. Afterwards

    lost     recorded, and never with the receiver
    again    with the receiver more than once: in the hands of a worker that died

The suite kills a few times; the whole test is

    CHAOS_WEBHOOKS=500 CHAOS_KILLS=10 python3 manage.py test tests/chaos/test_kill_webhooks.py -s
"""

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.webhooks.models import WebhookAttempt, WebhookDelivery
from postpurchase.webhooks.services.endpoints import create_endpoint
from postpurchase.webhooks.services.send import AT_ONCE
from postpurchase.webhooks.services.settle import LEASE, sweep_stuck
from tests.webhooks.making import record

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

ROOT = Path(__file__).resolve().parent.parent.parent
EVENTS = int(os.environ.get("CHAOS_WEBHOOKS", "80"))
KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.randrange(10**6))))
# How long the receiver thinks, twice for each delivery.
SECONDS = 0.02


@contextmanager
def a_receiver(ledger: Path, secret: str) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.receiver", str(ledger), str(SECONDS), secret],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def a_worker(port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with its pool, in a process group of its own, so that all of it dies at once."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "postpurchase", "worker", "-c", "2", "-l", "WARNING"],
            cwd=ROOT,
            env={**os.environ, "EGRESS_ALLOW": f"127.0.0.1:{port}", "PYTHONWARNINGS": "ignore"},
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


def wait_until(condition: Callable[[], bool], log: Path, seconds: float = 180) -> None:
    deadline, next_ring = time.monotonic() + seconds, 0.0
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain; the worker says:\n{log.read_text(errors='replace')[-3000:]}")
        if time.monotonic() > next_ring:
            app.send_task("webhooks.plan", expires=30)  # what the clock process does every few seconds
            next_ring = time.monotonic() + 1
        time.sleep(0.005)


def lease_is_over(merchant: Merchant) -> None:
    """Let the time pass after which a worker is given up."""
    with merchant_scope(merchant.id):
        WebhookDelivery.objects.filter(state="sending").update(lease_until=clock.now() - LEASE)
    sweep_stuck(now=clock.now())


def test_a_killed_worker_loses_no_event(merchant: Merchant, tmp_path: Path, settings, capsys) -> None:
    ledger, log, chance = tmp_path / "taken.txt", tmp_path / "worker.log", random.Random(SEED)
    ledger.touch()
    app.control.purge()
    subjects = [uuid.uuid4() for _ in range(max(1, EVENTS // 5))]
    # The receiver must know the secret before it can print its port, the endpoint the port before it has a secret.
    settings.EGRESS_ALLOW = ["127.0.0.1:9"]
    with merchant_scope(merchant.id):
        endpoint, secret = create_endpoint(
            merchant=merchant, url="http://127.0.0.1:9/", events=["order.*"], now=clock.now()
        )

    def taken() -> list[str]:
        return ledger.read_text(encoding="ascii").split()

    with a_receiver(ledger, secret) as port:
        with merchant_scope(merchant.id):
            type(endpoint).objects.update(url=f"http://127.0.0.1:{port}/in")
            expected = [
                f"msg_{record(merchant, 'order.updated', chance.choice(subjects)).id.hex}" for _ in range(EVENTS)
            ]
        for kill in range(KILLS):
            before = len(set(taken()))
            share = max(1, (EVENTS - before) // (KILLS + 1 - kill))
            target = before + chance.randint(1, share)
            with a_worker(port, log) as process:
                wait_until(lambda target=target: len(set(taken())) >= target, log)
                time.sleep(chance.uniform(0, 3 * SECONDS))
                assert len(set(taken())) < EVENTS, "the worker was done before it could be killed"
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            lease_is_over(merchant)
        with a_worker(port, log):
            wait_until(lambda: _delivered(merchant) == EVENTS, log)

    arrived = Counter(taken())
    lost = set(expected) - set(arrived)
    again = sum(count - 1 for count in arrived.values())
    with capsys.disabled():
        print(  # noqa: T201 - the figures are what this test is for
            f"\nevents={EVENTS} kills={KILLS} seed={SEED} arrived={len(arrived)} lost={len(lost)} again={again}"
        )
    assert lost == set()
    assert set(arrived) == set(expected)
    assert again <= KILLS * AT_ONCE
    with merchant_scope(merchant.id):
        assert WebhookDelivery.objects.count() == EVENTS
        given_up = WebhookAttempt.objects.filter(error="worker_lost").count()
        assert WebhookAttempt.objects.exclude(error="worker_lost").count() == EVENTS
    assert again <= given_up <= KILLS * AT_ONCE


def _delivered(merchant: Merchant) -> int:
    with merchant_scope(merchant.id):
        return WebhookDelivery.objects.filter(state="delivered").count()
