"""What a mail may say of a problem: the case's codes, and the team's answer that the mail brings."""

import datetime as dt
from zoneinfo import ZoneInfo

from messaging.content.facts import CaseFacts
from messaging.models import Message
from tracking.models import Case, CaseEntry, EntryKind


def case_facts(*, message: Message, zone: ZoneInfo, now: dt.datetime) -> CaseFacts | None:
    """Return the case that ``message`` is about as it is now; None where there is none. Needs the merchant's scope."""
    case_id = message.context.get("case_id")
    if not case_id or message.order_id is None:
        return None
    case = Case.objects.filter(pk=case_id, order_id=message.order_id).first()
    if case is None:
        return None
    entry_id = message.context.get("case_entry_id")
    reply = CaseEntry.objects.filter(pk=entry_id, case=case, kind=EntryKind.REPLIED).first() if entry_id else None
    return CaseFacts(
        reason=case.reason,
        outcome=case.outcome,
        reply=reply.text if reply else "",
        hear_by=case.due_at.astimezone(zone).date() if case.due_at > now else None,
    )
