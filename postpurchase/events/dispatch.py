"""From a recorded event to its handlers.

    record_event ──commit──▶ events/doorbell.py ──▶ Celery "events.handle" ──▶ handle_subject
                                                         (lost?)  ▲
                                                    events.sweep ─┘  every few seconds

The rows are the truth, the broker a doorbell. For one subject and handler the oldest pending delivery goes first and is
locked while it runs, so events of one order are handled in order even with many workers. A handler's writes and "done"
are one transaction: each takes effect exactly once.
"""

import datetime as dt
import uuid
from collections.abc import Callable

import structlog
from django.utils.module_loading import import_string

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.doorbell import ring_after_commit
from postpurchase.events.locks import wait_for_other_writers
from postpurchase.events.models import DeliveryState, Event, EventDelivery
from postpurchase.lib import clock

log = structlog.get_logger(__name__)

Handler = Callable[..., None]

MAX_ATTEMPTS = 8


def handle_subject(*, merchant_id: uuid.UUID, subject_id: uuid.UUID) -> int:
    """Run every due handler of one subject, each in its order. Returns how many deliveries were finished.

    What nobody has tried yet is handled together in one transaction. Where that fails, or something failed before, each
    delivery gets a transaction of its own. Safe to call any number of times and from several workers at once.
    """
    finished = 0
    while fresh := _claim_fresh(merchant_id, subject_id):
        finished += _handle_together(merchant_id, fresh)
    for handler in _handlers_with_work(merchant_id, subject_id):
        while _handle_next(merchant_id, subject_id, handler):
            finished += 1
    return finished


def subjects_with_due_deliveries(*, now: dt.datetime, limit: int) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Return merchant → subjects whose handlers are due, oldest first, for the sweeper. Looks across merchants."""
    with all_merchants("sweep event deliveries"):
        rows = (
            EventDelivery.objects.filter(state=DeliveryState.PENDING, next_attempt_at__lte=now)
            .order_by("next_attempt_at")
            .values_list("merchant_id", "subject_id")[:limit]
        )
        due: dict[uuid.UUID, dict[uuid.UUID, None]] = {}
        for merchant_id, subject_id in rows:
            due.setdefault(merchant_id, {})[subject_id] = None
    return {merchant_id: list(subjects) for merchant_id, subjects in due.items()}


def retry_parked(*, delivery_id: uuid.UUID, now: dt.datetime) -> bool:
    """Give a parked delivery its attempts back, after a person has mended the cause. Needs the merchant's scope."""
    delivery = EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.PARKED).first()
    if delivery is None:
        return False
    EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.PARKED).update(
        state=DeliveryState.PENDING, attempts=0, next_attempt_at=now
    )
    ring_after_commit(merchant_id=delivery.merchant_id, subject_ids=[delivery.subject_id])
    return True


def wait_before_attempt(attempts: int) -> dt.timedelta:
    """Return how long to wait after ``attempts`` failures: 2, 4, 8 … seconds, at most five minutes."""
    return dt.timedelta(seconds=min(300, 2**attempts))


def _claim_fresh(merchant_id: uuid.UUID, subject_id: uuid.UUID) -> list[uuid.UUID]:
    """Claim all untried deliveries of the handlers that have nothing older in hand.

    The subject's lock keeps a second worker from claiming what comes after while this one claims what comes before.
    """
    now = clock.now()
    with merchant_scope(merchant_id):
        wait_for_other_writers([subject_id])
        pending = EventDelivery.objects.filter(subject_id=subject_id, state=DeliveryState.PENDING)
        rows = list(pending.values_list("id", "handler", "attempts"))
        busy = {handler for _, handler, attempts in rows if attempts > 0}
        fresh = [delivery_id for delivery_id, handler, _ in rows if handler not in busy]
        if fresh:
            EventDelivery.objects.filter(pk__in=fresh).update(attempts=1, next_attempt_at=now + wait_before_attempt(1))
    return fresh


def _handle_together(merchant_id: uuid.UUID, delivery_ids: list[uuid.UUID]) -> int:
    """Handle claimed deliveries in one transaction, in order. Gives them back untried where one of them fails."""
    try:
        with merchant_scope(merchant_id):
            deliveries = list(
                EventDelivery.objects.select_for_update(of=("self",))
                .select_related("event")
                .filter(pk__in=delivery_ids, state=DeliveryState.PENDING)
                .order_by("sequence", "handler")
            )
            for delivery in deliveries:
                _call(delivery.handler, delivery.event)
            EventDelivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries]).update(
                state=DeliveryState.DONE, done_at=clock.now()
            )
    except Exception:  # noqa: BLE001 - which one it was shows when each is tried alone
        _handle_apart(merchant_id, delivery_ids)
        return 0
    return len(deliveries)


def _handle_apart(merchant_id: uuid.UUID, delivery_ids: list[uuid.UUID]) -> None:
    """After a common failure: each delivery alone, and where one fails, those after it wait untried."""
    with merchant_scope(merchant_id):
        rows = list(
            EventDelivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.PENDING)
            .order_by("sequence", "handler")
            .values_list("id", "handler")
        )
    stuck: set[str] = set()
    untried: list[uuid.UUID] = []
    for delivery_id, handler in rows:
        if handler in stuck:
            untried.append(delivery_id)
        elif not _handle_one(merchant_id, delivery_id, handler, attempts=1):
            stuck.add(handler)
    if untried:
        with merchant_scope(merchant_id):
            EventDelivery.objects.filter(pk__in=untried, state=DeliveryState.PENDING).update(
                attempts=0, next_attempt_at=clock.now()
            )


def _handlers_with_work(merchant_id: uuid.UUID, subject_id: uuid.UUID) -> list[str]:
    with merchant_scope(merchant_id):
        return list(
            EventDelivery.objects.filter(subject_id=subject_id, state=DeliveryState.PENDING)
            .order_by("handler")
            .values_list("handler", flat=True)
            .distinct()
        )


def _handle_next(merchant_id: uuid.UUID, subject_id: uuid.UUID, handler: str) -> bool:
    """Handle the oldest pending delivery. Returns False where there is none or it is not due yet."""
    now = clock.now()
    claimed = _claim(merchant_id, subject_id, handler, now)
    if claimed is None:
        return False
    delivery_id, attempts = claimed
    return _handle_one(merchant_id, delivery_id, handler, attempts=attempts)


def _handle_one(merchant_id: uuid.UUID, delivery_id: uuid.UUID, handler: str, *, attempts: int) -> bool:
    """Handle one claimed delivery. Returns whether the next one may go on."""
    try:
        with merchant_scope(merchant_id):
            delivery = (
                EventDelivery.objects.select_for_update(of=("self",))
                .select_related("event")
                .filter(pk=delivery_id, state=DeliveryState.PENDING)
                .first()
            )
            if delivery is None:
                return True  # another worker was faster; look for the next one
            _call(handler, delivery.event)
            EventDelivery.objects.filter(pk=delivery_id).update(
                state=DeliveryState.DONE, done_at=clock.now(), last_error=""
            )
    except Exception as error:  # noqa: BLE001 - the loop's edge: one failing handler must not stop the others
        return _note_failure(merchant_id, delivery_id, attempts, error)
    return True


def _claim(
    merchant_id: uuid.UUID, subject_id: uuid.UUID, handler: str, now: dt.datetime
) -> tuple[uuid.UUID, int] | None:
    """Count the attempt before it is made, so that a handler that kills its worker is parked like any other."""
    with merchant_scope(merchant_id):
        head = (
            EventDelivery.objects.filter(subject_id=subject_id, handler=handler, state=DeliveryState.PENDING)
            .order_by("sequence")
            .values_list("id", "attempts", "next_attempt_at")
            .first()
        )
        if head is None or head[2] > now:
            return None
        delivery_id, attempts, _ = head
        if attempts >= MAX_ATTEMPTS:
            EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING).update(state=DeliveryState.PARKED)
            log.error("events.parked", handler=handler, delivery=str(delivery_id))
            return _claim(merchant_id, subject_id, handler, now)
        claimed = EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING, attempts=attempts).update(
            attempts=attempts + 1, next_attempt_at=now + wait_before_attempt(attempts + 1)
        )
        return (delivery_id, attempts + 1) if claimed else None


def _call(handler: str, event: Event) -> None:
    function: Handler = import_string(handler)
    function(event=event)


def _note_failure(merchant_id: uuid.UUID, delivery_id: uuid.UUID, attempts: int, error: Exception) -> bool:
    """Write down why. Returns whether the next event may go on (this one is parked)."""
    # The class only: a message may quote what a person wrote.
    reason = f"{type(error).__module__}.{type(error).__qualname__}"
    log.error("events.handler_failed", delivery=str(delivery_id), attempt=attempts, exc_info=error)
    parked = attempts >= MAX_ATTEMPTS
    with merchant_scope(merchant_id):
        EventDelivery.objects.filter(pk=delivery_id, state=DeliveryState.PENDING).update(
            last_error=reason[:300], **({"state": DeliveryState.PARKED} if parked else {})
        )
    return parked
