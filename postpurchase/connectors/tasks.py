"""Celery's side of the connectors: ids in, one call. Messages in the broker are doorbells; the rows are the work."""

import math
import uuid
from typing import Any

from postpurchase.celery import app
from postpurchase.connectors.services import poll
from postpurchase.connectors.services import process as processing
from postpurchase.lib import clock
from postpurchase.lib.doorbell import ring

# Workers that one merchant's backlog may keep busy.
MOST_BATCHES_PER_MERCHANT = 2


@app.task(name="connectors.process")
def process(*, merchant_id: str, **_later: Any) -> None:
    """Work through a batch of one merchant's deliveries, and ring again if there may be more."""
    report = processing.process_batch(merchant_id=uuid.UUID(merchant_id))
    if not report.exhausted:
        ring(process.name, merchant_id=merchant_id)


@app.task(name="connectors.sweep")
def sweep(**_later: Any) -> None:
    """Ring for every merchant that has something due: what the broker lost, what waited, what failed before."""
    for merchant_id, count in processing.merchants_with_due_deliveries(now=clock.now()).items():
        for _ in range(min(MOST_BATCHES_PER_MERCHANT, math.ceil(count / processing.BATCH))):
            ring(process.name, merchant_id=merchant_id)


@app.task(name="connectors.ask_shops")
def ask_shops(**_later: Any) -> None:
    """Have every shop asked that is due."""
    for merchant_id, connection_id in poll.shops_to_ask(now=clock.now()):
        ring(ask_shop.name, merchant_id=merchant_id, connection_id=connection_id)


@app.task(name="connectors.ask_shop")
def ask_shop(*, merchant_id: str, connection_id: str, **_later: Any) -> None:
    """Fetch what changed in one shop."""
    poll.ask_shop(merchant_id=uuid.UUID(merchant_id), connection_id=uuid.UUID(connection_id))
