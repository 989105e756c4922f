"""Following a merge of two customers: messages and journeys change hands, and permissions are put together.

A no of either holds for both. A yes is taken over where the kept customer has said nothing about it, or where only this
one's number is confirmed, with the words, the moment it was given and the number it is for. Declarations are never
rewritten: what follows from a merge is written as a declaration of its own and noted with the merge, so that it can be
taken back.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from messaging.enums import PermissionStatus
from messaging.models import JourneyRun, Message, Permission, PermissionEvidence
from orders.models import Customer, CustomerMerge, MergedRow
from orders.selectors import current_customer
from orders.services.merge_rows import move_rows, move_rows_back, noted_rows
from postpurchase.events.models import Event
from postpurchase.events.record import NewEvent, Subject, record_events
from postpurchase.lib import clock


def on_customer_merged(*, event: Event) -> None:
    """Hand over what was said and is on its way, and put permissions together."""
    merge = _merge_of(event)
    if merge is None or merge.undone_at is not None:
        return
    to = current_customer(merge.customer).id
    for model in (JourneyRun, Message):
        move_rows(merge=merge, model=model, to=to)
    combine_permissions(merge=merge, now=clock.now())


def on_customer_unmerged(*, event: Event) -> None:
    """Give it all back. What the person said since stays, and a no since then counts for both."""
    merge = _merge_of(event)
    if merge is None:
        return
    for model in (JourneyRun, Message):
        move_rows_back(merge=merge, model=model)
    part_permissions(merge=merge, now=clock.now())


def combine_permissions(*, merge: CustomerMerge, now: dt.datetime) -> None:
    """Let what the merged customer said count for the kept one. Needs the merchant's scope."""
    _hold(merge)
    kept = {(one.channel, one.purpose): one for one in _permissions(merge.customer_id)}
    events: list[NewEvent] = []
    for told in _permissions(merge.merged_id):
        key = (told.channel, told.purpose)
        before = kept.get(key)
        if before is not None and not _outweighs(told, before):
            continue
        evidence = _repeat(told.evidence, merge.customer_id, now)
        MergedRow.objects.create(
            merchant_id=merge.merchant_id,
            merge=merge,
            table=PermissionEvidence._meta.label,
            row_id=evidence.id,
            before_id=before.evidence_id if before else None,
        )
        _rest_on(before or _new(told, merge.customer_id), evidence, now)
        events.append(_event(merge.customer_id, evidence))
    record_events(merchant_id=merge.merchant_id, events=events, now=now)


def _outweighs(told: Permission, before: Permission) -> bool:
    """A no outweighs a yes, and a confirmed number one that a shop reported."""
    if before.status == PermissionStatus.WITHDRAWN:
        return False
    if told.status == PermissionStatus.WITHDRAWN:
        return True
    return told.evidence.is_confirmed and not before.evidence.is_confirmed


def part_permissions(*, merge: CustomerMerge, now: dt.datetime) -> None:
    """Take back what the merge brought the kept customer, as far as they said nothing else since."""
    _hold(merge)
    notes = {note.row_id: note for note in noted_rows(merge=merge, model=PermissionEvidence)}
    events: list[NewEvent] = []
    for permission in _permissions(merge.customer_id):
        note = notes.get(permission.evidence_id)
        if note is None:
            continue
        if note.before_id is None:
            permission.delete()
        else:
            before = PermissionEvidence.objects.get(pk=note.before_id)
            _rest_on(permission, before, now)
            events.append(_event(merge.customer_id, before))
    events += _objections_since(merge, now)
    record_events(merchant_id=merge.merchant_id, events=events, now=now)
    # A merge that still holds may have had nothing to add because this one had said it already.
    remaining = CustomerMerge.objects.filter(customer_id=merge.customer_id, undone_at__isnull=True)
    for other in remaining.order_by("merged_at", "id"):
        combine_permissions(merge=other, now=now)


def _objections_since(merge: CustomerMerge, now: dt.datetime) -> list[NewEvent]:
    """Whoever said no while the two were one may have meant either."""
    own = {(one.channel, one.purpose): one for one in _permissions(merge.merged_id)}
    events: list[NewEvent] = []
    for permission in _permissions(merge.customer_id):
        said = permission.evidence
        before = own.get((said.channel, said.purpose))
        if said.status != PermissionStatus.WITHDRAWN or said.recorded_at < merge.merged_at:
            continue
        if before is not None and before.status == PermissionStatus.WITHDRAWN:
            continue
        evidence = _repeat(said, merge.merged_id, now)
        _rest_on(before or _new(permission, merge.merged_id), evidence, now)
        events.append(_event(merge.merged_id, evidence))
    return events


def _merge_of(event: Event) -> CustomerMerge | None:
    merges = CustomerMerge.objects.select_related("customer", "merged")
    return merges.filter(pk=uuid.UUID(event.data["merge_id"])).first()


def _hold(merge: CustomerMerge) -> None:
    """Lock both, as everybody does who declares something for a person; in the order of ids."""
    pair = Customer.objects.filter(pk__in=(merge.customer_id, merge.merged_id))
    list(pair.select_for_update().order_by("id"))


def _permissions(customer_id: uuid.UUID) -> Iterable[Permission]:
    return Permission.objects.filter(customer_id=customer_id).select_related("evidence").order_by("channel", "purpose")


def _repeat(said: PermissionEvidence, customer_id: uuid.UUID, now: dt.datetime) -> PermissionEvidence:
    """Write a declaration down for another customer, as it was made."""
    return PermissionEvidence.objects.create(
        merchant_id=said.merchant_id,
        customer_id=customer_id,
        channel=said.channel,
        purpose=said.purpose,
        status=said.status,
        basis=said.basis,
        obtained_at=said.obtained_at,
        wording=said.wording,
        source=said.source,
        phone=said.phone,
        consent_report_id=said.consent_report_id,
        recorded_at=now,
    )


def _new(like: Permission, customer_id: uuid.UUID) -> Permission:
    return Permission(merchant_id=like.merchant_id, customer_id=customer_id, channel=like.channel, purpose=like.purpose)


def _rest_on(permission: Permission, evidence: PermissionEvidence, now: dt.datetime) -> None:
    permission.status = evidence.status
    permission.basis = evidence.basis
    permission.evidence = evidence
    permission.updated_at = now
    permission.save()


def _event(customer_id: uuid.UUID, evidence: PermissionEvidence) -> NewEvent:
    return NewEvent(
        f"permission.{evidence.status}",
        Subject.customer(customer_id),
        {"channel": evidence.channel, "purpose": evidence.purpose},
    )
