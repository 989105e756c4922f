"""Celery's side of orders."""

from typing import Any

from orders.recommendations.learn import learn_all
from postpurchase.celery import app
from postpurchase.lib import clock


@app.task(name="orders.learn")
def learn(**_later: Any) -> None:
    """Look whether there is something new to learn about what goes together."""
    learn_all(now=clock.now())
