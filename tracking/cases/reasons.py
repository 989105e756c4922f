"""Which news opens a case, and which closes it again. Pure.

What only a person can judge is never closed by news: a denied delivery, damage, what a shopper reported, a parcel that
comes back, a doubtful delivery attempt.
"""

import datetime as dt
from collections.abc import Mapping

from tracking.enums import ShipmentStatus
from tracking.models import CaseOutcome, CaseReason

# The same problem within this time is the old case again; later it is another one.
REOPENED_WITHIN = dt.timedelta(days=14)
# Older news is history, which nobody can act on any more.
NEWS_COUNTS_FOR = dt.timedelta(days=30)

# ``exception_weather`` is not here: nobody can do anything about it; a parcel that stays away is noticed as stalled.
_REASON_OF_SUBSTATUS: Mapping[str, CaseReason] = {
    "exception_address_incorrect": CaseReason.ADDRESS,
    "exception_recipient_moved": CaseReason.ADDRESS,
    "exception_refused": CaseReason.REFUSED,
    "exception_customs": CaseReason.CUSTOMS,
    "exception_damaged": CaseReason.DAMAGED,
    "exception_lost": CaseReason.LOST,
    "exception_held": CaseReason.HELD,
    "exception_unknown_reason": CaseReason.HELD,
    "exception_returning_to_sender": CaseReason.RETURNING,
    "exception_returned": CaseReason.RETURNING,
    "exception_not_picked_up": CaseReason.RETURNING,
}

_ARRIVED = {
    ShipmentStatus.DELIVERED: CaseOutcome.DELIVERED,
    ShipmentStatus.AVAILABLE_FOR_PICKUP: CaseOutcome.PICKUP,
}
_MOVES = _ARRIVED | {
    ShipmentStatus.IN_TRANSIT: CaseOutcome.MOVING,
    ShipmentStatus.OUT_FOR_DELIVERY: CaseOutcome.MOVING,
}
_CLOSED_BY: Mapping[CaseReason, Mapping[ShipmentStatus, CaseOutcome]] = {
    CaseReason.FAILED_ATTEMPT: _ARRIVED,
    CaseReason.ADDRESS: _ARRIVED,
    CaseReason.REFUSED: {ShipmentStatus.DELIVERED: CaseOutcome.DELIVERED},
    CaseReason.CUSTOMS: _MOVES,
    CaseReason.HELD: _MOVES,
    CaseReason.LOST: _MOVES,
    CaseReason.STALLED: _MOVES,
}


def reason_of(status: str, substatus: str) -> CaseReason | None:
    """Return what a case about this carrier news is about, None where the news calls for none."""
    if status == ShipmentStatus.ATTEMPT_FAILED:
        return CaseReason.FAILED_ATTEMPT
    if status == ShipmentStatus.EXCEPTION:
        return _REASON_OF_SUBSTATUS.get(substatus, None if substatus else CaseReason.HELD)
    return None


def outcome_of(reason: str, status: str) -> CaseOutcome | None:
    """Return how a case ends by a parcel's new status, None where it stays open."""
    return _CLOSED_BY.get(CaseReason(reason), {}).get(ShipmentStatus(status))
