"""Celery's side of privacy: ids in, one call. Messages in the broker are doorbells; the rows are the work."""

import uuid
from itertools import groupby
from typing import Any

from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.privacy.services import erase

BATCH = 20
# A doorbell nobody answered in this time is rung again by the next round.
DOORBELL_SECONDS = 60


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
        ids = [str(erasure_id) for _, erasure_id in rows]
        for start in range(0, len(ids), BATCH):
            run_erasures.apply_async(
                kwargs={"merchant_id": str(merchant_id), "erasure_ids": ids[start : start + BATCH]},
                expires=DOORBELL_SECONDS,
            )
