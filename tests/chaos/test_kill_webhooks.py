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
import time
import uuid
from collections import Counter
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
from tests.chaos.processes import kill, recording_server, wait_until, worker
from tests.webhooks.making import record

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

EVENTS = int(os.environ.get("CHAOS_WEBHOOKS", "80"))
KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.randrange(10**6))))
# How long the receiver thinks, twice for each delivery.
SECONDS = 0.02
RING = "webhooks.plan"


def lease_is_over(merchant: Merchant) -> None:
    """Let the time pass after which a worker is given up."""
    with merchant_scope(merchant.id):
        WebhookDelivery.objects.filter(state="sending").update(lease_until=clock.now() - LEASE)
    sweep_stuck(now=clock.now())


def test_a_killed_worker_loses_no_event(merchant: Merchant, tmp_path: Path, settings, capsys) -> None:
    ledger, log, chance = tmp_path / "taken.txt", tmp_path / "worker.log", random.Random(SEED)
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

    with recording_server("receiver", ledger, str(SECONDS), secret) as port:
        reachable = {"EGRESS_ALLOW": f"127.0.0.1:{port}"}
        with merchant_scope(merchant.id):
            type(endpoint).objects.update(url=f"http://127.0.0.1:{port}/in")
            expected = [
                f"msg_{record(merchant, 'order.updated', chance.choice(subjects)).id.hex}" for _ in range(EVENTS)
            ]
        for killed in range(KILLS):
            before = len(set(taken()))
            share = max(1, (EVENTS - before) // (KILLS + 1 - killed))
            target = before + chance.randint(1, share)
            with worker(log, reachable) as process:
                wait_until(lambda target=target: len(set(taken())) >= target, ring=RING, log=log)
                time.sleep(chance.uniform(0, 3 * SECONDS))
                assert len(set(taken())) < EVENTS, "the worker was done before it could be killed"
                kill(process)
            lease_is_over(merchant)
        with worker(log, reachable):
            wait_until(lambda: _delivered(merchant) == EVENTS, ring=RING, log=log)

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
