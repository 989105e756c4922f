"""Opening cases: at most one open for each parcel and reason.

    the same problem again ──open case──▶ told in its history, due anew
                           ──resolved up to 14 days ago──▶ opened again
                           ──otherwise──▶ a new case

Whoever opens one holds the order's cases; the table's own constraint stands behind that.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from tracking.cases.due import due_at
from tracking.cases.reasons import REOPENED_WITHIN
from tracking.models import Case, CaseEntry, CaseReason, CaseSource, CaseState, EntryKind, Shipment
from tracking.services.cases.entries import CARRIER, PRODUCT, SHOPPER, By, add_entry, hold_cases
from tracking.services.cases.rules import first_rules, rules_of, working_hours

_BY_SOURCE = {CaseSource.CARRIER: CARRIER, CaseSource.SHOPPER: SHOPPER, CaseSource.WATCH: PRODUCT}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A problem as it came up. ``key`` names it, so that being told twice counts once.

    ``text`` is a shopper's own words, ``details`` what of theirs goes with it, ``data`` codes and ids.
    """

    reason: CaseReason
    source: CaseSource
    key: str
    substatus: str = ""
    text: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def open_case(
    *, merchant: Merchant, order: Order, shipment: Shipment | None, occurrence: Occurrence, now: dt.datetime
) -> Case:
    """Return the open case about a problem: a new one, an old one opened again, or the one that is open already."""
    hold_cases(merchant_id=merchant.id, order_id=order.id)
    alike = Case.objects.filter(order=order, shipment=shipment, reason=occurrence.reason)
    known = alike.filter(entries__key=occurrence.key).order_by("-opened_at", "-id").first()
    if known is not None:
        return known
    case = alike.filter(state=CaseState.OPEN).first()
    if case is not None:
        return _happened_again(merchant, case, occurrence, now)
    resolved = alike.filter(resolved_at__gte=now - REOPENED_WITHIN).order_by("-resolved_at", "-id").first()
    if resolved is not None:
        return _opened_again(merchant, resolved, occurrence, now)
    return _opened(merchant, order, shipment, occurrence, now)


def tell(case: Case, type: str, now: dt.datetime, *, entry: CaseEntry | None, **more: Any) -> None:
    """Record what happened to a case as an event of its order: ids and codes, ``entry`` among them."""
    record_event(
        merchant_id=case.merchant_id,
        type=type,
        subject=Subject.order(case.order_id),
        data={
            "case_id": case.id,
            "case_entry_id": entry and str(entry.id),
            "shipment_id": case.shipment_id and str(case.shipment_id),
            "reason": case.reason,
            "backfill": False,
            **more,
        },
        now=now,
    )


def next_due(*, merchant: Merchant, case: Case, now: dt.datetime) -> dt.datetime:
    """Return by when the team should act on what is new in a case now."""
    hours = working_hours(merchant=merchant, rules=rules_of(merchant=merchant, now=now))
    return due_at(reason=case.reason, comes_first=case.is_vip or case.is_high_value, since=now, hours=hours)


def renew_due(*, merchant: Merchant, case: Case, now: dt.datetime) -> None:
    """Set a case's due time after something new: never later than before, unless the carrier had been told since."""
    due = next_due(merchant=merchant, case=case, now=now)
    case.due_at = due if case.handed_over_at else min(case.due_at, due)


def _opened(
    merchant: Merchant, order: Order, shipment: Shipment | None, occurrence: Occurrence, now: dt.datetime
) -> Case:
    rules = first_rules(rules_of(merchant=merchant, now=now))
    case = Case(
        merchant=merchant,
        order=order,
        shipment=shipment,
        reason=occurrence.reason,
        source=occurrence.source,
        substatus=occurrence.substatus,
        is_vip=rules.is_vip(_attributes(order)),
        is_high_value=rules.is_high_value(order.total),
        opened_at=now,
        updated_at=now,
    )
    case.due_at = next_due(merchant=merchant, case=case, now=now)
    case.save(force_insert=True)
    entry = _note(case, EntryKind.OPENED, occurrence, now)
    tell(case, "case.opened", now, entry=entry, source=case.source)
    return case


def _opened_again(merchant: Merchant, case: Case, occurrence: Occurrence, now: dt.datetime) -> Case:
    case.state, case.outcome, case.resolved_at = CaseState.OPEN, "", None
    case.answered_at = case.handed_over_at = None  # what was asked then does not answer what is now
    case.substatus, case.updated_at = occurrence.substatus, now
    case.due_at = next_due(merchant=merchant, case=case, now=now)
    case.save()
    entry = _note(case, EntryKind.REOPENED, occurrence, now)
    tell(case, "case.reopened", now, entry=entry, source=occurrence.source)
    return case


def _happened_again(merchant: Merchant, case: Case, occurrence: Occurrence, now: dt.datetime) -> Case:
    renew_due(merchant=merchant, case=case, now=now)
    if occurrence.source == CaseSource.CARRIER:
        case.answered_at = None  # a shopper's wish was for the attempt before
    case.substatus = occurrence.substatus or case.substatus
    case.updated_at = now
    case.save()
    _note(case, EntryKind.HAPPENED_AGAIN, occurrence, now)
    return case


def _note(case: Case, kind: EntryKind, occurrence: Occurrence, now: dt.datetime) -> CaseEntry | None:
    by = _BY_SOURCE.get(occurrence.source, By(PRODUCT.actor))
    return add_entry(
        case=case,
        kind=kind,
        by=by,
        now=now,
        text=occurrence.text,
        details=occurrence.details,
        data={"source": occurrence.source, "substatus": occurrence.substatus, **occurrence.data},
        key=occurrence.key,
    )


def _attributes(order: Order) -> Mapping[str, Any]:
    if order.customer_id is None:
        return {}
    attributes = Customer.objects.filter(pk=order.customer_id).values_list("attributes", flat=True).first()
    return attributes if isinstance(attributes, dict) else {}
