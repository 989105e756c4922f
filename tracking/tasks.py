"""Celery's side of tracking."""

from typing import Any

from postpurchase.celery import app
from postpurchase.lib import clock
from tracking.services.watch import watch_all


@app.task(name="tracking.watch")
def watch(**_later: Any) -> None:
    """Look for parcels that give cause for alarm."""
    watch_all(now=clock.now())
