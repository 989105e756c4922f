"""Celery's side of orders."""

from typing import Any

from orders.recommendations.learn import learn_all
from orders.services.behaviours import attach_behaviours
from postpurchase.celery import app
from postpurchase.lib import clock


@app.task(name="orders.learn")
def learn(**_later: Any) -> None:
    """Look whether there is something new to learn about what goes together."""
    learn_all(now=clock.now())


@app.task(name="orders.attach_behaviours")
def attach(**_later: Any) -> None:
    """Give what nobody known did to those who have come since."""
    attach_behaviours(now=clock.now())
