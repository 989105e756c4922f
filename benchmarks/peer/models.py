"""The same orders in the peer's tables: the same columns, the same look-ups."""

from django.conf import settings
from django.db import models


class Merchant(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    external_id = models.CharField(max_length=200)
    email = models.EmailField(blank=True, db_index=True)
    phone = models.CharField(max_length=40, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    company = models.CharField(max_length=200, blank=True)
    accepts_marketing = models.BooleanField(default=False)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "external_id"], name="peer_customer_once")]

    def __str__(self) -> str:
        return self.external_id


class Order(models.Model):
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    external_id = models.CharField(max_length=200)
    number = models.CharField(max_length=200, blank=True, db_index=True)
    placed_at = models.DateTimeField(db_index=True)
    status = models.CharField(max_length=12, default="open")
    payment_status = models.CharField(max_length=20, default="paid")
    store = models.CharField(max_length=60, default="default")
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=19, decimal_places=4)
    shipping_total = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    discount_total = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    tax_total = models.DecimalField(max_digits=19, decimal_places=4, default=0)
    language = models.CharField(max_length=35, blank=True)
    shipping_address = models.JSONField(default=dict)
    billing_address = models.JSONField(null=True)
    promised_from = models.DateField(null=True)
    promised_to = models.DateField(null=True)
    attributes = models.JSONField(default=dict)
    source = models.CharField(max_length=60, default="api")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "external_id"], name="peer_order_once")]

    def __str__(self) -> str:
        return self.external_id


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    external_id = models.CharField(max_length=200, blank=True)
    sku = models.CharField(max_length=200, blank=True, db_index=True)
    name = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price = models.DecimalField(max_digits=19, decimal_places=4)
    total = models.DecimalField(max_digits=19, decimal_places=4)
    product_url = models.CharField(max_length=2000, blank=True)
    image_url = models.CharField(max_length=2000, blank=True)
    attributes = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.sku


class Event(models.Model):
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    type = models.CharField(max_length=60)
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    data = models.JSONField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.type


class Shipment(models.Model):
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="shipments")
    carrier = models.CharField(max_length=20)
    tracking_number = models.CharField(max_length=100, db_index=True)
    status = models.CharField(max_length=24, default="pending")
    substatus = models.CharField(max_length=40, blank=True)
    status_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.tracking_number


class Checkpoint(models.Model):
    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="checkpoints")
    occurred_at = models.DateTimeField()
    status = models.CharField(max_length=24)
    substatus = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=1000, blank=True)
    city = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "occurred_at", "status", "code", "message", "city"], name="peer_checkpoint_once"
            )
        ]

    def __str__(self) -> str:
        return self.status
