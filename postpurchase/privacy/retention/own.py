"""What privacy itself keeps: that people were erased, that something was held, and what the job removed."""

import datetime as dt
import uuid
from collections.abc import Sequence

from postpurchase.privacy.models import Erasure, ErasureState, ErasureStep, LegalHold, RetentionRun


def old_erasures(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Erasures that were finished long ago."""
    rows = Erasure.objects.filter(state=ErasureState.DONE, done_at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_erasures(ids: Sequence[uuid.UUID]) -> int:
    """Delete erasures with their journal."""
    ErasureStep.objects.filter(erasure_id__in=ids).delete()
    deleted, _ = Erasure.objects.filter(pk__in=ids).delete()
    return deleted


def old_holds(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """Holds that were released long ago."""
    rows = LegalHold.objects.filter(released_at__lt=before)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_holds(ids: Sequence[uuid.UUID]) -> int:
    """Delete holds."""
    deleted, _ = LegalHold.objects.filter(pk__in=ids).delete()
    return deleted


def old_runs(before: dt.datetime, limit: int) -> list[uuid.UUID]:
    """The job's own rows."""
    rows = RetentionRun.objects.filter(started_at__lt=before, finished_at__isnull=False)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def forget_runs(ids: Sequence[uuid.UUID]) -> int:
    """Delete rows of the job."""
    deleted, _ = RetentionRun.objects.filter(pk__in=ids).delete()
    return deleted
