"""Keys with which shops' programs speak to us."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from postpurchase.accounts.models.base import MerchantModel


class Scope(models.TextChoices):
    """What a key may do; names are part of the API."""

    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    PRODUCTS_WRITE = "products:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    SHIPMENTS_READ = "shipments:read"
    SHIPMENTS_WRITE = "shipments:write"
    EVENTS_WRITE = "events:write"
    MESSAGES_READ = "messages:read"
    LOYALTY_READ = "loyalty:read"
    LOYALTY_WRITE = "loyalty:write"
    WEBHOOKS_WRITE = "webhooks:write"
    SETTINGS_WRITE = "settings:write"


class ApiKey(MerchantModel):
    """A key, shown once when made. ``prefix`` finds the row and is safe to show, ``digest`` proves the rest.

    ``requests_per_minute`` null means no limit.
    """

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope.choices))
    requests_per_minute = models.PositiveIntegerField(null=True, blank=True, default=600)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
