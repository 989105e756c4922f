"""How a case ends, and opening it again by hand."""

import datetime as dt

from postpurchase.accounts.models import Merchant
from tracking.models import Case, CaseOutcome, CaseState, EntryKind
from tracking.services.cases.entries import By, add_entry, hold_cases
from tracking.services.cases.opening import next_due, tell


class AnotherIsOpen(Exception):
    """There is an open case about the same parcel and reason already."""


def resolve_case(*, case: Case, outcome: CaseOutcome, by: By, now: dt.datetime, text: str = "") -> bool:
    """End a case. Returns False where it had ended already, whoever was first; then nothing changes."""
    hold_cases(merchant_id=case.merchant_id, order_id=case.order_id)
    ended = Case.objects.filter(pk=case.pk, state=CaseState.OPEN).update(
        state=CaseState.RESOLVED, outcome=outcome, resolved_at=now, updated_at=now
    )
    if not ended:
        return False
    case.refresh_from_db()
    entry = add_entry(case=case, kind=EntryKind.RESOLVED, by=by, now=now, text=text, data={"outcome": outcome})
    tell(case, "case.resolved", now, entry=entry, outcome=str(outcome), by=str(by.actor))
    return True


def reopen_case(*, merchant: Merchant, case: Case, by: By, now: dt.datetime, text: str = "") -> bool:
    """Open a resolved case again, however old. Returns False where it is open.

    Raises ``AnotherIsOpen`` where a newer case is about the same.
    """
    hold_cases(merchant_id=case.merchant_id, order_id=case.order_id)
    case.refresh_from_db()
    if case.state == CaseState.OPEN:
        return False
    alike = Case.objects.filter(order_id=case.order_id, shipment=case.shipment, reason=case.reason)
    if alike.filter(state=CaseState.OPEN).exists():
        raise AnotherIsOpen
    case.state, case.outcome, case.resolved_at, case.updated_at = CaseState.OPEN, "", None, now
    case.due_at = next_due(merchant=merchant, case=case, now=now)
    case.save()
    entry = add_entry(case=case, kind=EntryKind.REOPENED, by=by, now=now, text=text)
    tell(case, "case.reopened", now, entry=entry, source="team")
    return True
