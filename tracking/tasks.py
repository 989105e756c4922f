"""Celery's side of tracking."""

import uuid
from typing import Any

from postpurchase.celery import app
from postpurchase.lib import clock
from postpurchase.lib.doorbell import ring
from tracking.polling.services import ask
from tracking.services.arrivals import judge_overdue
from tracking.services.carrier_codes import reread_all
from tracking.services.learn_transit import learn_all
from tracking.services.watch import watch_all


@app.task(name="tracking.watch")
def watch(**_later: Any) -> None:
    """Look for parcels that give cause for alarm."""
    watch_all(now=clock.now())


@app.task(name="tracking.ask_carriers")
def ask_carriers(**_later: Any) -> None:
    """Have every carrier asked that is due, one task for each account."""
    for merchant_id, account_id in ask.accounts_to_ask(now=clock.now()):
        ring(ask_carrier.name, merchant_id=merchant_id, account_id=account_id)


@app.task(name="tracking.ask_carrier")
def ask_carrier(*, merchant_id: str, account_id: str, **_later: Any) -> None:
    """Ask one carrier about the parcels that are due."""
    ask.ask_carrier(merchant_id=uuid.UUID(merchant_id), account_id=uuid.UUID(account_id))


@app.task(name="tracking.reread_codes")
def reread_codes(**_later: Any) -> None:
    """Read stored news again where a merchant said what a carrier's code means."""
    while reread_all(now=clock.now()):
        pass


@app.task(name="tracking.judge")
def judge(**_later: Any) -> None:
    """Look for promises whose day has passed."""
    judge_overdue(now=clock.now())


@app.task(name="tracking.learn_transit")
def learn_transit(**_later: Any) -> None:
    """Learn from the parcels that arrived lately."""
    learn_all(now=clock.now())
