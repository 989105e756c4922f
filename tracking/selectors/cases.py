"""Reading the problems desk. Everything needs the merchant's scope."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from postpurchase.lib.spreadsheets import csv_line
from tracking.cases.carrier_file import CLAIMED, FOR_CARRIER
from tracking.cases.suggestions import TOLD_TO_CARRIERS, CaseFacts, Suggestion, suggestion_of
from tracking.models import Case, CaseEntry, CaseReason, CaseSource, CaseState, EntryKind, HandOver, HandOverLine

# How long a shopper sees how it ended.
SHOWN_AFTERWARDS = dt.timedelta(days=14)
# What a carrier would have to be told of.
_NEWS = (EntryKind.OPENED, EntryKind.HAPPENED_AGAIN, EntryKind.REOPENED, EntryKind.ANSWERED, EntryKind.AT_HOME)
_SAID_BY_SHOPPER = (EntryKind.ANSWERED, EntryKind.AT_HOME)


def cases_with_history() -> QuerySet[Case]:
    """Return all cases; their entries, oldest first, come along in one more query (none without cases)."""
    return Case.objects.prefetch_related(
        Prefetch("entries", CaseEntry.objects.select_related("author__user").order_by("happened_at", "id"))
    )


def cases_on_page(*, order_id: uuid.UUID, now: dt.datetime) -> list[Case]:
    """Return the cases that an order's tracking page may speak of, the oldest first."""
    rows = cases_with_history().filter(
        Q(state=CaseState.OPEN) | Q(resolved_at__gt=now - SHOWN_AFTERWARDS), order_id=order_id
    )
    return list(rows.order_by("opened_at", "id"))


def has_open_case(*, order_id: uuid.UUID) -> bool:
    """Return whether somebody is looking after a problem with the order."""
    return Case.objects.filter(order_id=order_id, state=CaseState.OPEN).exists()


def denied_parcels(*, order_id: uuid.UUID) -> set[uuid.UUID]:
    """Return the ids of an order's parcels that the shopper said did not come."""
    denied = Case.objects.filter(order_id=order_id, reason=CaseReason.NOT_RECEIVED, shipment__isnull=False)
    return set(denied.values_list("shipment_id", flat=True))


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """How many cases wait: all open ones, those of one member, those that are overdue, those that are nobody's."""

    open: int
    mine: int
    overdue: int
    unassigned: int


def queue(
    *,
    now: dt.datetime,
    state: str = CaseState.OPEN,
    owner_id: uuid.UUID | None = None,
    unassigned: bool = False,
    overdue: bool = False,
    reason: str = "",
) -> QuerySet[Case]:
    """Return the team's cases in the order in which to look after them: VIP, high value, then what is due first.

    Resolved ones come newest first. Entries are at hand for all.
    """
    rows = cases_with_history().select_related("order__customer", "shipment", "owner__user").filter(state=state)
    if owner_id is not None:
        rows = rows.filter(owner_id=owner_id)
    if unassigned:
        rows = rows.filter(owner__isnull=True)
    if overdue:
        rows = rows.filter(due_at__lt=now)
    if reason:
        rows = rows.filter(reason=reason)
    if state == CaseState.OPEN:
        return rows.order_by("-is_vip", "-is_high_value", "due_at", "id")
    return rows.order_by("-resolved_at", "-id")


def queue_counts(*, owner_id: uuid.UUID | None, now: dt.datetime) -> QueueCounts:
    """Return how many open cases wait. One query."""
    counted = Case.objects.filter(state=CaseState.OPEN).aggregate(
        open=Count("id"),
        mine=Count("id", filter=Q(owner_id=owner_id)),
        overdue=Count("id", filter=Q(due_at__lt=now)),
        unassigned=Count("id", filter=Q(owner__isnull=True)),
    )
    return QueueCounts(**counted)


def cases_matching(
    *, state: str = "", reason: str = "", order: str = "", updated_since: dt.datetime | None = None
) -> QuerySet[Case]:
    """Return the cases a program asks for; ``order`` is the shop's id. Order, owner and entries come along."""
    rows = cases_with_history().select_related("order", "owner__user")
    if state:
        rows = rows.filter(state=state)
    if reason:
        rows = rows.filter(reason=reason)
    if order:
        rows = rows.filter(order__external_id=order)
    if updated_since is not None:
        rows = rows.filter(updated_at__gte=updated_since)
    return rows


def case_by_id(*, case_id: uuid.UUID) -> Case | None:
    """Return a case with order, customer, parcel, owner and history."""
    related = cases_with_history().select_related("order__customer", "order__store", "shipment", "owner__user")
    return related.filter(pk=case_id).first()


def standing_answer(entries: Iterable[CaseEntry]) -> CaseEntry | None:
    """Return the shopper's newest choice, unless the carrier has tried again since. Entries: oldest first."""
    asking = (EntryKind.OPENED, EntryKind.HAPPENED_AGAIN, EntryKind.REOPENED)
    relevant = [entry for entry in entries if entry.kind == EntryKind.ANSWERED or entry.kind in asking]
    return relevant[-1] if relevant and relevant[-1].kind == EntryKind.ANSWERED else None


def said_by_shopper(case: Case) -> bool:
    """Say whether the shopper told of a case or had a say in it; its history is at hand."""
    return case.source == CaseSource.SHOPPER or any(entry.kind in _SAID_BY_SHOPPER for entry in case.entries.all())


def replies_to_shopper(case: Case) -> list[CaseEntry]:
    """Return what the team wrote to the shopper, oldest first; the history is at hand. Erased words are left out."""
    return [entry for entry in case.entries.all() if entry.kind == EntryKind.REPLIED and entry.text]


def is_with_carrier(case: Case) -> bool:
    """Say whether the carrier was told of everything that is new in a case whose history is at hand."""
    news = [entry.happened_at for entry in case.entries.all() if entry.kind in _NEWS]
    told = case.handed_over_at
    return told is not None and told >= max(news, default=told)


def advice_for(case: Case) -> Suggestion:
    """Return what is best done next about a case whose history is at hand."""
    answer = standing_answer(case.entries.all())
    return suggestion_of(
        CaseFacts(
            reason=case.reason,
            substatus=case.substatus,
            choice=str(answer.data.get("choice") or "") if answer else "",
            is_with_carrier=is_with_carrier(case),
            is_open=case.state == CaseState.OPEN,
        )
    )


def shoppers_signs(entries: Iterable[CaseEntry]) -> tuple[str, ...]:
    """Return what in the shopper's own words speaks against an attempt (``tracking/watching/false_attempts.py``)."""
    said = [entry.data for entry in entries]
    at_home = any(data.get("was_home") is True for data in said)
    no_ring = at_home and any(data.get("was_rung") is False for data in said)
    return (*(("at_home",) if at_home else ()), *(("no_ring",) if no_ring else ()))


def cases_for_carrier(*, carrier: str = "") -> list[Case]:
    """Return the open cases of which their carrier (or one) has not been told yet, in the queue's order.

    Only parcels with a number: without one, a carrier finds nothing. A failed attempt has to be told of only once the
    shopper has chosen something that a carrier can do.
    """
    rows = (
        cases_with_history()
        .select_related("order", "shipment")
        .filter(state=CaseState.OPEN, reason__in=FOR_CARRIER, shipment__isnull=False)
        .exclude(shipment__tracking_number="")
        .order_by("-is_vip", "-is_high_value", "due_at", "id")
    )
    if carrier:
        rows = rows.filter(shipment__carrier=carrier)
    return [
        case
        for case in rows
        if not is_with_carrier(case) and (case.reason in CLAIMED or advice_for(case) in TOLD_TO_CARRIERS)
    ]


def hand_over_by_id(*, hand_over_id: uuid.UUID) -> HandOver | None:
    """Return a carrier's file."""
    return HandOver.objects.filter(pk=hand_over_id).first()


def file_of(*, hand_over: HandOver) -> str:
    """Return a carrier's file as CSV in UTF-8 with a byte-order mark, which spreadsheets need for umlauts.

    It is the same each time; the lines of people who were erased meanwhile are left out.
    """
    lines = HandOverLine.objects.filter(hand_over=hand_over).exclude(cells=[]).order_by("position")
    rows = [hand_over.heading, *lines.values_list("cells", flat=True)]
    return "\ufeff" + "".join(csv_line(row) for row in rows)
