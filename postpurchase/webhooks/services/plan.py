"""From recorded events to deliveries, without a word in the transaction that records them.

    events ──(cursor of each endpoint)──▶ WebhookDelivery rows ──doorbell──▶ services/send.py

Merchants without endpoints cost nothing: events are read behind their writers' backs, by number. An endpoint's cursor
moves only past numbers below which nothing can appear any more (``services/mark.py``); above it, what is visible is
planned at once and looked at again until then. A unique key makes the second look harmless, so nothing is lost, nothing
is doubled, and a transaction that stays open for hours delays nobody's news but its own.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Count, OuterRef, QuerySet, Subquery

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.models import Event
from postpurchase.lib.ids import uuid7
from postpurchase.webhooks.filters import as_condition
from postpurchase.webhooks.models import WebhookCursor, WebhookDelivery, WebhookEndpoint
from postpurchase.webhooks.services.mark import Mark, read_mark

BATCH = 500
# As many as a transaction that stays open may hold the cursor back by, at 500 events each.
MOST_ROUNDS = 400


def plan_all(*, now: dt.datetime, limit: int = BATCH) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Plan what is new for every active endpoint; return merchant → endpoints that got something to send.

    ``limit`` events for an endpoint in one transaction, at most ``MOST_ROUNDS`` times; the next call brings the rest.
    Looks across merchants.
    """
    with all_merchants("find endpoints that events may be new for"):
        mark = read_mark()
        _begin_where_no_cursor_is(mark)
        behind = list(
            WebhookCursor.objects.filter(endpoint__active=True, planned_through__lt=mark.sequence)
            .order_by("planned_through")
            .values_list("merchant_id", "endpoint_id")
        )
    planned: dict[uuid.UUID, set[uuid.UUID]] = {}
    for merchant_id, endpoint_id in behind:
        above = 0
        for _ in range(MOST_ROUNDS):
            with merchant_scope(merchant_id):
                count, reached = plan_endpoint(endpoint_id=endpoint_id, mark=mark, above=above, now=now, limit=limit)
            if count:
                planned.setdefault(merchant_id, set()).add(endpoint_id)
            if reached is None:
                break
            above = reached
    return planned


def plan_endpoint(
    *, endpoint_id: uuid.UUID, mark: Mark, above: int, now: dt.datetime, limit: int = BATCH
) -> tuple[int, int | None]:
    """Look at the next ``limit`` events for an endpoint, ``above`` a number and its cursor, and plan what is new.

    Returns how many deliveries were planned and the number to go on from, None at the end; the cursor moves then.
    ``mark`` was read before this transaction's look at the events. Needs the merchant's scope. Where another worker is
    at it already, nothing is done.
    """
    cursor = (
        WebhookCursor.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("endpoint")
        .filter(endpoint_id=endpoint_id, endpoint__active=True)
        .first()
    )
    if cursor is None:
        return 0, None
    wanted = Event.objects.filter(as_condition(cursor.endpoint.events), sequence__gt=max(above, cursor.planned_through))
    events = list(numbered(wanted).order_by("sequence")[:limit])
    deliveries = WebhookDelivery.objects.filter(endpoint=cursor.endpoint, event_id__in=[event.id for event in events])
    known = set(deliveries.values_list("event_id", flat=True))
    new = [event for event in events if event.id not in known]
    WebhookDelivery.objects.bulk_create(
        deliveries_of(cursor.endpoint, new, occurrence=1, now=now), ignore_conflicts=True
    )
    if len(events) < limit:
        _move(cursor, mark)
        return len(new), None
    return len(new), events[-1].sequence


def deliveries_of(
    endpoint: WebhookEndpoint, events: Sequence[Event], *, occurrence: int, now: dt.datetime
) -> list[WebhookDelivery]:
    """Return unsaved deliveries of events that carry their ``subject_number`` (``numbered``)."""
    return [
        WebhookDelivery(
            id=uuid7(),
            merchant_id=endpoint.merchant_id,
            endpoint=endpoint,
            event=event,
            occurrence=occurrence,
            webhook_id=f"msg_{event.id.hex}",
            event_type=event.type,
            subject_kind=event.subject_kind,
            subject_id=event.subject_id,
            subject_number=event.subject_number,  # type: ignore[attr-defined]
            sequence=event.sequence,
            next_attempt_at=now,
            planned_at=now,
        )
        for event in events
    ]


def numbered(events: QuerySet[Event]) -> QuerySet[Event]:
    """Count, for each event, the events of its subject up to it."""
    before = Event.objects.filter(subject_id=OuterRef("subject_id"), sequence__lte=OuterRef("sequence"))
    count = before.order_by().values("subject_id").annotate(count=Count("id")).values("count")
    return events.annotate(subject_number=Subquery(count))


def _begin_where_no_cursor_is(mark: Mark) -> None:
    """An endpoint that came with its merchant from another installation hears of what happens from now on."""
    new = WebhookEndpoint.objects.filter(active=True, cursors__isnull=True)
    WebhookCursor.objects.bulk_create(
        [
            WebhookCursor(
                merchant_id=endpoint.merchant_id, endpoint=endpoint, planned_through=mark.sequence, mark=mark.sequence
            )
            for endpoint in new
        ],
        ignore_conflicts=True,
    )


def _move(cursor: WebhookCursor, mark: Mark) -> None:
    """Everything visible is planned. Move the cursor as far as nothing can appear behind it any more."""
    if not mark.running:
        cursor.planned_through, cursor.mark, cursor.mark_writers = mark.sequence, mark.sequence, []
    elif not mark.running & set(cursor.mark_writers):
        cursor.planned_through = cursor.mark
        cursor.mark, cursor.mark_writers = mark.sequence, sorted(mark.running)
    else:
        return
    cursor.save(update_fields=["planned_through", "mark", "mark_writers"])
