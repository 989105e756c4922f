"""What is known at the moment, for the merchant's eyes."""

from dataclasses import dataclass

from django.db.models import Q

from orders.models import LearnedArticle, Learning, Product
from orders.recommendations.select import personal_allowed


@dataclass(frozen=True, slots=True)
class Overview:
    """``last`` is the newest look at the orders, None before the first. Of the ``products`` that can be had, others can
    be recommended with ``companions``; ``declared`` name accessories or spare parts.
    """

    last: Learning | None
    products: int
    companions: int
    declared: int
    personal: bool


def overview() -> Overview:
    """Return what is known. Needs the merchant's scope."""
    available = Product.objects.filter(available=True)
    known = LearnedArticle.objects.exclude(together=[], following=[])
    return Overview(
        last=Learning.objects.order_by("-learned_at").first(),
        products=available.count(),
        companions=available.filter(sku__in=known.values("sku")).count(),
        declared=available.filter(~Q(related=[]) | ~Q(spare_parts=[])).count(),
        personal=personal_allowed(),
    )
