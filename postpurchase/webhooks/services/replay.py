"""Telling an endpoint again: one event, or everything of a time range. The webhook id stays the event's."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from postpurchase.accounts.models import Merchant
from postpurchase.events.models import Event
from postpurchase.lib.ids import uuid7
from postpurchase.lib.validation import Problem, Refused
from postpurchase.webhooks.filters import as_condition
from postpurchase.webhooks.models import OPEN_STATES, WebhookDelivery, WebhookEndpoint
from postpurchase.webhooks.payload import TEST_TYPE
from postpurchase.webhooks.services.hold import held_endpoint
from postpurchase.webhooks.services.plan import deliveries_of, numbered

MOST_REPLAYED = 10_000
LONGEST_RANGE = dt.timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Replay:
    """How many events lie in the range: some are sent again, the others were waiting to be sent anyway."""

    matching: int
    planned: int
    waiting: int


def replay_delivery(*, merchant: Merchant, delivery_id: uuid.UUID, now: dt.datetime) -> WebhookDelivery | None:
    """Tell a delivery's event again, as a new delivery with the same webhook id; None where there is none.

    While the event is waiting to be sent anyway, that waiting delivery is returned, due at once. Raises ``Refused``
    where the endpoint is switched off. Needs the merchant's scope.
    """
    found = WebhookDelivery.objects.select_related("event").filter(pk=delivery_id).first()
    if found is None:
        return None
    endpoint = _held_active(found.endpoint_id)
    if endpoint is None:
        return None
    if found.event is None:
        return _plan_test(endpoint, now)
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, event=found.event, state__in=OPEN_STATES).first()
    if waiting is not None:
        WebhookDelivery.objects.filter(pk=waiting.pk, state="pending").update(next_attempt_at=now)
        waiting.refresh_from_db()
        return waiting
    last = WebhookDelivery.objects.filter(endpoint=endpoint, event=found.event).aggregate(Max("occurrence"))
    event = numbered(Event.objects.filter(pk=found.event.pk)).get()
    (delivery,) = deliveries_of(endpoint, [event], occurrence=last["occurrence__max"] + 1, now=now)
    delivery.save(force_insert=True)
    return delivery


def replay_range(
    *, merchant: Merchant, endpoint_id: uuid.UUID, start: dt.datetime, end: dt.datetime, now: dt.datetime
) -> Replay | None:
    """Tell an endpoint again of every event from ``start`` until before ``end`` that its filter wants.

    Also of those recorded before the endpoint existed or while it was off. None where there is no such endpoint.
    Raises ``Refused`` for a range that is empty, too long, or holds too many events (``MOST_REPLAYED``), and where the
    endpoint is switched off; nothing is planned then. Needs the merchant's scope.
    """
    endpoint = _held_active(endpoint_id)
    if endpoint is None:
        return None
    _check_range(start, end)
    events = Event.objects.filter(as_condition(endpoint.events), recorded_at__gte=start, recorded_at__lt=end)
    matching = events.count()
    if matching > MOST_REPLAYED:
        text = f"{matching} events lie in this range, more than {MOST_REPLAYED}: choose a shorter one."
        raise Refused([Problem("/from", "too_many", text)])
    again = list(_not_waiting(events, endpoint))
    deliveries = [
        delivery
        for event in again
        for delivery in deliveries_of(endpoint, [event], occurrence=event.last_occurrence + 1, now=now)  # type: ignore[attr-defined]
    ]
    WebhookDelivery.objects.bulk_create(deliveries, batch_size=1000)
    return Replay(matching=matching, planned=len(again), waiting=matching - len(again))


def send_test(*, merchant: Merchant, endpoint_id: uuid.UUID, now: dt.datetime) -> WebhookDelivery | None:
    """Plan a ``webhook.test``, tried once; None where there is no such endpoint. Raises ``Refused`` where it is off."""
    endpoint = _held_active(endpoint_id)
    return _plan_test(endpoint, now) if endpoint else None


def _plan_test(endpoint: WebhookEndpoint, now: dt.datetime) -> WebhookDelivery:
    delivery_id = uuid7()
    return WebhookDelivery.objects.create(
        id=delivery_id,
        merchant_id=endpoint.merchant_id,
        endpoint=endpoint,
        webhook_id=f"msg_{delivery_id.hex}",
        event_type=TEST_TYPE,
        next_attempt_at=now,
        planned_at=now,
    )


def _held_active(endpoint_id: uuid.UUID) -> WebhookEndpoint | None:
    """Return the endpoint, held, so that two replays at once do not count the same occurrence. It must be active."""
    endpoint = held_endpoint(endpoint_id).first()
    if endpoint is not None and not endpoint.active:
        raise Refused([Problem("", "switched_off", "The endpoint is switched off; switch it on first.")])
    return endpoint


def _check_range(start: dt.datetime, end: dt.datetime) -> None:
    if end <= start:
        raise Refused([Problem("/to", "too_small", "The range ends before it begins.")])
    if end - start > LONGEST_RANGE:
        raise Refused([Problem("/from", "too_long", f"A range has at most {LONGEST_RANGE.days} days.")])


def _not_waiting(events: QuerySet[Event], endpoint: WebhookEndpoint) -> QuerySet[Event]:
    mine = WebhookDelivery.objects.filter(endpoint=endpoint, event_id=OuterRef("pk"))
    last = mine.order_by().values("event_id").annotate(last=Max("occurrence")).values("last")
    return (
        numbered(events.filter(~Exists(mine.filter(state__in=OPEN_STATES))))
        .annotate(last_occurrence=Coalesce(Subquery(last), 0))
        .order_by("sequence")
    )
