"""From a stored delivery to what it says, at least once tried, exactly once done.

    claim ──commit──▶ read ─▶ apply ─▶ note the outcome ──commit──▶ next
    (attempt counted)        (one transaction)

What a delivery changes and the note that it is done are one transaction, so a worker that dies leaves either both or
neither. Three deaths, and the delivery is parked: it would go on killing workers.

A delivery about an order that has not come yet waits for it by name. Whoever creates the order takes the same lock
under which the waiting is noted, so one of the two always sees the other.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from babel.numbers import get_territory_currencies
from django.db import transaction
from django.db.models import Count

from orders.models import Order
from orders.services.locked import UnknownOrder, locked_order
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.connectors.base import Change, Context, Ignored, OrderSaved, Unreadable
from postpurchase.connectors.models import (
    Connection,
    DeliveryReference,
    InboundDelivery,
    InboundState,
    ReferenceKind,
)
from postpurchase.connectors.registry import connector_named
from postpurchase.connectors.services.apply import apply_change, as_ours, references_of
from postpurchase.events.models import Event
from postpurchase.lib import clock
from postpurchase.lib.composition import composed
from postpurchase.lib.doorbell import ring_after_commit
from postpurchase.lib.strict_json import Limits, NotStrict, TooLarge, loads
from postpurchase.lib.validation import Refused
from tracking.inputs import ShipmentRefused

log = structlog.get_logger(__name__)

BATCH = 50
MOST_ATTEMPTS = 3
LEASE = dt.timedelta(minutes=2)
# An order that has not come a month after something was told of it does not come any more.
LONGEST_WAIT = dt.timedelta(days=30)
# How soon it is looked for first, and how seldom at last.
WAIT_FIRST, WAIT_LAST = dt.timedelta(minutes=1), dt.timedelta(hours=6)
# Orders of a thousand lines are within this.
LIMITS = Limits(size=8_000_000, nodes=400_000)
OPEN = (InboundState.STORED, InboundState.WAITING)

LONGEST_REASON = 1000
WORKER_LOST = "It ended its worker three times. Nothing of it was stored."
NEVER_CAME = "Its order never came."


@dataclass(frozen=True, slots=True)
class Report:
    """What a batch did. ``exhausted``: nothing more was due."""

    done: int
    exhausted: bool


@dataclass(slots=True)
class _Outcome:
    state: InboundState
    reason: str = ""
    waits_for: str = ""
    references: set[tuple[ReferenceKind, str]] = field(default_factory=set)
    placed: list[str] = field(default_factory=list)
    saved_an_order: bool = False


def process_batch(*, merchant_id: uuid.UUID, limit: int = BATCH, now: Callable[[], dt.datetime] = clock.now) -> Report:
    """Work through up to ``limit`` due deliveries of a merchant, oldest first. Not inside a transaction.

    Any number of workers may do this at once. A delivery that cannot be dealt with stops no other.
    """
    for done in range(limit):
        claimed = _claim(merchant_id, now())
        if claimed is None:
            return Report(done=done, exhausted=True)
        _work(merchant_id, *claimed, now)
    return Report(done=limit, exhausted=False)


def merchants_with_due_deliveries(*, now: dt.datetime) -> dict[uuid.UUID, int]:
    """Return how many deliveries are due for each merchant. Looks across merchants."""
    with all_merchants("sweep inbound deliveries"):
        due = InboundDelivery.objects.filter(state__in=OPEN, next_attempt_at__lte=now)
        return dict(due.values_list("merchant_id").annotate(Count("id")))


def settle_if_ignored(*, merchant_id: uuid.UUID, delivery_id: uuid.UUID, now: dt.datetime) -> bool:
    """Note at once that there is nothing to do with a fresh delivery, if so; the sender is told. Reads, never applies.

    Not inside a transaction: the delivery is safely stored before anybody looks into it.
    """
    with merchant_scope(merchant_id):
        delivery = InboundDelivery.objects.select_related("merchant", "connection__store").get(pk=delivery_id)
    try:
        changes = read_delivery(delivery)
    except Unreadable:
        return False  # the worker notes why
    if not all(isinstance(change, Ignored) for change in changes):
        return False
    with merchant_scope(merchant_id):
        fresh = InboundDelivery.objects.filter(pk=delivery_id, state=InboundState.STORED, attempts=0)
        return bool(
            fresh.update(state=InboundState.IGNORED, reason=_reasons(changes)[:LONGEST_REASON], processed_at=now)
        )


def replay(*, delivery: InboundDelivery, now: dt.datetime) -> None:
    """Work through a delivery again from the start, after a fix. Needs the merchant's scope.

    Where the body is gone, because its person was erased, there is nothing to work through: it stays as it is.
    """
    replayed = InboundDelivery.objects.filter(pk=delivery.pk).exclude(state=InboundState.STORED).exclude(body=b"")
    if replayed.update(
        state=InboundState.STORED, reason="", waits_for="", attempts=0, next_attempt_at=now, processed_at=None
    ):
        ring_after_commit("connectors.process", merchant_id=delivery.merchant_id)
    delivery.refresh_from_db()


def replay_failed(*, merchant: Merchant, now: dt.datetime) -> int:
    """Work through everything again that failed or was parked. Returns how much that is. Needs the scope."""
    count = InboundDelivery.objects.filter(state__in=(InboundState.FAILED, InboundState.PARKED)).update(
        state=InboundState.STORED, reason="", waits_for="", attempts=0, next_attempt_at=now, processed_at=None
    )
    if count:
        ring_after_commit("connectors.process", merchant_id=merchant.id)
    return count


def on_order_placed(*, event: Event) -> None:
    """Apply what was told of an order before it came, whoever brought it."""
    order = Order.objects.only("external_id").get(pk=event.subject_id)
    _apply_waiting(order.external_id, clock.now())


def read_delivery(delivery: InboundDelivery) -> list[Change]:
    """Return what a delivery says, with our ids. Raises ``Unreadable``, whatever is wrong with it."""
    connector = connector_named(delivery.connection.connector)
    if connector is None:
        raise Unreadable("There is no connector for this make of shop any more.")
    try:
        raw = bytes(delivery.body)
        body = composed(loads(raw, LIMITS), raw)
    except (NotStrict, TooLarge) as error:
        raise Unreadable(f"This is not JSON as it must be: {error}") from None
    except Refused as refused:
        raise Unreadable(str(refused)) from None
    try:
        changes = connector.read(delivery.topic, body, context_of(delivery.connection, delivery.merchant))
        return [as_ours(change, delivery.connection) for change in changes]
    except (Unreadable, Refused) as error:
        raise Unreadable(str(error)) from None
    except Exception as error:
        # A body nobody thought of. It is kept, and replayed once the connector has learnt it.
        log.error("connectors.read_failed", connector=connector.name, topic=delivery.topic, exc_info=error)
        raise Unreadable(f"The connector stumbled over it ({type(error).__name__}).") from None


def context_of(connection: Connection, merchant: Merchant) -> Context:
    """Return what bodies leave unsaid: country, time zone, language and currency of the storefront."""
    store = connection.store
    territory = store.language.partition("-")[2].upper()
    country = territory if len(territory) == 2 else merchant.country
    currencies = get_territory_currencies(country)
    return Context(
        store=store.slug,
        country=country,
        time_zone=merchant.time_zone,
        language=store.language,
        currency=currencies[0] if currencies else "EUR",
    )


def _claim(merchant_id: uuid.UUID, now: dt.datetime) -> tuple[uuid.UUID, int] | None:
    """Take the delivery that is due longest. The attempt is counted before it is made."""
    with merchant_scope(merchant_id):
        while True:
            head = (
                InboundDelivery.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(state__in=OPEN, next_attempt_at__lte=now)
                .order_by("next_attempt_at", "id")
                .only("id", "state", "attempts", "received_at")
                .first()
            )
            if head is None:
                return None
            row = InboundDelivery.objects.filter(pk=head.pk)
            if head.attempts >= MOST_ATTEMPTS:
                row.update(state=InboundState.PARKED, reason=WORKER_LOST, processed_at=now)
                log.error("connectors.parked", delivery=str(head.pk))
            elif head.state == InboundState.WAITING and head.received_at + LONGEST_WAIT <= now:
                row.update(state=InboundState.FAILED, reason=NEVER_CAME, processed_at=now)
            else:
                row.update(attempts=head.attempts + 1, next_attempt_at=now + LEASE)
                return head.pk, head.attempts + 1


def _work(merchant_id: uuid.UUID, delivery_id: uuid.UUID, attempt: int, now: Callable[[], dt.datetime]) -> None:
    try:
        with merchant_scope(merchant_id):
            delivery = (
                InboundDelivery.objects.select_for_update(of=("self",))
                .select_related("merchant", "connection__store")
                .filter(pk=delivery_id, state__in=OPEN, attempts=attempt)
                .first()
            )
            if delivery is not None:  # else another worker took over, because this one was slow
                _settle(delivery, now())
    except Exception as error:  # noqa: BLE001 - the loop's edge: one failing delivery must not stop the others
        _note_failure(merchant_id, delivery_id, attempt, error, now())


def _settle(delivery: InboundDelivery, now: dt.datetime) -> None:
    """Apply a delivery that this transaction holds, note what became of it, then apply what waited for its orders."""
    outcome = _apply(delivery, now)
    delivery.state, delivery.reason = outcome.state, outcome.reason[:LONGEST_REASON]
    delivery.waits_for = outcome.waits_for
    if outcome.state == InboundState.WAITING:
        # Whoever waits is woken by the order; looking by itself is for what got lost, and becomes rarer.
        delivery.attempts = 0
        delivery.next_attempt_at = now + min(max(now - delivery.received_at, WAIT_FIRST), WAIT_LAST)
    else:
        delivery.processed_at = now
    delivery.save(update_fields=["state", "reason", "waits_for", "attempts", "next_attempt_at", "processed_at"])
    DeliveryReference.objects.bulk_create(
        [
            DeliveryReference(merchant_id=delivery.merchant_id, delivery=delivery, kind=kind, external_id=external_id)
            for kind, external_id in sorted(outcome.references)
            if external_id
        ],
        ignore_conflicts=True,
    )
    if outcome.saved_an_order and delivery.connection.first_order_at is None:
        Connection.objects.filter(pk=delivery.connection_id, first_order_at__isnull=True).update(first_order_at=now)
    for external_id in outcome.placed:
        _apply_waiting(external_id, now)


def _apply(delivery: InboundDelivery, now: dt.datetime) -> _Outcome:
    try:
        changes = read_delivery(delivery)
    except Unreadable as error:
        return _Outcome(InboundState.FAILED, reason=str(error))
    references = {reference for change in changes for reference in references_of(change)}
    while True:
        try:
            with transaction.atomic():
                outcome = _apply_all(delivery, changes, now)
        except UnknownOrder as unknown:
            external_id = str(unknown)
            if _is_still_unknown(delivery.merchant, external_id):
                outcome = _Outcome(InboundState.WAITING, waits_for=external_id)
            else:
                continue
        except (Refused, ShipmentRefused) as refused:
            problems = [f"{problem.pointer}: {problem.message}" for problem in refused.problems]
            outcome = _Outcome(InboundState.FAILED, reason=" ".join(problems))
        outcome.references = references
        return outcome


def _apply_all(delivery: InboundDelivery, changes: Sequence[Change], now: dt.datetime) -> _Outcome:
    applied = [
        apply_change(merchant=delivery.merchant, change=change, received_at=delivery.received_at, now=now)
        for change in changes
    ]
    reasons = list(dict.fromkeys(one.reason for one in applied if one.reason))
    did_something = any(not one.reason for one in applied)
    return _Outcome(
        state=InboundState.PROCESSED if did_something else InboundState.IGNORED,
        reason="" if did_something else " ".join(reasons),
        placed=[one.placed for one in applied if one.placed],
        saved_an_order=any(isinstance(change, OrderSaved) for change in changes),
    )


def _is_still_unknown(merchant: Merchant, external_id: str) -> bool:
    """Look again under the order's lock, and keep it until this transaction ends.

    Undoing the attempt gave the lock back: in between the order may have come.
    """
    try:
        locked_order(merchant=merchant, external_id=external_id)
    except UnknownOrder:
        return True
    return False


def _apply_waiting(external_id: str, now: dt.datetime) -> None:
    """Apply what waits for an order that this transaction, or one before, has created.

    Deliveries that another worker holds are left to it: it waits for the order's lock, and then sees the order.
    """
    waiting = (
        InboundDelivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("merchant", "connection__store")
        .filter(state=InboundState.WAITING, waits_for=external_id)
        .order_by("received_at", "id")
    )
    for delivery in waiting:
        try:
            with transaction.atomic():
                _settle(delivery, now)
        except Exception as error:
            # The order came whatever is wrong with what waited for it; that is tried again by itself.
            log.error("connectors.waiting_failed", delivery=str(delivery.pk), exc_info=error)
            InboundDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=now)


def _note_failure(
    merchant_id: uuid.UUID, delivery_id: uuid.UUID, attempt: int, error: Exception, now: dt.datetime
) -> None:
    # The class only: a message may quote what a person wrote.
    reason = f"{type(error).__module__}.{type(error).__qualname__}"
    log.error("connectors.delivery_failed", delivery=str(delivery_id), attempt=attempt, exc_info=error)
    with merchant_scope(merchant_id):
        mine = InboundDelivery.objects.filter(pk=delivery_id, state__in=OPEN, attempts=attempt)
        if attempt >= MOST_ATTEMPTS:
            mine.update(state=InboundState.PARKED, reason=f"It failed three times ({reason}).", processed_at=now)
        else:
            mine.update(next_attempt_at=now + dt.timedelta(seconds=10 * 6 ** (attempt - 1)))


def _reasons(changes: Sequence[Change]) -> str:
    return " ".join(dict.fromkeys(change.reason for change in changes if isinstance(change, Ignored)))
