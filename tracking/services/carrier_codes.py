"""What a merchant says about carriers' codes that our tables do not know: for news to come, and for stored news.

    choose_meaning ─▶ CodeMeaning ─▶ news to come (``apply.py``)
                          └─ tracking.reread_codes ─▶ stored news with the code ─▶ status folded again

A meaning counts as applied a minute after it was chosen: what was being recorded at that moment is then visible.
"""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from tracking.carriers.base import plain_code
from tracking.carriers.registry import meaning_of
from tracking.enums import STATUS_OF_SUBSTATUS, Carrier, DeliveryLocation, ShipmentStatus, UnderstoodBy
from tracking.inputs import CheckpointInput
from tracking.models import Checkpoint, CodeMeaning, Shipment
from tracking.reading import read
from tracking.selectors.carrier_codes import CODE_UNKNOWN, meaning_by_merchant
from tracking.services.apply import refold
from tracking.services.locks import hold_numbers
from tracking.services.parcels import parcels_of_ids
from tracking.status import LOCATION_OF_SUBSTATUS

NEWS_PER_RUN = 500
UNSEEN_FOR = dt.timedelta(minutes=1)
_BY_MERCHANT = Q(understood_by=UnderstoodBy.MERCHANT)


class MeaningRefused(ValueError):
    """A meaning that cannot be chosen; the text says why, for people."""


def choose_meaning(
    *,
    merchant: Merchant,
    carrier: str,
    code: str,
    status: ShipmentStatus | None,
    substatus: str = "",
    now: dt.datetime,
) -> CodeMeaning:
    """Say what a code means: a status with or without substatus, or nothing about where the parcel is (None).

    Needs the merchant's scope. Raises ``MeaningRefused`` for codes our tables know, and for words that do not fit.
    """
    plain = plain_code(code)
    if carrier not in Carrier.values or not plain or len(plain) > 100:
        raise MeaningRefused("there is no such code")
    if meaning_of(carrier, code) is not None:
        raise MeaningRefused("this code is known")
    if substatus and STATUS_OF_SUBSTATUS.get(substatus) != status:
        raise MeaningRefused("the substatus belongs to another status")
    if status == ShipmentStatus.EXCEPTION and not substatus:
        substatus = "exception_unknown_reason"
    _unread(CodeMeaning.objects.filter(carrier=carrier, code=plain).first())
    said: dict[str, Any] = {"status": status, "substatus": substatus, "is_withdrawn": False}
    meaning, _ = CodeMeaning.objects.update_or_create(
        merchant_id=merchant.id,
        carrier=carrier,
        code=plain,
        defaults={**said, "is_applied": False, "changed_at": now},
    )
    return meaning


def withdraw_meaning(*, meaning: CodeMeaning, now: dt.datetime) -> None:
    """Take a meaning back; what was understood by it is read again. Needs the merchant's scope."""
    meaning.is_withdrawn, meaning.is_applied, meaning.changed_at = True, False, now
    meaning.save(update_fields=["is_withdrawn", "is_applied", "changed_at"])


def reread_all(*, now: dt.datetime) -> int:
    """Read stored news again where a meaning changed, for all merchants. Returns how many pieces of news changed."""
    with all_merchants("whose codes got another meaning"):
        waiting = list(CodeMeaning.objects.filter(is_applied=False).values_list("merchant_id", "id").order_by("id"))
    changed = 0
    for merchant_id, meaning_id in waiting:
        with merchant_scope(merchant_id):
            meaning = CodeMeaning.objects.select_for_update(skip_locked=True).filter(pk=meaning_id).first()
            changed += reread(meaning=meaning, now=now) if meaning else 0
    return changed


def reread(*, meaning: CodeMeaning, now: dt.datetime) -> int:
    """Read some stored news with a code again, and fold what changed. Returns how many pieces; 0 once all are done.

    Needs the merchant's scope.
    """
    numbers = dict(
        Shipment.objects.filter(
            id__in=_to_read(meaning).order_by("recorded_at").values("shipment_id")[:NEWS_PER_RUN]
        ).values_list("id", "tracking_number")
    )
    if not numbers:
        if now - meaning.changed_at >= UNSEEN_FOR:
            _finish(meaning)
        return 0
    hold_numbers(merchant_id=meaning.merchant_id, numbers=numbers.values())
    rows = list(_to_read(meaning).filter(shipment_id__in=numbers))
    for row in rows:
        _read_again(row, meaning)
    Checkpoint.objects.bulk_update(rows, ["status", "substatus", "delivery_location", "understood_by"])
    refold(merchant_id=meaning.merchant_id, parcels=parcels_of_ids(ids=numbers.keys()), now=now)
    return len(rows)


def _unread(before: CodeMeaning | None) -> None:
    """Forget what an earlier meaning made of stored news."""
    if before is None:
        return
    rows = _with_code(before).filter(_BY_MERCHANT)
    if location := LOCATION_OF_SUBSTATUS.get(before.substatus):
        rows.filter(delivery_location=location).update(delivery_location="")  # it followed from the meaning
    rows.update(status=None, substatus="", understood_by="")


def _with_code(meaning: CodeMeaning) -> QuerySet[Checkpoint]:
    """News with the code in any spelling, whose sender did not say what it means."""
    unknown = Checkpoint.objects.filter(CODE_UNKNOWN, carrier=meaning.carrier)
    spellings = unknown.order_by().values_list("code", flat=True).distinct()
    return unknown.filter(code__in=[code for code in spellings if plain_code(code) == meaning.code])


def _to_read(meaning: CodeMeaning) -> QuerySet[Checkpoint]:
    """News with the code that does not say yet what it should."""
    if meaning.is_withdrawn:
        return _with_code(meaning).filter(_BY_MERCHANT)
    same = Q(status=meaning.status) if meaning.status else Q(status=None)
    return _with_code(meaning).filter(~_BY_MERCHANT | ~same)


def _read_again(row: Checkpoint, meaning: CodeMeaning) -> None:
    if row.understood_by == UnderstoodBy.MERCHANT and row.delivery_location == LOCATION_OF_SUBSTATUS.get(row.substatus):
        row.delivery_location = ""  # it followed from the meaning
    item = CheckpointInput(
        tracking_number="-",
        occurred_at=row.occurred_at,
        code=row.code,
        message=row.message or None,
        delivery_location=DeliveryLocation(row.delivery_location) if row.delivery_location else None,
    )
    meanings = {} if meaning.is_withdrawn else {(meaning.carrier, meaning.code): meaning_by_merchant(meaning)}
    reading = read(item, carrier=row.carrier, meanings=meanings)
    row.status, row.substatus, row.understood_by = reading.status, reading.substatus, reading.by or ""
    row.delivery_location = reading.delivery_location or row.delivery_location


def _finish(meaning: CodeMeaning) -> None:
    if meaning.is_withdrawn:
        meaning.delete()
        return
    meaning.is_applied = True
    meaning.save(update_fields=["is_applied"])
