"""The same news of several parcels of an order: one message instead of several.

Each parcel's news is a message of its own, planned once. News that another parcel of the order may have too waits for
``PARCEL_NEWS_WAITS_SECONDS``. The first that is taken in hand then takes along what waits beside it: same order,
journey, step, channel and address. Those are told in it (``told_together``, with its id) in the very transaction in
which it goes to ``sending``, so a worker that dies leaves either all of them waiting or one message that tells of all
of them. If it was certainly not sent, they go their own ways again. A later parcel has its own message, which names it.

Only one worker at a time takes an order's parcel news in hand; another one leaves them to it.
"""

import datetime as dt
import uuid

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet, Sum

from messaging.content.several import BUNDLED
from messaging.enums import WAITING_STATES, MessageState, Template
from messaging.models import Message
from messaging.services.gate import MAY_HAVE_ARRIVED
from orders.models import OrderLine
from tracking.enums import ShipmentStatus
from tracking.models import Shipment, ShipmentLine

# What a worker reads along with a message it may take in hand.
CLAIMED_WITH = ("run__journey", "run__version", "run__order", "run__customer", "customer", "store")
TOLD_TOGETHER = "told_together"
TOLD_IN = "told_in"  # in the context of a message: the id of the one that tells it
_ORDER_LOCK = 7_315_003  # any number: the lock class of "one worker at a time tells of an order's parcels"
# Parcels of which no news is expected that others could share.
_SETTLED = (ShipmentStatus.DELIVERED, ShipmentStatus.EXPIRED)


def may_be_bundled(message: Message) -> bool:
    """Say whether a message is news of a parcel that others of its order may have too."""
    return (
        message.order_id is not None
        and message.run_id is not None
        and not message.immediate
        and message.template in BUNDLED
        and bool(message.context.get("shipment_id"))
    )


def wait_for_others(*, message: Message) -> dt.timedelta:
    """Return how long a message waits for the same news of the order's other parcels. Needs the merchant's scope.

    Nothing where there is no other parcel, or all others have had their news or have arrived. The first parcel of an
    order waits, too, where it is known not to hold everything.
    """
    if not may_be_bundled(message):
        return dt.timedelta(0)
    others = Shipment.objects.filter(order=message.order).exclude(pk=message.context["shipment_id"])
    unsettled = {str(pk) for pk in others.exclude(status__in=_SETTLED).values_list("pk", flat=True)}
    same = _same_news(message)
    told = same.filter(Q(state__in=MAY_HAVE_ARRIVED) | Q(reason=TOLD_TOGETHER))
    waits = (
        bool(unsettled - set(told.values_list("context__shipment_id", flat=True)))
        or same.filter(state__in=WAITING_STATES).exists()
        or (message.template == Template.SHIPPED and _more_is_to_be_sent(message))
    )
    return dt.timedelta(seconds=settings.PARCEL_NEWS_WAITS_SECONDS if waits else 0)


def take_order_in_hand(*, message: Message) -> bool:
    """Hold the parcel news of a message's order until the transaction ends; False where another worker does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_ORDER_LOCK, str(message.order_id)])
        return bool(cursor.fetchone()[0])


def companions(*, message: Message) -> list[Message]:
    """Return what waits beside a message and tells the same of other parcels, locked. The caller has the order in hand.

    Whoever holds one of them without the order gives it back at once, so this waits rather than passing it over.
    """
    rows = _same_news(message).filter(state__in=WAITING_STATES).exclude(pk=message.pk)
    return list(rows.select_for_update(of=("self",)).select_related(*CLAIMED_WITH).order_by("planned_at", "id"))


def tell_in(*, message: Message, others: list[Message], now: dt.datetime) -> None:
    """Note that others are told in ``message``, which is taken in hand in the same transaction."""
    for other in others:
        other.state, other.reason, other.state_at = MessageState.SUPPRESSED, TOLD_TOGETHER, now
        other.context = {**other.context, TOLD_IN: str(message.id)}
        other.save(update_fields=["state", "reason", "state_at", "context"])


def tell_apart(*, message: Message, now: dt.datetime) -> list[Message]:
    """Let go what was to be told in a message that certainly was not sent; each waits for its own turn again."""
    if message.order_id is None:
        return []
    let_go = list(told_in(message_id=message.id, order_id=message.order_id).select_for_update(of=("self",)))
    for other in let_go:
        other.context.pop(TOLD_IN)
        other.state, other.reason, other.state_at = MessageState.READY, "", now
        other.due_at = max(now, message.due_at) if message.state == MessageState.READY else now
        other.save(update_fields=["state", "reason", "state_at", "due_at", "context"])
    return let_go


def told_in(*, message_id: uuid.UUID, order_id: uuid.UUID) -> QuerySet[Message]:
    """Return the messages that are told in another one."""
    return Message.objects.filter(order_id=order_id, reason=TOLD_TOGETHER, **{f"context__{TOLD_IN}": str(message_id)})


def _more_is_to_be_sent(message: Message) -> bool:
    packed = ShipmentLine.objects.filter(shipment__order=message.order).aggregate(n=Sum("quantity"))["n"]
    ordered = OrderLine.objects.filter(order=message.order).aggregate(n=Sum("quantity"))["n"]
    return packed is not None and packed < ordered


def _same_news(message: Message) -> QuerySet[Message]:
    return Message.objects.filter(
        order=message.order,
        customer_id=message.customer_id,
        journey_key=message.journey_key,
        step_key=message.step_key,
        template=message.template,
        channel=message.channel,
        message_class=message.message_class,
        run__isnull=False,
        context__has_key="shipment_id",
    )
