"""The permission gate: may this message be sent now, and if not, why?

Every message passes it twice, when it is planned and when a worker takes it in hand, because a person may object and a
night may fall in between. ``may_send`` decides and is pure; ``judge`` gathers what it needs to know.

    suppressed address → permission → throttle → quiet hours → freshness → pause

By what right (Art. 6 GDPR, § 7 UWG, § 174 TKG 2021, Art. 3 (1) o UWG-CH):

    class       e-mail                          SMS, WhatsApp
    service     the order (contract)            a granted permission for service: a number is given to the carrier
                                                for the delivery, not to us for messages
    survey      a granted permission            a granted permission
    marketing   a granted permission            a granted permission, by consent

A permission for SMS or WhatsApp is for one number; nothing goes to another one, whoever's it may be.

For WhatsApp every permission must be a consent: Meta asks for one before any message that is not an answer, news about
an order included (https://developers.facebook.com/docs/whatsapp/overview/getting-opt-in).

A survey is advertising even when it comes with an invoice (BGH, 10 July 2018, VI ZR 225/17). Whoever declined service
messages gets none either, though they would be allowed. A one-time code is the answer to a request of a moment ago and
needs no permission on any channel; an address that bounced or a number that said STOP gets none all the same. One code
goes past a STOP: that by which a buyer confirms anew a number they had agreed to before. Nobody can have a code sent to
a stranger who said STOP.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Q

from messaging.enums import ASKED_FOR, Basis, Channel, MessageState, PermissionStatus, Purpose, SuppressionReason
from messaging.models import Message, Permission
from messaging.services.addresses import suppression_of
from messaging.services.permissions import phones_agreed_to
from postpurchase.accounts.models import Merchant

# How long a message waits before the gate is asked again whether a pause is over.
ASK_AGAIN_AFTER = dt.timedelta(minutes=1)
# A message that got as far as this may have reached the person.
MAY_HAVE_ARRIVED = (
    MessageState.SENDING,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
    MessageState.BOUNCED,
    MessageState.COMPLAINED,
    MessageState.UNKNOWN,
)
# What a permission may not rest on.
NOT_ENOUGH: Mapping[str, tuple[Basis, ...]] = {
    Channel.SMS: (Basis.EXISTING_CUSTOMER,),
    Channel.WHATSAPP: (Basis.EXISTING_CUSTOMER, Basis.CONTRACT),
}
# In a message's context: its code confirms the number it goes to.
CONFIRMS_NUMBER = "confirms_number"
_THROTTLE_LOCK = 7_315_002  # any number: the lock class of "one throttled message per person at a time"


class Ruling(StrEnum):
    ALLOWED = "allowed"
    HELD = "held"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when (local times) nothing is sent; may run over midnight."""

    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class Question:
    """Everything the gate looks at. Times are aware; ``expires_at`` is when the message is of no use any more.

    ``agreed_number``: the permission is for the number the message goes to; always so for e-mail.
    """

    channel: str
    message_class: str
    has_address: bool
    agreed_number: bool
    suppression: str | None
    permission: PermissionStatus | None
    permission_basis: str | None
    evidence_id: uuid.UUID | None
    has_order: bool
    throttled: bool
    immediate: bool
    asked_for: bool
    quiet_hours: QuietHours | None
    time_zone: str
    expires_at: dt.datetime
    paused: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` is a code, empty when allowed; ``basis`` and ``evidence_id`` say by what right."""

    ruling: Ruling
    reason: str = ""
    basis: str = ""
    evidence_id: uuid.UUID | None = None
    until: dt.datetime | None = None

    @property
    def allowed(self) -> bool:
        return self.ruling is Ruling.ALLOWED


def may_send(question: Question, now: dt.datetime) -> Verdict:
    """Decide. A held message says until when; nothing that is held is lost, unless it expires."""
    if not question.has_address:
        return Verdict(Ruling.SUPPRESSED, "no_address")
    if question.suppression is not None:
        return Verdict(Ruling.SUPPRESSED, f"address_{question.suppression}")
    right = _right(question)
    if not right.allowed:
        return right
    if question.throttled:
        return Verdict(Ruling.SUPPRESSED, "throttled")
    if not question.immediate and question.quiet_hours is not None:
        until = quiet_until(question.quiet_hours, question.time_zone, now)
        if until is not None and now < question.expires_at:
            return Verdict(Ruling.HELD, "quiet_hours", right.basis, right.evidence_id, until)
    if now >= question.expires_at:
        return Verdict(Ruling.EXPIRED, "expired")
    if question.paused:
        return Verdict(Ruling.HELD, "sending_paused", right.basis, right.evidence_id, now + ASK_AGAIN_AFTER)
    return right


def quiet_until(hours: QuietHours, time_zone: str, now: dt.datetime) -> dt.datetime | None:
    """Return when the quiet hours that ``now`` falls in are over (UTC), None if it falls in none.

    Computed from the wall clock of each night, so a night in which the clocks change is quiet to its last minute. Where
    a limit falls into an hour that comes twice or not at all, the longer reading counts.
    """
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    for first_day in (today - dt.timedelta(days=1), today):
        last_day = first_day if hours.start < hours.end else first_day + dt.timedelta(days=1)
        start = min(_readings(first_day, hours.start, zone))
        end = max(_readings(last_day, hours.end, zone))
        if start <= now < end:
            return end
    return None


def _readings(day: dt.date, hour: dt.time, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """Both moments that a wall-clock time may stand for, in UTC (PEP 495); usually the same."""
    wall = dt.datetime.combine(day, hour, zone)
    return wall.replace(fold=0).astimezone(dt.UTC), wall.replace(fold=1).astimezone(dt.UTC)


def judge(*, message: Message, merchant: Merchant, now: dt.datetime) -> Verdict:
    """Gather what the gate looks at for a message (stored or about to be) and decide. Needs the merchant's scope.

    A throttled message takes a lock on its person until the transaction ends, so that of two at once one is refused.
    """
    permission = (
        Permission.objects.filter(
            customer_id=message.customer_id, channel=message.channel, purpose=message.message_class
        )
        .select_related("evidence")
        .only("status", "basis", "evidence__phone")
        .first()
    )
    quiet = None
    if merchant.quiet_from is not None and merchant.quiet_until is not None:
        quiet = QuietHours(_as_time(merchant.quiet_from), _as_time(merchant.quiet_until))
    question = Question(
        channel=message.channel,
        message_class=message.message_class,
        # Whoever was erased since has no address any more, whatever the message still carries.
        has_address=message.recipient != "" and message.customer.erased_at is None,
        agreed_number=message.channel == Channel.EMAIL
        or (permission is not None and permission.evidence.phone == message.recipient),
        suppression=_suppression(message),
        permission=PermissionStatus(permission.status) if permission else None,
        permission_basis=permission.basis if permission else None,
        evidence_id=permission.evidence_id if permission else None,
        has_order=message.order_id is not None,
        throttled=_is_throttled(message, now),
        immediate=message.immediate,
        asked_for=message.template in ASKED_FOR,
        quiet_hours=quiet,
        time_zone=merchant.time_zone,
        expires_at=message.expires_at,
        paused=settings.SENDING_PAUSED or merchant.sending_paused,
    )
    return may_send(question, now)


def _suppression(message: Message) -> str | None:
    """Why nothing goes to the message's address, None where something may."""
    reason = suppression_of(
        merchant_id=message.merchant_id,
        channel=message.channel,
        address=message.recipient,
        purpose=message.message_class,
    )
    if reason == SuppressionReason.OPTED_OUT and message.context.get(CONFIRMS_NUMBER):
        known = phones_agreed_to(customer_id=message.customer_id)
        return None if message.recipient in known else reason
    return reason


def _right(question: Question) -> Verdict:
    """By what right, or why there is none."""
    granted = question.permission is PermissionStatus.GRANTED
    if question.asked_for and question.has_order:
        return Verdict(Ruling.ALLOWED, basis=Basis.CONTRACT)
    if question.message_class == Purpose.SERVICE:
        if question.permission is PermissionStatus.WITHDRAWN:
            return Verdict(Ruling.SUPPRESSED, "service_declined", evidence_id=question.evidence_id)
        if not question.has_order:
            return Verdict(Ruling.SUPPRESSED, "no_contract")
        if question.channel == Channel.EMAIL and not granted:
            return Verdict(Ruling.ALLOWED, basis=Basis.CONTRACT)
    if not granted:
        reason = "permission_withdrawn" if question.permission else "no_permission"
        return Verdict(Ruling.SUPPRESSED, reason, evidence_id=question.evidence_id)
    basis = question.permission_basis or ""
    if basis in NOT_ENOUGH.get(question.channel, ()):
        return Verdict(Ruling.SUPPRESSED, "no_permission", evidence_id=question.evidence_id)
    if not question.agreed_number:
        return Verdict(Ruling.SUPPRESSED, "number_not_agreed", evidence_id=question.evidence_id)
    return Verdict(Ruling.ALLOWED, basis=basis, evidence_id=question.evidence_id)


def _is_throttled(message: Message, now: dt.datetime) -> bool:
    """Whether the person had, or is about to get, a message of this template within the throttle's days."""
    if message.throttle_days is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_THROTTLE_LOCK, str(message.customer_id)])
    since = now - dt.timedelta(days=message.throttle_days)
    waiting_before = Q(state__in=[MessageState.PLANNED, MessageState.HELD, MessageState.READY]) & (
        Q(planned_at__lt=message.planned_at) | Q(planned_at=message.planned_at, id__lt=message.id)
    )
    return (
        Message.objects.filter(customer_id=message.customer_id, template=message.template, channel=message.channel)
        .filter(Q(state__in=MAY_HAVE_ARRIVED, state_at__gt=since) | waiting_before)
        .exclude(pk=message.pk)
        .exists()
    )


def _as_time(value: dt.time | str) -> dt.time:
    """A merchant that was only just created still carries its defaults as text."""
    return value if isinstance(value, dt.time) else dt.time.fromisoformat(value)
