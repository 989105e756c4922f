"""Holding an endpoint's row, so that its claims, outcomes, replays and changes follow each other."""

import uuid

from django.db.models import QuerySet

from postpurchase.webhooks.models import WebhookEndpoint


def held_endpoint(endpoint_id: uuid.UUID) -> QuerySet[WebhookEndpoint]:
    """Return the endpoint (one row, or none); once read, it is held until the transaction ends.

    Needs the merchant's scope. Whoever also holds a delivery takes the endpoint first, so that no two ever wait for
    each other.
    """
    return WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True).filter(pk=endpoint_id)
