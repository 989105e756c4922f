"""Celery's side of the events: ids in, one call."""

import uuid
from typing import Any

from postpurchase.celery import app
from postpurchase.events import dispatch
from postpurchase.lib import clock

SWEEP_LIMIT = 2_000


@app.task(name="events.handle")
def handle(*, merchant_id: str, subject_ids: list[str], **_later: Any) -> None:
    """Run the handlers of these subjects."""
    for subject_id in subject_ids:
        dispatch.handle_subject(merchant_id=uuid.UUID(merchant_id), subject_id=uuid.UUID(subject_id))


@app.task(name="events.sweep")
def sweep(**_later: Any) -> None:
    """Pick up what the broker lost and what is due for another attempt."""
    due = dispatch.subjects_with_due_deliveries(now=clock.now(), limit=SWEEP_LIMIT)
    for merchant_id, subject_ids in due.items():
        for subject_id in subject_ids:
            dispatch.handle_subject(merchant_id=merchant_id, subject_id=subject_id)
