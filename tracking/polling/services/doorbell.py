"""Telling the workers that an account may be asked. The rows are the work; a lost ring costs seconds."""

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from postpurchase.celery import app
from tracking.models import CarrierAccount

log = structlog.get_logger(__name__)

# A doorbell nobody answered in this time is rung again by the next sweep.
DOORBELL_SECONDS = 10


def ring_after_commit(*, account: CarrierAccount) -> None:
    """Have the account's due parcels asked about once this transaction is committed."""
    names = {"merchant_id": str(account.merchant_id), "account_id": str(account.id)}

    def ring() -> None:
        try:
            app.send_task("tracking.ask_carrier", kwargs=names, expires=DOORBELL_SECONDS)
        except OperationalError:
            # The broker is away; the sweep will find the rows.
            log.warning("polling.doorbell_lost")

    transaction.on_commit(ring)
