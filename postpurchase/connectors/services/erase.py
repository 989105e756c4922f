"""Taking a person out of what shops sent. That something came, and when, stays: what comes again is not taken again."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet

from orders.models import Customer, Order
from postpurchase.connectors.models import DeliveryReference, InboundDelivery, InboundState, ReferenceKind
from postpurchase.lib.personal_data import ErasedPerson
from tracking.models import Shipment

ERASED = "The person in it was erased."
UNFINISHED = (InboundState.STORED, InboundState.WAITING, InboundState.FAILED, InboundState.PARKED)


def deliveries_about(customer_ids: Collection[uuid.UUID]) -> QuerySet[InboundDelivery]:
    """Return what shops sent about these customers or their orders. Needs the merchant's scope."""
    return _referring(customer_ids, Customer.objects.filter(pk__in=customer_ids).values("external_id"))


def erase_deliveries(*, person: ErasedPerson, now: dt.datetime) -> int:
    """Empty the bodies that told of a person, and those nobody could read that name them. Needs the scope."""
    told = set(_referring(person.customer_ids, person.external_ids).values_list("pk", flat=True))
    told |= _unread_that_name(person)
    deliveries = InboundDelivery.objects.filter(pk__in=told)
    deliveries.filter(state__in=UNFINISHED).update(state=InboundState.IGNORED, processed_at=now)
    named = Q(kind=ReferenceKind.CUSTOMER, external_id__in=person.external_ids)
    # At the carrier, the number leads to the person.
    named |= Q(kind=ReferenceKind.PARCEL, external_id__in=_numbers(person.customer_ids))
    DeliveryReference.objects.filter(named).delete()
    return deliveries.update(body=b"", headers={}, reason=ERASED, waits_for="")


def _referring(customer_ids: Collection[uuid.UUID], external_ids: object) -> QuerySet[InboundDelivery]:
    orders = Order.objects.filter(customer_id__in=customer_ids).values("external_id")
    about = DeliveryReference.objects.filter(
        Q(kind=ReferenceKind.ORDER, external_id__in=orders)
        | Q(kind=ReferenceKind.CUSTOMER, external_id__in=external_ids)
        | Q(kind=ReferenceKind.PARCEL, external_id__in=_numbers(customer_ids))
    ).exclude(external_id="")
    return InboundDelivery.objects.filter(pk__in=about.values("delivery_id")).order_by("pk")


def _numbers(customer_ids: Collection[uuid.UUID]) -> list[str]:
    """The numbers of the customers' parcels; none any more once those are emptied."""
    parcels = Shipment.objects.filter(order__customer_id__in=customer_ids).exclude(tracking_number="")
    return list(parcels.values_list("tracking_number", flat=True))


def _unread_that_name(person: ErasedPerson) -> set[uuid.UUID]:
    """What was not worked through says nowhere whom it is about, so it is read."""
    if not person.words:
        return set()
    unread = InboundDelivery.objects.filter(references__isnull=True).exclude(body=b"")
    return {
        delivery_id
        for delivery_id, body in unread.values_list("pk", "body").iterator(chunk_size=100)
        if person.is_named_in(bytes(body).decode("utf-8", "replace"))
    }
