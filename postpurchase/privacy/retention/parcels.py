"""Carriers' news, what shops sent, and what shoppers answered."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q

from loyalty.models import SurveyResponse
from orders.models import Order
from postpurchase.connectors.models import DeliveryReference, InboundDelivery, InboundState, ReferenceKind
from postpurchase.privacy.models import LegalHold
from postpurchase.privacy.retention.held import without_held
from tracking.models import Case, CaseEntry, CaseState, Checkpoint, HandOverLine, Shipment

IN_HAND = (InboundState.STORED, InboundState.WAITING)


def old_parcels(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Parcels that arrived before ``before``, or that nothing has been heard of since, and still say where."""
    news = Checkpoint.objects.filter(shipment=OuterRef("pk"))
    words = (
        ~Q(tracking_number="")
        | ~Q(tracking_url="")
        | ~Q(delivery_location_text="")
        | ~Q(signed_by="")
        | ~Q(proof_url="")
    )
    rows = Shipment.objects.filter(
        Q(delivered_at__lt=before) | Q(delivered_at__isnull=True, updated_at__lt=before), Exists(news) | words
    )
    free = without_held(rows, customer="order__customer_id", order="order_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_parcels(ids: Sequence[uuid.UUID]) -> int:
    """Delete the news of parcels and their numbers, without which no more can come. Status and days stay."""
    deleted, _ = Checkpoint.objects.filter(shipment_id__in=ids).delete()
    emptied = Shipment.objects.filter(pk__in=ids).update(
        tracking_number="", tracking_url="", delivery_location_text="", signed_by="", proof_url=""
    )
    return deleted + emptied


def old_cases(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Cases that were resolved and still hold words of people."""
    words = CaseEntry.objects.filter(~Q(text="") | ~Q(details={}), case=OuterRef("pk"))
    lines = HandOverLine.objects.filter(~Q(cells=[]), case=OuterRef("pk"))
    rows = Case.objects.filter(Exists(words) | Exists(lines), state=CaseState.RESOLVED, resolved_at__lt=before)
    free = without_held(rows, customer="order__customer_id", order="order_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_cases(ids: Sequence[uuid.UUID]) -> int:
    """Empty what was written in cases and in files for carriers; reason, outcome and days stay."""
    written = CaseEntry.objects.filter(~Q(text="") | ~Q(details={}), case_id__in=ids)
    lines = HandOverLine.objects.filter(~Q(cells=[]), case_id__in=ids)
    return written.update(text="", details={}) + lines.update(cells=[])


def old_deliveries(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """What shops sent and is worked through."""
    live = LegalHold.objects.filter(released_at__isnull=True)
    held_orders = Order.objects.filter(
        Q(pk__in=live.filter(order__isnull=False).values("order_id"))
        | Q(customer_id__in=live.filter(customer__isnull=False).values("customer_id"))
    )
    about_held = DeliveryReference.objects.filter(
        delivery=OuterRef("pk"), kind=ReferenceKind.ORDER, external_id__in=held_orders.values("external_id")
    )
    rows = InboundDelivery.objects.filter(~Exists(about_held), received_at__lt=before).exclude(state__in=IN_HAND)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_deliveries(ids: Sequence[uuid.UUID]) -> int:
    """Delete what shops sent. Shops repeat for days at most, so nothing is taken twice."""
    DeliveryReference.objects.filter(delivery_id__in=ids).delete()
    deleted, _ = InboundDelivery.objects.filter(pk__in=ids).delete()
    return deleted


def old_answers(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Answers that still carry words or their customer."""
    rows = SurveyResponse.objects.filter(~Q(comment="") | Q(customer__isnull=False), answered_at__lt=before)
    free = without_held(rows, customer="order__customer_id", order="order_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_answers(ids: Sequence[uuid.UUID]) -> int:
    """Make answers anonymous: the score stays with its order."""
    return SurveyResponse.objects.filter(pk__in=ids).update(comment="", customer=None)
