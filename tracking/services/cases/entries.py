"""The history every case carries: rows that are only ever added."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from postpurchase.accounts.models import Membership
from postpurchase.lib.locks import lock_names
from tracking.models import Case, CaseActor, CaseEntry, EntryKind


@dataclass(frozen=True, slots=True)
class By:
    """Who does something, and through which door. ``member`` where somebody of the team is known."""

    actor: CaseActor
    member: Membership | None = None


PRODUCT = By(CaseActor.PRODUCT)
CARRIER = By(CaseActor.CARRIER)
SHOPPER = By(CaseActor.SHOPPER)


def hold_cases(*, merchant_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Wait until nobody else works on the cases of an order; holds them until the transaction ends."""
    lock_names(realm=f"cases:{merchant_id}", names=[str(order_id)])


def add_entry(
    *,
    case: Case,
    kind: EntryKind,
    by: By,
    now: dt.datetime,
    text: str = "",
    details: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    key: str = "",
) -> CaseEntry | None:
    """Add to a case's history. The same ``key`` counts once: returns None where it was there already."""
    if key and CaseEntry.objects.filter(case=case, key=key).exists():
        return None
    return CaseEntry.objects.create(
        merchant_id=case.merchant_id,
        case=case,
        kind=kind,
        actor=by.actor,
        author=by.member,
        text=text,
        details=dict(details or {}),
        data=dict(data or {}),
        key=key,
        happened_at=now,
    )
