"""Telling the workers that there is something to work through. The rows are the work; a lost ring costs seconds."""

import uuid

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from postpurchase.celery import app

log = structlog.get_logger(__name__)

# A doorbell nobody answered in this time is rung again by the next sweep.
DOORBELL_SECONDS = 30


def ring_after_commit(*, merchant_id: uuid.UUID) -> None:
    """Have the merchant's deliveries worked through once this transaction is committed."""
    transaction.on_commit(lambda: ring(merchant_id=merchant_id))


def ring(*, merchant_id: uuid.UUID) -> None:
    """Have the merchant's deliveries worked through now."""
    try:
        app.send_task("connectors.process", kwargs={"merchant_id": str(merchant_id)}, expires=DOORBELL_SECONDS)
    except OperationalError:
        # The broker is away; the sweep will find the rows.
        log.warning("connectors.doorbell_lost")
