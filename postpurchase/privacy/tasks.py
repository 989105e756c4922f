"""Celery's side of privacy: ids in, one call. Messages in the broker are doorbells; the rows are the work."""

import uuid
from itertools import groupby
from typing import Any

from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.lib.doorbell import ring
from postpurchase.privacy.services import erase, retain

BATCH = 20
TIDY_SECONDS = 900


@app.task(name="privacy.erase")
def run_erasures(*, merchant_id: str, erasure_ids: list[str], **_later: Any) -> None:
    """Carry out a batch of one merchant's erasures."""
    for erasure_id in erasure_ids:
        erase.run_erasure(merchant_id=uuid.UUID(merchant_id), erasure_id=uuid.UUID(erasure_id), now=clock.now())


@app.task(name="privacy.sweep_erasures")
def sweep_erasures(**_later: Any) -> None:
    """Ring for erasures that a crash, a failure, a hold or the second round left behind."""
    due = sorted(erase.due_erasures(now=clock.now()))
    for merchant_id, rows in groupby(due, key=lambda row: row[0]):
        ids = [erasure_id for _, erasure_id in rows]
        for start in range(0, len(ids), BATCH):
            ring(run_erasures.name, merchant_id=merchant_id, erasure_ids=ids[start : start + BATCH])


@app.task(name="privacy.tidy")
def tidy(**_later: Any) -> None:
    """Ring for every merchant whose old data has not been removed today."""
    for merchant_id in retain.merchants_to_tidy(now=clock.now()):
        remove_old_data.apply_async(kwargs={"merchant_id": str(merchant_id)}, expires=TIDY_SECONDS)


@app.task(name="privacy.remove_old_data")
def remove_old_data(*, merchant_id: str, **_later: Any) -> None:
    """Remove what is past its time of one merchant; what is left over waits for the next round."""
    retain.remove_old_data(merchant_id=uuid.UUID(merchant_id), now=clock.now())
