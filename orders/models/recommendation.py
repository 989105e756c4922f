"""What was learned from a merchant's orders: which articles go together, which are wanted. Replaced as a whole."""

from django.db import models

from postpurchase.accounts.models import MerchantModel


class Learning(MerchantModel):
    """One look at the orders. The newest tells whether it is time for another."""

    learned_at = models.DateTimeField()
    order_count = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        indexes = [models.Index(fields=["merchant", "-learned_at"], name="learning_newest")]

    def __str__(self) -> str:
        return f"{self.learned_at:%Y-%m-%d %H:%M}: {self.order_count} orders"


class ProductAffinity(MerchantModel):
    """Two articles in the same orders: ``together`` orders, ``score`` between 0 and 1 (cosine). Stored in both ways."""

    sku = models.CharField(max_length=200)
    other_sku = models.CharField(max_length=200)
    together = models.PositiveIntegerField()
    score = models.FloatField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "sku", "other_sku"], name="product_affinity_once")]

    def __str__(self) -> str:
        return f"{self.sku} + {self.other_sku}: {self.together}"


class ProductDemand(MerchantModel):
    """In how many of the recent orders an article was."""

    sku = models.CharField(max_length=200)
    orders = models.PositiveIntegerField()

    class Meta(MerchantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["merchant", "sku"], name="product_demand_once")]
        indexes = [models.Index(fields=["merchant", "-orders", "sku"], name="product_demand_order")]

    def __str__(self) -> str:
        return f"{self.sku}: {self.orders}"
