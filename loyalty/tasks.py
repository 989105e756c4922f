"""Celery's side of loyalty."""

from typing import Any

from loyalty.services.review import review_all
from postpurchase.celery import app
from postpurchase.lib import clock


@app.task(name="loyalty.review_badges")
def review_badges(**_later: Any) -> None:
    """Award badges to customers who met their rules before they were declared."""
    review_all(now=clock.now())
