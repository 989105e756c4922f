"""What is best done next about a case. Pure: the same facts give the same advice, whoever asks.

The words for it, and why, are the dashboard's (``postpurchase/dashboard/case_words.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models

from tracking.models import CaseReason


class Suggestion(models.TextChoices):
    """One thing to do."""

    WAIT_FOR_SHOPPER = "wait_for_shopper"
    PASS_ON_ANSWER = "pass_on_answer"  # noqa: S105 - no password
    CALL_SHOPPER = "call_shopper"
    ASK_FOR_ADDRESS = "ask_for_address"
    SEND_CUSTOMS_PAPERS = "send_customs_papers"
    ASK_CARRIER = "ask_carrier"
    START_INQUIRY = "start_inquiry"
    SEND_AGAIN_OR_REFUND = "send_again_or_refund"
    REFUND_WHEN_BACK = "refund_when_back"
    COMPLAIN_TO_CARRIER = "complain_to_carrier"
    SEND_RIGHT_ITEM = "send_right_item"
    SEND_MISSING_ITEM = "send_missing_item"
    REPLY = "reply"
    WAIT_FOR_CARRIER = "wait_for_carrier"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What advice depends on. ``choice`` is the shopper's newest answer (``Choice``), empty without one.

    ``is_with_carrier``: the carrier was told of everything that is known now.
    """

    reason: str
    substatus: str = ""
    choice: str = ""
    is_with_carrier: bool = False
    is_open: bool = True


_BY_REASON: Mapping[str, Suggestion] = {
    CaseReason.FAILED_ATTEMPT: Suggestion.WAIT_FOR_SHOPPER,
    CaseReason.FALSE_ATTEMPT: Suggestion.COMPLAIN_TO_CARRIER,
    CaseReason.ADDRESS: Suggestion.ASK_FOR_ADDRESS,
    CaseReason.CUSTOMS: Suggestion.SEND_CUSTOMS_PAPERS,
    CaseReason.HELD: Suggestion.ASK_CARRIER,
    CaseReason.REFUSED: Suggestion.REFUND_WHEN_BACK,
    CaseReason.RETURNING: Suggestion.CALL_SHOPPER,
    CaseReason.DAMAGED: Suggestion.SEND_AGAIN_OR_REFUND,
    CaseReason.LOST: Suggestion.SEND_AGAIN_OR_REFUND,
    CaseReason.STALLED: Suggestion.ASK_CARRIER,
    CaseReason.NOT_RECEIVED: Suggestion.START_INQUIRY,
    CaseReason.WRONG_ITEM: Suggestion.SEND_RIGHT_ITEM,
    CaseReason.MISSING_ITEM: Suggestion.SEND_MISSING_ITEM,
    CaseReason.OTHER: Suggestion.REPLY,
}
# After these the carrier does not try again by itself.
_LAST_ATTEMPT = ("attempt_failed_second", "attempt_failed_final")
# What a carrier has to look into; the rest is between merchant and shopper.
TOLD_TO_CARRIERS = (
    Suggestion.ASK_CARRIER,
    Suggestion.START_INQUIRY,
    Suggestion.COMPLAIN_TO_CARRIER,
    Suggestion.PASS_ON_ANSWER,
    Suggestion.SEND_CUSTOMS_PAPERS,
)


def suggestion_of(facts: CaseFacts) -> Suggestion:
    """Return the one thing to do next."""
    if not facts.is_open:
        return Suggestion.NOTHING
    suggestion = _first_thought(facts)
    return Suggestion.WAIT_FOR_CARRIER if facts.is_with_carrier and suggestion in TOLD_TO_CARRIERS else suggestion


def _first_thought(facts: CaseFacts) -> Suggestion:
    if facts.choice:
        return Suggestion.CALL_SHOPPER if facts.choice == "call_me" else Suggestion.PASS_ON_ANSWER
    if facts.substatus in _LAST_ATTEMPT:
        return Suggestion.CALL_SHOPPER
    if facts.substatus == "exception_returned":
        return Suggestion.SEND_AGAIN_OR_REFUND
    return _BY_REASON[facts.reason]
