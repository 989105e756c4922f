"""What the API takes and answers about problem cases."""

import datetime as dt
import uuid
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from postpurchase.lib.validation import Problem
from tracking.models import Case, CaseEntry, CaseOutcome, CaseState
from tracking.selectors.cases import advice_for, standing_answer

Text = Annotated[str, Meta(max_length=2_000)]


class CaseChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to change; what is absent stays. ``owner`` is a team member's e-mail address, null for nobody."""

    owner: Annotated[str, Meta(max_length=254)] | UnsetType | None = UNSET
    note: Text | UnsetType = UNSET
    reply: Text | UnsetType = UNSET
    state: CaseState | UnsetType = UNSET
    outcome: CaseOutcome | UnsetType = UNSET

    def problems(self) -> list[Problem]:
        """An outcome belongs to what is resolved, and to nothing else."""
        if self.state == CaseState.RESOLVED and self.outcome is UNSET:
            return [Problem("/outcome", "required", "Say how the case ended.")]
        if self.outcome is not UNSET and self.state != CaseState.RESOLVED:
            return [Problem("/outcome", "mismatch", "Only a case that is set to resolved has an outcome.")]
        return []


class WishAnswer(Struct, frozen=True, kw_only=True):
    """What the shopper chose: new_date (with ``day``), new_address (with ``address``), pickup, call_me or refuse."""

    choice: str
    day: dt.date | None
    address: dict[str, str]
    chosen_at: dt.datetime


class CaseEntryAnswer(Struct, frozen=True, kw_only=True):
    """One thing that happened in a case. ``data`` holds codes and ids."""

    id: uuid.UUID
    kind: str
    actor: str
    author: str | None
    text: str
    data: dict[str, Any]
    happened_at: dt.datetime


class CaseAnswer(Struct, frozen=True, kw_only=True):
    """A case as lists show it. ``order`` is the shop's id, ``shipment`` ours; ``owner`` an e-mail address."""

    id: uuid.UUID
    order: str
    shipment: uuid.UUID | None
    reason: str
    state: str
    source: str
    substatus: str
    vip: bool
    high_value: bool
    owner: str | None
    outcome: str
    suggestion: str
    wish: WishAnswer | None
    opened_at: dt.datetime
    due_at: dt.datetime
    answered_at: dt.datetime | None
    handed_over_at: dt.datetime | None
    resolved_at: dt.datetime | None
    updated_at: dt.datetime


class CaseDetailAnswer(CaseAnswer, frozen=True, kw_only=True):
    """A case with its history, oldest first."""

    entries: list[CaseEntryAnswer]


def case_answer(case: Case) -> CaseAnswer:
    """Return a case as lists show it. Order, owner and entries must be at hand."""
    return CaseAnswer(**_fields(case))


def case_detail_answer(case: Case) -> CaseDetailAnswer:
    """Return a case with its history."""
    return CaseDetailAnswer(**_fields(case), entries=[_entry(entry) for entry in case.entries.all()])


def _fields(case: Case) -> dict[str, Any]:
    same = (
        *("id", "reason", "state", "source", "substatus", "outcome", "opened_at", "due_at"),
        *("answered_at", "handed_over_at", "resolved_at", "updated_at"),
    )
    return {
        **{name: getattr(case, name) for name in same},
        "order": case.order.external_id,
        "shipment": case.shipment_id,
        "vip": case.is_vip,
        "high_value": case.is_high_value,
        "owner": case.owner.user.email if case.owner else None,
        "suggestion": advice_for(case).value,
        "wish": _wish(standing_answer(case.entries.all())),
    }


def _wish(entry: CaseEntry | None) -> WishAnswer | None:
    if entry is None:
        return None
    day = entry.details.get("day")
    return WishAnswer(
        choice=str(entry.data.get("choice") or ""),
        day=dt.date.fromisoformat(day) if day else None,
        address=entry.details.get("address") or {},
        chosen_at=entry.happened_at,
    )


def _entry(entry: CaseEntry) -> CaseEntryAnswer:
    return CaseEntryAnswer(
        id=entry.id,
        kind=entry.kind,
        actor=entry.actor,
        author=entry.author.user.email if entry.author else None,
        text=entry.text,
        data=entry.data,
        happened_at=entry.happened_at,
    )
