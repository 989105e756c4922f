"""Celery's side of accounts: one call."""

from typing import Any

from postpurchase.accounts.services import place_rounds
from postpurchase.celery import app
from postpurchase.lib import clock


@app.task(name="accounts.check_places")
def check_places(**_later: Any) -> None:
    """Check merchants' own host names and paths that are due, and tell owners of those that fail."""
    now = clock.now()
    place_rounds.check_places(now=now)
    place_rounds.tell_owners(now=now)
