"""What was bought. Money is a decimal in the order's currency; prices include tax."""

from django.db import models
from django.db.models import Q

from orders.enums import OrderStatus, PaymentStatus
from orders.models.customer import Customer
from orders.models.money import MoneyField
from postpurchase.accounts.models import MerchantForeignKey, MerchantModel, Store


class Order(MerchantModel):
    """One order of a shop, found by the shop's own ``external_id``.

    ``content_hash`` is the fingerprint of the last accepted body: the same body again changes nothing.
    ``source_updated_at`` is the shop's own ``updated_at``: an older body is ignored.
    ``backfill`` marks history for which nothing is ever sent. Addresses are dictionaries of the API's field names,
    empty where the shop gave none; ``recipient`` is null unless somebody other than the buyer gets the parcel.
    ``erased_at``: the person was taken out of it; later bodies change what was bought and never bring them back.
    """

    store = MerchantForeignKey(Store, on_delete=models.PROTECT, related_name="orders")
    customer = MerchantForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    external_id = models.CharField(max_length=200)
    number = models.CharField(max_length=200)
    placed_at = models.DateTimeField()
    source_updated_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=OrderStatus.choices, default=OrderStatus.OPEN)
    payment_status = models.CharField(max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.PAID)
    currency = models.CharField(max_length=3)
    total = MoneyField()
    shipping_total = MoneyField(default=0)
    discount_total = MoneyField(default=0)
    tax_total = MoneyField(default=0)
    language = models.CharField(max_length=35, blank=True, default="")
    recipient = models.JSONField(null=True, blank=True)
    shipping_address = models.JSONField(default=dict)
    billing_address = models.JSONField(default=dict)
    promised_from = models.DateField(null=True, blank=True)
    promised_to = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict)
    source = models.CharField(max_length=60, default="api")
    backfill = models.BooleanField(default=False)
    content_hash = models.BinaryField(max_length=32)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "external_id"], name="order_external_id_once"),
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative"),
        ]
        indexes = [
            models.Index(fields=["merchant", "-placed_at", "-id"], name="order_newest"),
            models.Index(fields=["merchant", "updated_at", "id"], name="order_changed"),
            models.Index(fields=["merchant", "customer", "-placed_at"], name="order_of_customer"),
            models.Index(fields=["merchant", "number"], name="order_by_number"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(MerchantModel):
    """One position of an order. ``external_id`` defaults to the position, counted from 1."""

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    external_id = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    sku = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=500, blank=True, default="")
    quantity = models.PositiveIntegerField()
    unit_price = MoneyField()
    total = MoneyField()
    product_url = models.CharField(max_length=2000, blank=True, default="")
    image_url = models.CharField(max_length=2000, blank=True, default="")
    attributes = models.JSONField(default=dict)

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "order", "external_id"], name="order_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="order_line_price_not_negative"),
        ]
        indexes = [models.Index(fields=["merchant", "sku"], name="order_line_by_sku")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name or self.sku}"


class Refund(MerchantModel):
    """Money given back for an order."""

    order = MerchantForeignKey(Order, on_delete=models.CASCADE, related_name="refunds", db_index=False)
    external_id = models.CharField(max_length=200)
    amount = MoneyField()
    reason = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta(MerchantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["merchant", "order", "external_id"], name="refund_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="refund_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class RefundLine(MerchantModel):
    """The share of a refund that falls on one order line."""

    refund = MerchantForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    order_line = MerchantForeignKey(OrderLine, on_delete=models.CASCADE, related_name="refund_lines")
    quantity = models.PositiveIntegerField()
    amount = MoneyField()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}: {self.amount}"
