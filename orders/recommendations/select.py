"""Recommendations for a basket, read from what was learned."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from orders.enums import OrderStatus
from orders.models import OrderLine, Product, ProductAffinity, ProductDemand
from orders.recommendations.choose import Affinity, Article, Reason, choose

# The longest time after which something may be needed again.
LOOK_BACK = dt.timedelta(days=400)
POPULAR_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An article with the reason it is shown for; ``because`` is the article it was bought together with."""

    product: Product
    reason: Reason
    because: Product | None


def recommend(
    *, basket: Sequence[str], customer_id: uuid.UUID | None, now: dt.datetime, limit: int = 4
) -> list[Recommendation]:
    """Return up to ``limit`` articles for a basket of SKUs (may be empty), the best first. Needs the merchant's scope.

    With ``customer_id`` nothing that person bought recently. At most four queries.
    """
    affinities = [
        Affinity(row.sku, row.other_sku, row.score) for row in ProductAffinity.objects.filter(sku__in=set(basket))
    ]
    popular = list(ProductDemand.objects.order_by("-orders", "sku").values_list("sku", "orders")[:POPULAR_CANDIDATES])
    candidates = {one.other for one in affinities} | {sku for sku, _ in popular}
    products = {product.sku: product for product in Product.objects.filter(sku__in=candidates | set(basket))}
    choices = choose(
        basket=basket,
        affinities=affinities,
        popular=popular,
        articles={
            sku: Article(sku, product.available, product.replenish_days)
            for sku, product in products.items()
            if sku in candidates
        },
        last_bought=_last_bought(customer_id, candidates, now),
        now=now,
        limit=limit,
    )
    return [
        Recommendation(products[choice.sku], choice.reason, products.get(choice.because))
        for choice in choices
        # The reason names the article; where the catalogue does not know it, there is no true sentence to say.
        if choice.reason is Reason.POPULAR or choice.because in products
    ]


def _last_bought(customer_id: uuid.UUID | None, skus: set[str], now: dt.datetime) -> dict[str, dt.datetime]:
    if customer_id is None or not skus:
        return {}
    lines = (
        OrderLine.objects.filter(order__customer_id=customer_id, order__placed_at__gte=now - LOOK_BACK, sku__in=skus)
        .exclude(order__status=OrderStatus.CANCELLED)
        .values("sku")
        .annotate(last=Max("order__placed_at"))
    )
    return {row["sku"]: row["last"] for row in lines}
