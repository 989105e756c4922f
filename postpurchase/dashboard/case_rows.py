"""A problem as the overview, the list and its own page show it."""

import datetime as dt

from postpurchase.dashboard import case_words, words
from tracking.models import Case, CaseState
from tracking.selectors.cases import advice_for, standing_answer


def case_row(case: Case, now: dt.datetime) -> dict[str, object]:
    """Return a case in words. Its order, parcel, owner and entries are at hand (``queue``)."""
    what, why = case_words.SUGGESTION[advice_for(case)]
    is_open = case.state == CaseState.OPEN
    return {
        "case": case,
        "reason": words.in_words(case_words.REASON, case.reason),
        "outcome": words.in_words(case_words.OUTCOME, case.outcome) if case.outcome else "",
        "is_open": is_open,
        "is_overdue": is_open and case.due_at < now,
        "suggestion": what,
        "why": why,
        "owner": case.owner.user.email if case.owner else "",
        "answered": is_open and standing_answer(case.entries.all()) is not None,
        "carrier": words.carrier_of(case.shipment) if case.shipment else "",
    }
