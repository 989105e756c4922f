"""An older state of the database has come back: what was sent since looks as if it had not been.

Whatever was due before the moment of restoring may have gone out. Nobody can say, so it is ``unknown`` and is never
sent by itself; and each merchant's sending stays paused until a person lets it go on.
"""

import datetime as dt
import uuid

from django.db.models import Q

from messaging.enums import MessageState
from messaging.models import Message
from messaging.services.plan import tell

REASON = "restored"
BATCH = 500


def doubt_due_messages(*, merchant_id: uuid.UUID, restored_at: dt.datetime, now: dt.datetime) -> int:
    """Call a merchant's messages unknown that were due by ``restored_at``; returns how many. Needs the scope."""
    may_have_gone_out = Q(state=MessageState.SENDING) | Q(
        state__in=[MessageState.PLANNED, MessageState.HELD, MessageState.READY], due_at__lte=restored_at
    )
    doubted = 0
    while messages := list(Message.objects.filter(may_have_gone_out).order_by("due_at", "id")[:BATCH]):
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(
            state=MessageState.UNKNOWN, reason=REASON, lease_until=None, state_at=now
        )
        for message in messages:
            message.state, message.reason = MessageState.UNKNOWN, REASON
            tell(message=message, type="message.unknown", now=now)
        doubted += len(messages)
    return doubted
