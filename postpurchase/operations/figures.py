"""How far the work is, across all merchants: for metrics and for ``/readyz``."""

import datetime as dt
import math
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Min

from messaging.enums import MessageState
from postpurchase.accounts.scoping import all_merchants
from postpurchase.accounts.selectors import count_places
from postpurchase.events.models import DeliveryState, EventDelivery
from postpurchase.operations import heartbeat

UNFINISHED_MESSAGES = (MessageState.PLANNED, MessageState.HELD, MessageState.READY, MessageState.SENDING)

# Merchant by merchant, because the index on states begins with the merchant; a plain GROUP BY reads the whole table.
MESSAGES_BY_STATE = """
    SELECT of_one.state, sum(of_one.messages)::bigint
    FROM accounts_merchant AS merchant
    CROSS JOIN LATERAL (
        SELECT state, count(*) AS messages
        FROM messaging_message
        WHERE merchant_id = merchant.id AND (state = ANY(%(unfinished)s) OR planned_at >= %(since)s)
        GROUP BY state
    ) AS of_one
    GROUP BY of_one.state
"""
OLDEST_DUE_MESSAGE = "SELECT min(due_at) FROM messaging_message WHERE state IN ('planned', 'held', 'ready')"


@dataclass(frozen=True)
class Figures:
    """Counts by state (all states are there) and ages in seconds (0: nothing waits; infinite heartbeat: none)."""

    deliveries: dict[str, int]
    messages: dict[str, int]
    own_places: dict[str, int]
    oldest_delivery_seconds: float
    oldest_message_seconds: float
    heartbeat_age_seconds: float


def read(*, now: dt.datetime) -> Figures:
    """Ask the tables and the broker. Raises ``django.db.Error`` where the database is away."""
    with all_merchants("figures for the operator"):
        unfinished = EventDelivery.objects.exclude(state=DeliveryState.DONE)
        counted = dict(unfinished.values_list("state").annotate(Count("id")))
        oldest_event = unfinished.filter(state=DeliveryState.PENDING).aggregate(oldest=Min("event__recorded_at"))
        with connection.cursor() as cursor:
            cursor.execute(
                MESSAGES_BY_STATE,
                {"unfinished": [str(state) for state in UNFINISHED_MESSAGES], "since": now - dt.timedelta(hours=24)},
            )
            messages = dict(cursor.fetchall())
            cursor.execute(OLDEST_DUE_MESSAGE)
            (oldest_due,) = cursor.fetchone()
        own_places = count_places()
    beat = heartbeat.age(now=now)
    return Figures(
        deliveries={state: counted.get(state, 0) for state in (DeliveryState.PENDING, DeliveryState.PARKED)},
        messages={str(state): messages.get(state, 0) for state in MessageState},
        own_places=own_places,
        oldest_delivery_seconds=_seconds_since(oldest_event["oldest"], now),
        oldest_message_seconds=_seconds_since(oldest_due, now),
        heartbeat_age_seconds=math.inf if beat is None else beat.total_seconds(),
    )


def _seconds_since(moment: dt.datetime | None, now: dt.datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
