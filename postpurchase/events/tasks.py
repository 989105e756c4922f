"""Celery's side of the events: ids in, one call."""

import time
import uuid
from typing import Any

from postpurchase.celery import app
from postpurchase.events import dispatch, doorbell
from postpurchase.lib import clock

SWEEP_LIMIT = 2_000
# Shorter than the time between two sweeps: with a large backlog they follow each other, and never fill every worker.
SWEEP_SECONDS = 4.0


@app.task(name="events.handle")
def handle(*, merchant_id: str, **_later: Any) -> None:
    """Run the handlers of the merchant's subjects that were rung for."""
    merchant = uuid.UUID(merchant_id)
    for subject_id in doorbell.answer(merchant_id=merchant):
        dispatch.handle_subject(merchant_id=merchant, subject_id=subject_id)


@app.task(name="events.sweep")
def sweep(**_later: Any) -> None:
    """Pick up what the broker lost and what is due for another attempt, oldest first, for a few seconds."""
    deadline = time.monotonic() + SWEEP_SECONDS
    due = dispatch.subjects_with_due_deliveries(now=clock.now(), limit=SWEEP_LIMIT)
    for merchant_id, subject_ids in due.items():
        for subject_id in subject_ids:
            if time.monotonic() > deadline:
                return
            dispatch.handle_subject(merchant_id=merchant_id, subject_id=subject_id)
