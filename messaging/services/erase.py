"""Taking a person out of messages. That something was sent, when and with what result, stays.

What they refused outlives them: as keyed digests of their addresses (``Suppression``), so that a person whom a shop
brings back is not written to again on the strength of something older than their erasure.
"""

import datetime as dt

from django.db import connection

from messaging.enums import WAITING_STATES, Channel, MessageState, PermissionStatus, Purpose, RunState
from messaging.models import DeliveryAttempt, JourneyRun, Message, MessageContent, Permission
from messaging.services.addresses import remember_objection
from messaging.services.permissions import WITHOUT_CONTRACT, phones_agreed_to, withdraw
from orders.models import Customer
from postpurchase.accounts.models import Merchant
from postpurchase.lib.personal_data import ErasedPerson

REASON, SOURCE = "customer_erased", "erasure"


def object_for_erased(*, merchant: Merchant, customer: Customer, now: dt.datetime) -> None:
    """Withdraw every permission and remember, by address, what must not be sent. Before the customer's row is emptied.

    Whoever asks to be forgotten wants no surveys and no offers: a consent from before counts no more, one from
    afterwards does. News about orders stay refused where they had been.
    """
    granted = Permission.objects.filter(customer=customer, status=PermissionStatus.GRANTED)
    for channel, purpose in granted.values_list("channel", "purpose"):
        withdraw(
            merchant=merchant,
            customer=customer,
            channel=Channel(channel),
            purpose=Purpose(purpose),
            source=SOURCE,
            now=now,
        )
    refused = set(
        Permission.objects.filter(customer=customer, purpose=Purpose.SERVICE, status=PermissionStatus.WITHDRAWN)
        .exclude(evidence__source=SOURCE)
        .values_list("channel", flat=True)
    )
    phones = {customer.phone, *phones_agreed_to(customer_id=customer.id)}
    for channel in Channel:
        purposes = [*WITHOUT_CONTRACT, *([Purpose.SERVICE] if channel in refused else [])]
        for address in sorted(filter(None, [customer.email] if channel == Channel.EMAIL else phones)):
            for purpose in purposes:
                remember_objection(merchant_id=merchant.id, channel=channel, address=address, purpose=purpose, now=now)


def erase_messages(*, person: ErasedPerson, now: dt.datetime) -> int:
    """End a person's journeys, take back what waits, and empty what was sent. Needs the merchant's scope."""
    JourneyRun.objects.filter(customer_id__in=person.customer_ids, state=RunState.RUNNING).update(
        state=RunState.ENDED, ended_at=now, ended_reason=REASON, wake_at=None
    )
    messages = Message.objects.filter(customer_id__in=person.customer_ids)
    messages.filter(state__in=WAITING_STATES).update(state=MessageState.SUPPRESSED, reason=REASON, state_at=now)
    contents, _ = MessageContent.objects.filter(message__in=messages.values("pk")).delete()
    attempts = DeliveryAttempt.objects.filter(message__in=messages.values("pk")).update(detail="")
    return contents + attempts + messages.update(recipient="", provider_message_id="")


def erase_evidence(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty the words a person saw and where; that they said yes or no, to what and when, stays.

    The table is one that the product only adds to; the database lets it do this, to erased customers only.
    """
    erased = 0
    with connection.cursor() as cursor:
        for customer_id in person.customer_ids:
            cursor.execute("SELECT erase_messaging_permissionevidence(%s)", [customer_id])
            erased += int(cursor.fetchone()[0])
    return erased
