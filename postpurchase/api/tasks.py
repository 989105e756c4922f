"""Housekeeping of the API."""

from typing import Any

from postpurchase.api.idempotency import forget_old_answers
from postpurchase.celery import app
from postpurchase.lib import clock


@app.task(name="api.forget_old_answers")
def forget(**_later: Any) -> None:
    """Delete stored answers that are older than three days."""
    forget_old_answers(now=clock.now())
