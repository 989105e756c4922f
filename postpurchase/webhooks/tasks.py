"""Celery's side of webhooks: ids in, one call. Messages in the broker are doorbells; the rows are the work."""

import uuid
from typing import Any

from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.lib.doorbell import ring
from postpurchase.webhooks.services import forget, notices, plan, send, settle


@app.task(name="webhooks.plan")
def plan_new(**_later: Any) -> None:
    """Plan what is new, and ring for what is due: new, waiting for another attempt, or lost by the broker."""
    now = clock.now()
    plan.plan_all(now=now)
    for merchant_id, endpoint_ids in send.endpoints_with_due_deliveries(now=now).items():
        for endpoint_id in endpoint_ids:
            ring(send_batch.name, merchant_id=merchant_id, endpoint_id=endpoint_id)


@app.task(name="webhooks.send_batch")
def send_batch(*, merchant_id: str, endpoint_id: str, **_later: Any) -> None:
    """Send what is due for one endpoint, and ring again if there may be more."""
    if send.send_batch(merchant_id=uuid.UUID(merchant_id), endpoint_id=uuid.UUID(endpoint_id)):
        ring(send_batch.name, merchant_id=merchant_id, endpoint_id=endpoint_id)


@app.task(name="webhooks.sweep_stuck")
def sweep_stuck(**_later: Any) -> None:
    """Take back what lost workers had in hand, and tell owners what was switched off."""
    now = clock.now()
    settle.sweep_stuck(now=now)
    notices.tell_owners(now=now)


@app.task(name="webhooks.forget_old_deliveries")
def forget_old_deliveries(**_later: Any) -> None:
    """Delete the log that is older than it is kept."""
    while forget.forget_old_deliveries(now=clock.now(), limit=forget.BATCH) >= forget.BATCH:
        pass
