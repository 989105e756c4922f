"""What shoppers say on the tracking page. Each may be said twice and counts once.

a choice ─▶ the case's history, ``case.answered``
“I was at home” ─▶ a case about the attempt, ``delivery.attempt_disputed``
“it did not come” ─▶ a case, ``delivery.denied``
“it has turned up” ─▶ that case is resolved
a report ─▶ a case
"""

import datetime as dt
import hashlib
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from orders.models import Order, OrderLine
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from tracking.cases.choices import Address, Choice, choices_for, days_to_choose
from tracking.models import Case, CaseEntry, CaseOutcome, CaseReason, CaseSource, CaseState, EntryKind, Shipment
from tracking.selectors.due import place_of_address
from tracking.services.cases.closing import resolve_case
from tracking.services.cases.entries import SHOPPER, add_entry, hold_cases
from tracking.services.cases.opening import Occurrence, open_case, renew_due, tell
from tracking.services.cases.rules import team_place

REPORTABLE = (CaseReason.WRONG_ITEM, CaseReason.DAMAGED, CaseReason.MISSING_ITEM, CaseReason.OTHER)
REPORTS_A_DAY = 10
ONE_DAY = dt.timedelta(days=1)
# Later nobody finds out any more.
DENIED_WITHIN = dt.timedelta(days=60)
# News after which a question is asked anew.
_CARRIERS_NEWS = (EntryKind.OPENED, EntryKind.HAPPENED_AGAIN, EntryKind.REOPENED)


class WrongAnswer(Exception):
    """What was said cannot be: ``code`` says why, as a key of the page's texts."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a shopper chose; ``day`` belongs to a new date, ``address`` to a new address."""

    choice: Choice
    day: dt.date | None = None
    address: Address | None = None

    def details(self) -> dict[str, Any]:
        """What is kept of it besides the choice itself."""
        if self.choice == Choice.NEW_DATE and self.day:
            return {"day": self.day.isoformat()}
        if self.choice == Choice.NEW_ADDRESS and self.address:
            return {"address": asdict(self.address)}
        return {}


@dataclass(frozen=True, slots=True)
class Report:
    """A problem as a shopper tells it. ``line`` is the article it is about, None for all of it."""

    reason: CaseReason
    text: str
    shipment: Shipment | None = None
    line: OrderLine | None = None


def days_offered(*, merchant: Merchant, order: Order, now: dt.datetime) -> tuple[dt.date, ...]:
    """Return the days a shopper may choose now."""
    today = now.astimezone(ZoneInfo(merchant.time_zone)).date()
    return days_to_choose(today, (team_place(merchant=merchant), place_of_address(order.shipping_address, merchant)))


def answer_case(*, merchant: Merchant, case: Case, wish: Wish, verified: bool, now: dt.datetime) -> bool:
    """Take down what a shopper chose; the newest choice counts. Returns False where it is what they chose before.

    Raises ``WrongAnswer``: ``over`` where the case is not open, ``no_choice``, ``no_day``, ``no_address``.
    """
    hold_cases(merchant_id=merchant.id, order_id=case.order_id)
    case.refresh_from_db()
    if case.state != CaseState.OPEN:
        raise WrongAnswer("over")
    if wish.choice not in choices_for(case.reason, verified=verified):
        raise WrongAnswer("no_choice")
    if wish.choice == Choice.NEW_DATE and wish.day not in days_offered(merchant=merchant, order=case.order, now=now):
        raise WrongAnswer("no_day")
    if wish.choice == Choice.NEW_ADDRESS and not (wish.address and wish.address.is_whole):
        raise WrongAnswer("no_address")
    if _stands_already(case, wish):
        return False
    entry = add_entry(
        case=case,
        kind=EntryKind.ANSWERED,
        by=SHOPPER,
        now=now,
        details=wish.details(),
        data={"choice": wish.choice},
    )
    renew_due(merchant=merchant, case=case, now=now)
    case.answered_at = case.updated_at = now
    case.save(update_fields=["due_at", "answered_at", "updated_at"])
    tell(case, "case.answered", now, entry=entry, choice=str(wish.choice))
    return True


def say_whether_home(
    *, merchant: Merchant, case: Case, was_home: bool, was_rung: bool | None = None, now: dt.datetime
) -> bool:
    """Take down whether somebody was at home at the newest failed attempt. The first answer to each attempt counts.

    ``was_rung`` says whether the carrier rang, None where the shopper does not say. Returns False where it had been
    answered or is over. “Yes” opens a case about the attempt.
    """
    hold_cases(merchant_id=merchant.id, order_id=case.order_id)
    attempt = CaseEntry.objects.filter(case=case, kind__in=_CARRIERS_NEWS).order_by("-happened_at", "-id").first()
    if attempt is None or case.reason != CaseReason.FAILED_ATTEMPT or case.shipment is None:
        return False
    key = f"at_home:{attempt.id}"
    data = {"was_home": was_home} if was_rung is None else {"was_home": was_home, "was_rung": was_rung}
    if not add_entry(case=case, kind=EntryKind.AT_HOME, by=SHOPPER, now=now, data=data, key=key):
        return False
    if was_home:
        occurrence = Occurrence(
            CaseReason.FALSE_ATTEMPT, CaseSource.SHOPPER, key=key, data={"case_id": str(case.id), **data}
        )
        open_case(merchant=merchant, order=case.order, shipment=case.shipment, occurrence=occurrence, now=now)
        _contradict("delivery.attempt_disputed", case.shipment, key, now, **data)
    return True


def may_be_denied(shipment: Shipment, now: dt.datetime) -> bool:
    """Say whether a shopper may still say that this parcel did not come."""
    return shipment.delivered_at is not None and shipment.delivered_at > now - DENIED_WITHIN


def deny_delivery(*, merchant: Merchant, order: Order, shipment: Shipment, text: str, now: dt.datetime) -> Case:
    """Take down that a parcel which the carrier calls delivered did not come. Each delivery is denied once.

    Raises ``WrongAnswer`` (``not_delivered``) where the carrier does not say so, or said so too long ago.
    """
    if not may_be_denied(shipment, now) or shipment.delivered_at is None:
        raise WrongAnswer("not_delivered")
    hold_cases(merchant_id=merchant.id, order_id=order.id)
    key = f"denied:{shipment.delivered_at.astimezone(dt.UTC).isoformat()}"
    known = Case.objects.filter(shipment=shipment, reason=CaseReason.NOT_RECEIVED, entries__key=key).first()
    if known is not None:
        return known
    occurrence = Occurrence(
        CaseReason.NOT_RECEIVED,
        CaseSource.SHOPPER,
        key=key,
        text=text,
        data={"delivery_location": shipment.delivery_location},
    )
    case = open_case(merchant=merchant, order=order, shipment=shipment, occurrence=occurrence, now=now)
    _contradict("delivery.denied", shipment, key, now)
    return case


def say_found(*, case: Case, now: dt.datetime) -> bool:
    """A parcel that was missed has turned up: the case is resolved. Returns False where it was over."""
    if case.reason != CaseReason.NOT_RECEIVED:
        return False
    return resolve_case(case=case, outcome=CaseOutcome.FOUND, by=SHOPPER, now=now)


def report_problem(*, merchant: Merchant, order: Order, report: Report, now: dt.datetime) -> Case:
    """Open a case about what a shopper reports. The same report again is the same case.

    Raises ``WrongAnswer``: ``no_reason``, ``no_text`` (something else needs words), ``too_often``.
    """
    if report.reason not in REPORTABLE:
        raise WrongAnswer("no_reason")
    if report.reason == CaseReason.OTHER and not report.text:
        raise WrongAnswer("no_text")
    hold_cases(merchant_id=merchant.id, order_id=order.id)
    occurrence = Occurrence(
        report.reason,
        CaseSource.SHOPPER,
        key=_key_of(report),
        text=report.text,
        data={"line": report.line.external_id} if report.line else {},
    )
    told = CaseEntry.objects.filter(case__order=order, key__startswith="report:")
    is_known = told.filter(key=occurrence.key).exists()
    if not is_known and told.filter(happened_at__gt=now - ONE_DAY).count() >= REPORTS_A_DAY:
        raise WrongAnswer("too_often")
    return open_case(merchant=merchant, order=order, shipment=report.shipment, occurrence=occurrence, now=now)


def _stands_already(case: Case, wish: Wish) -> bool:
    last = CaseEntry.objects.filter(case=case, kind__in=(EntryKind.ANSWERED, *_CARRIERS_NEWS))
    newest = last.order_by("-happened_at", "-id").first()
    return (
        newest is not None
        and newest.kind == EntryKind.ANSWERED
        and newest.data.get("choice") == wish.choice
        and newest.details == wish.details()
    )


def _contradict(type: str, shipment: Shipment, key: str, now: dt.datetime, **more: Any) -> None:
    """Tell that a shopper contradicts the carrier; ``occurrence`` leads to the case that is open already."""
    record_event(
        merchant_id=shipment.merchant_id,
        type=type,
        subject=Subject.order(shipment.order_id),
        data={"shipment_id": shipment.id, "occurrence": key, **more},
        now=now,
    )


def _key_of(report: Report) -> str:
    told = (report.shipment and report.shipment.id, report.line and report.line.id, report.text)
    return "report:" + hashlib.sha256(repr(told).encode()).hexdigest()[:40]
