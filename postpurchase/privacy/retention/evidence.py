"""Who agreed to what: kept for as long as something rests on it, and three years more (§§ 195, 199 BGB)."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from messaging.models import Permission, PermissionEvidence
from orders.models import ConsentReport
from postpurchase.privacy.retention.held import without_held
from postpurchase.privacy.retention.messages import expire


def old_permissions(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Permissions of people who have been erased for so long that nobody can ask for the proof any more."""
    rows = Permission.objects.filter(customer__erased_at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_permissions(ids: Sequence[uuid.UUID]) -> int:
    """Delete permissions; their evidence follows."""
    deleted, _ = Permission.objects.filter(pk__in=ids).delete()
    return deleted


def old_evidence(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Evidence on which no permission rests, and none has since ``before``.

    It was used until somebody said something newer about the same; what was never used counts from its own day.
    """
    same = {"customer": OuterRef("customer"), "channel": OuterRef("channel"), "purpose": OuterRef("purpose")}
    newer = PermissionEvidence.objects.filter(**same, recorded_at__gt=OuterRef("recorded_at"))
    rows = PermissionEvidence.objects.filter(
        ~Exists(Permission.objects.filter(evidence=OuterRef("pk"))),
        Exists(newer.filter(recorded_at__lt=before)) | ~Exists(newer),
        recorded_at__lt=before,
    )
    free = without_held(rows, customer="customer_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_evidence(ids: Sequence[uuid.UUID]) -> int:
    """Delete evidence."""
    return expire("messaging_permissionevidence", ids)


def old_reports(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Shops' reports whose evidence is gone, or that never became any."""
    rows = ConsentReport.objects.filter(
        ~Exists(PermissionEvidence.objects.filter(consent_report=OuterRef("pk"))), reported_at__lt=before
    )
    free = without_held(rows, customer="customer_id", order="order_id")
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_reports(ids: Sequence[uuid.UUID]) -> int:
    """Delete reports."""
    return expire("orders_consentreport", ids)
