"""Taking a person out of parcels. When a parcel moved, by whom and how fast, stays."""

import datetime as dt
import json

from django.db.models import Func
from django.db.models.fields import BinaryField

from postpurchase.lib.personal_data import ErasedPerson
from tracking.models import CaseEntry, Checkpoint, HandOverLine, OneTimeCode, Shipment, UnmatchedCheckpoint


def erase_parcels(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty what parcels and carriers' news say about a person, the numbers included: at the carrier they lead to them.

    Needs the merchant's scope. Without its number a parcel gets no more news.
    """
    shipments = Shipment.objects.filter(order__customer_id__in=person.customer_ids)
    numbers = set(shipments.exclude(tracking_number="").values_list("tracking_number", flat=True))
    changed, _ = UnmatchedCheckpoint.objects.filter(tracking_number__in=numbers).delete()
    changed += _forget_unmatched_that_name(person)
    codes, _ = OneTimeCode.objects.filter(order__customer_id__in=person.customer_ids).delete()
    changed += codes
    changed += Checkpoint.objects.filter(shipment__in=shipments.values("pk")).update(
        # The identity is a digest over the words that go.
        identity=Func("id", function="uuid_send", output_field=BinaryField()),
        message="",
        city="",
        delivery_location_text="",
        signed_by="",
        proof_url="",
    )
    return changed + shipments.update(
        tracking_number="",
        tracking_url="",
        delivery_location_text="",
        signed_by="",
        proof_url="",
        updated_at=now,
    )


def erase_cases(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty what a person and the team wrote in their cases; what happened and when stays. Needs the scope."""
    theirs = {"case__order__customer_id__in": person.customer_ids}
    told = HandOverLine.objects.filter(**theirs).update(cells=[])
    return told + CaseEntry.objects.filter(**theirs).update(text="", details={})


def _forget_unmatched_that_name(person: ErasedPerson) -> int:
    """News of parcels nobody knows belongs to a person only where it names them."""
    if not person.words:
        return 0
    waiting = UnmatchedCheckpoint.objects.values_list("pk", "content").iterator(chunk_size=500)
    named = [row_id for row_id, content in waiting if person.is_named_in(json.dumps(content, ensure_ascii=False))]
    deleted, _ = UnmatchedCheckpoint.objects.filter(pk__in=named).delete()
    return deleted
