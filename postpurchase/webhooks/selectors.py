"""Finding endpoints and their deliveries. All need the merchant's scope."""

import uuid

from django.db.models import Prefetch, QuerySet

from postpurchase.accounts.models import Merchant
from postpurchase.webhooks.models import DisabledReason, WebhookAttempt, WebhookDelivery, WebhookEndpoint


def endpoints_of(*, merchant: Merchant) -> QuerySet[WebhookEndpoint]:
    """Return the merchant's endpoints."""
    return WebhookEndpoint.objects.filter(merchant=merchant)


def endpoint_by_id(*, merchant: Merchant, endpoint_id: uuid.UUID) -> WebhookEndpoint | None:
    """Return an endpoint, or None."""
    return endpoints_of(merchant=merchant).filter(pk=endpoint_id).first()


def deliveries_with_attempts(*, merchant: Merchant) -> QuerySet[WebhookDelivery]:
    """Return deliveries; their attempts come along in one query."""
    attempts = Prefetch("tries", WebhookAttempt.objects.order_by("number"))
    return WebhookDelivery.objects.filter(merchant=merchant).prefetch_related(attempts)


def switched_off_by_us(*, merchant: Merchant) -> list[WebhookEndpoint]:
    """Return the endpoints that stopped without anybody of the merchant's wanting it."""
    return list(
        endpoints_of(merchant=merchant)
        .filter(active=False)
        .exclude(disabled_reason=DisabledReason.BY_HAND)
        .order_by("disabled_at", "id")
    )
