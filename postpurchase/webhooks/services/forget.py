"""The log of deliveries is kept for a time, and answers that may speak of a person can be deleted before it is over."""

import datetime as dt
import uuid
from collections.abc import Collection

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants
from postpurchase.webhooks.models import OPEN_STATES, WebhookAttempt, WebhookDelivery

KEEP = dt.timedelta(days=30)
BATCH = 2_000


def forget_old_deliveries(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Delete finished deliveries planned more than 30 days ago, with their attempts; returns how many.

    At most ``limit`` at once: the caller asks again while that many were deleted. Looks across merchants.
    """
    with all_merchants("the log of webhooks is kept for 30 days"):
        old = list(
            WebhookDelivery.objects.filter(planned_at__lte=now - KEEP)
            .exclude(state__in=OPEN_STATES)
            .values_list("pk", flat=True)[:limit]
        )
        WebhookDelivery.objects.filter(pk__in=old).delete()
    return len(old)


def forget_answers(*, merchant: Merchant, subject_ids: Collection[uuid.UUID]) -> int:
    """Delete the attempts about these subjects, with what the receivers answered; returns how many.

    For the erasure of a person: what a receiver answers is its own words. Needs the merchant's scope.
    """
    deleted, _ = WebhookAttempt.objects.filter(delivery__subject_id__in=subject_ids).delete()
    return deleted
