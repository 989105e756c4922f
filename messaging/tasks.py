"""Celery's side of messaging: ids in, one call. Messages in the broker are doorbells; the rows are the work."""

import math
import uuid
from typing import Any

from messaging.services import advance, codes, deliver, settle, standard_journeys
from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.lib.doorbell import ring

# Workers that one merchant's backlog may keep busy, so that the others' messages do not queue behind it.
MOST_BATCHES_PER_MERCHANT = 4


@app.task(name="messaging.deliver_due")
def deliver_due(**_later: Any) -> None:
    """Ring for every merchant that has something due: what the broker lost, what was held, what failed before."""
    for merchant_id, count in deliver.merchants_with_due_messages(now=clock.now()).items():
        for _ in range(min(MOST_BATCHES_PER_MERCHANT, math.ceil(count / deliver.BATCH))):
            ring(deliver_batch.name, merchant_id=merchant_id)


@app.task(name="messaging.deliver_batch")
def deliver_batch(*, merchant_id: str, **_later: Any) -> None:
    """Hand over a batch of one merchant's messages, and ring again if there may be more."""
    report = deliver.deliver_batch(merchant_id=uuid.UUID(merchant_id))
    if not report.exhausted:
        ring(deliver_batch.name, merchant_id=merchant_id)


@app.task(name="messaging.plan_codes")
def plan_codes(*, merchant_id: str = "", **_later: Any) -> None:
    """Plan the one-time codes that shoppers wait for: one merchant's when the bell rings, everybody's each round."""
    if merchant_id:
        codes.plan_codes(merchant_id=uuid.UUID(merchant_id), now=clock.now())
    else:
        codes.plan_all_codes(now=clock.now())


@app.task(name="messaging.wake_runs")
def wake_runs(**_later: Any) -> None:
    """Move journeys whose wait is over."""
    advance.wake_runs(now=clock.now())


@app.task(name="messaging.give_new_journeys")
def give_new_journeys(**_later: Any) -> None:
    """After an upgrade, give merchants the standard journeys that came with it."""
    standard_journeys.give_all_new_journeys(now=clock.now())


@app.task(name="messaging.sweep_stuck")
def sweep_stuck(**_later: Any) -> None:
    """Tell the truth about messages whose worker is gone."""
    settle.sweep_stuck(now=clock.now())
