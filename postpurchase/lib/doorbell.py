"""Telling the workers that there is something to do. The rows are the work: a lost ring costs seconds, never data."""

import uuid
from collections.abc import Sequence
from functools import partial

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from postpurchase.celery import app

log = structlog.get_logger(__name__)

# A ring nobody answered in this time is of no use any more: a sweep has rung again.
SECONDS = 30

Ids = uuid.UUID | str | Sequence[uuid.UUID]


def ring_after_commit(task: str, **ids: Ids) -> None:
    """Have a task run for these ids once this transaction is committed."""
    transaction.on_commit(partial(ring, task, **ids))


def ring(task: str, **ids: Ids) -> None:
    """Have a task run for these ids now; where the broker is away, its sweep will find the rows."""
    try:
        app.send_task(task, kwargs={name: _plain(value) for name, value in ids.items()}, expires=SECONDS)
    except OperationalError:
        log.warning("doorbell_lost", task=task)


def _plain(value: Ids) -> str | list[str]:
    return str(value) if isinstance(value, uuid.UUID | str) else [str(one) for one in value]
