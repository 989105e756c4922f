"""Leaving alone what a legal hold keeps."""

from typing import TypeVar

from django.db import models

from orders.models import CustomerMerge
from postpurchase.privacy.models import LegalHold

M = TypeVar("M", bound=models.Model)


def without_held(rows: models.QuerySet[M], *, customer: str = "", order: str = "") -> models.QuerySet[M]:
    """Return ``rows`` without those of held customers and orders; the arguments are the ways to their ids.

    Needs the merchant's scope. A hold on a customer keeps their orders' rows as well, and goes on keeping them when the
    customer was merged into another one.
    """
    live = LegalHold.objects.filter(released_at__isnull=True)
    if order:
        rows = rows.exclude(**{f"{order}__in": live.filter(order__isnull=False).values("order_id")})
    if customer:
        held = live.filter(customer__isnull=False).values("customer_id")
        merged_into = CustomerMerge.objects.filter(merged__in=held, undone_at__isnull=True).values("customer_id")
        rows = rows.exclude(**{f"{customer}__in": held}).exclude(**{f"{customer}__in": merged_into})
    return rows
