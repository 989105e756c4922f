"""Celery's side of the operations."""

from typing import Any

from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.operations import heartbeat as heartbeats


@app.task(name="operations.heartbeat")
def heartbeat(**_later: Any) -> None:
    """Show that beat, broker and worker work together."""
    heartbeats.give(now=clock.now())
