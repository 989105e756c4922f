"""What the team does with a case besides ending it: take it, write about it, answer the shopper, set the rules."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from postpurchase.accounts.models import Membership, Merchant, Role
from tracking.models import Case, CaseEntry, CaseRules, EntryKind
from tracking.services.cases.entries import By, add_entry, hold_cases
from tracking.services.cases.opening import tell

# Who may look after cases.
WORKERS = (Role.OWNER, Role.MANAGER, Role.SUPPORT)


class NotInTheTeam(ValueError):
    """This member cannot look after cases."""


def assign_case(*, case: Case, owner: Membership | None, by: By, now: dt.datetime) -> bool:
    """Give a case to a member of the team, or to nobody. Returns False where it is theirs. Raises ``NotInTheTeam``."""
    if owner is not None and owner.role not in WORKERS:
        raise NotInTheTeam(str(owner.id))
    hold_cases(merchant_id=case.merchant_id, order_id=case.order_id)
    case.refresh_from_db()
    if case.owner_id == (owner and owner.id):
        return False
    case.owner, case.updated_at = owner, now
    case.save(update_fields=["owner", "updated_at"])
    add_entry(
        case=case,
        kind=EntryKind.ASSIGNED,
        by=by,
        now=now,
        data={"owner_id": str(owner.id) if owner else None},
    )
    return True


def write_note(*, case: Case, text: str, by: By, now: dt.datetime) -> None:
    """Add a note for the team; the shopper never sees it."""
    _write(case, EntryKind.NOTE, text, by, now)


def reply_to_shopper(*, case: Case, text: str, by: By, now: dt.datetime) -> None:
    """Answer the shopper: the words stand on their tracking page, and ``case.replied`` lets a mail bring them."""
    entry = _write(case, EntryKind.REPLIED, text, by, now)
    tell(case, "case.replied", now, entry=entry, by=str(by.actor))


@dataclass(frozen=True, slots=True)
class Rules:
    """What comes first, and when the team works; see ``CaseRules``."""

    high_value_from: Decimal | None
    vip_attribute: str
    vip_values: str
    works_from: dt.time
    works_until: dt.time


def set_rules(*, merchant: Merchant, rules: Rules, now: dt.datetime) -> CaseRules:
    """Store a merchant's rules. They hold for cases from now on, and for what becomes due anew."""
    values = {name: getattr(rules, name) for name in Rules.__slots__}
    stored, _ = CaseRules.objects.update_or_create(merchant=merchant, defaults={**values, "updated_at": now})
    return stored


def _write(case: Case, kind: EntryKind, text: str, by: By, now: dt.datetime) -> CaseEntry | None:
    hold_cases(merchant_id=case.merchant_id, order_id=case.order_id)
    entry = add_entry(case=case, kind=kind, by=by, now=now, text=text)
    Case.objects.filter(pk=case.pk).update(updated_at=now)
    return entry
