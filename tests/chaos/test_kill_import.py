"""A worker dies in the middle of an import, again and again: nothing is missing, nothing is doubled, no order is half.

A real worker (Celery, prefork) imports orders and cancellations. Its process group is killed with SIGKILL while
rows are staged and while chunks come in; a new one takes over when the lease is over (its end is put forward here, so
that nobody waits minutes). After every kill each order that is there is whole.

    CHAOS_ORDERS=20000 CHAOS_KILLS=10 python3 manage.py test tests/chaos/test_kill_import.py -s
"""

import os
import random
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Count, Sum
from django.utils import timezone

from orders.models import Order, OrderLine, Refund
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.celery import app
from postpurchase.events.models import Event
from postpurchase.imports.enums import State
from postpurchase.imports.models import ImportJob, ImportRow
from postpurchase.imports.selectors import outcome_counts
from postpurchase.imports.services.claims import LEASE
from tests.chaos.processes import kill, wait_until, worker
from tests.imports.making import make_import, mapped

pytestmark = [pytest.mark.chaos, pytest.mark.usefixtures("committed_db")]

ORDERS = int(os.environ.get("CHAOS_ORDERS", "1500"))
CANCELLATIONS = ORDERS // 10
LINES = 3
RING = "imports.sweep"
KILLS = int(os.environ.get("CHAOS_KILLS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", str(random.randrange(10**6))))


def table() -> str:
    """Orders whose lines stand far apart, and cancellations of one article of every tenth."""
    rows = ["Nr,Datum,Artikelnummer,Menge,Preis,Kundennummer"]
    for line in range(LINES):
        rows += [f"{order},2026-01-01 10:00,A{line},{line + 1},1.25,K{order % 700}" for order in range(ORDERS)]
    rows += [f"C{number},2026-01-02,A0,-1,1.25,K{number % 700}" for number in range(CANCELLATIONS)]
    return "\n".join(rows) + "\n"


def test_a_killed_worker_loses_nothing_doubles_nothing_and_leaves_no_half_order(
    merchant: Merchant, tmp_path: Path, capsys
) -> None:
    log, chance = tmp_path / "worker.log", random.Random(SEED)
    app.control.purge()
    with merchant_scope(merchant.id):
        job = make_import(merchant, table())
        mapped(job, cancelled_prefix="C")
    steps: list[str] = []

    for killed in range(KILLS):
        with worker(log) as process:
            if killed == 0:
                wait_until(lambda: staged(job) > 20, ring=RING, log=log)
            else:
                at_least = progress(merchant, job) + 1
                wait_until(lambda at_least=at_least: progress(merchant, job) >= at_least, ring=RING, log=log)
                time.sleep(chance.uniform(0, 0.6))
            assert state(merchant, job).state == State.IMPORTING, "the import was done before it could be killed"
            kill(process)
        assert_every_order_is_whole(merchant)
        with merchant_scope(merchant.id):
            ImportJob.objects.exclude(leased_until=None).update(leased_until=timezone.now() - LEASE)
        steps.append(f"{staged(job)} rows, chunk {progress(merchant, job)}")
    with worker(log):
        wait_until(lambda: state(merchant, job).state != State.IMPORTING, ring=RING, log=log)

    assert_every_order_is_whole(merchant)
    with merchant_scope(merchant.id):
        done = ImportJob.objects.get(pk=job.id)
        placed = Event.objects.filter(type="order.placed").count()
        with capsys.disabled():
            print(  # noqa: T201 - the figures are what this test is for
                f"\norders={ORDERS} lines={ORDERS * LINES} kills={KILLS} seed={SEED} killed at: {'; '.join(steps)}"
            )
        assert (done.state, done.rows) == (State.DONE, ORDERS * LINES + CANCELLATIONS)
        # Nothing came in a second time, or it would be "unchanged".
        assert outcome_counts(job=done) == {"created": ORDERS, "refunded": CANCELLATIONS}
        assert (Order.objects.count(), placed) == (ORDERS, ORDERS)
        assert Refund.objects.aggregate(many=Count("id"), sum=Sum("amount")) == {
            "many": CANCELLATIONS,
            "sum": Decimal("1.25") * CANCELLATIONS,
        }
        assert Event.objects.filter(type="order.refunded").count() == CANCELLATIONS


def staged(job: ImportJob) -> int:
    with merchant_scope(job.merchant_id):
        return ImportRow.objects.filter(job_id=job.id).count()


def state(merchant: Merchant, job: ImportJob) -> ImportJob:
    with merchant_scope(merchant.id):
        return ImportJob.objects.get(pk=job.id)


def progress(merchant: Merchant, job: ImportJob) -> int:
    return state(merchant, job).next_chunk


def assert_every_order_is_whole(merchant: Merchant) -> None:
    with merchant_scope(merchant.id):
        lines = OrderLine.objects.values_list("order_id").annotate(many=Count("id"), sum=Sum("total"))
        assert set(lines.values_list("many", "sum")) <= {(LINES, Decimal("7.50"))}
        assert lines.count() == Order.objects.count()
        assert set(Order.objects.values_list("total", flat=True)) <= {Decimal("7.50")}
