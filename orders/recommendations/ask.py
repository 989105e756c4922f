"""Recommendations as programs ask for them: by the shop's own ids, answered in words."""

import datetime as dt
import uuid
from dataclasses import dataclass

from orders.models import Order, OrderLine
from orders.recommendations.candidates import Article
from orders.recommendations.choose import Reason, Show
from orders.recommendations.select import recommend
from orders.recommendations.words import reason_texts, reason_words
from orders.selectors import customer_by_external_id, store_of_customer
from postpurchase.accounts.models import Store
from postpurchase.accounts.models.store import DEFAULT_STORE


class NotKnown(LookupError):
    """The merchant has no such ``kind`` (customer, order)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Asked:
    """What to recommend for, each by the shop's own id and empty where it does not matter.

    ``product`` is the one being looked at, ``order`` one that was placed, ``customer`` who will read it.
    """

    customer: str = ""
    order: str = ""
    product: str = ""
    language: str = ""
    limit: int = 8
    show: Show = Show.ALL


@dataclass(frozen=True, slots=True)
class Answered:
    """An article with its reason in words; ``because_sku`` is the article it goes with, empty where the reason needs
    none.
    """

    article: Article
    reason: Reason
    words: str
    because_sku: str


def answer(*, asked: Asked, now: dt.datetime) -> list[Answered]:
    """Return what to recommend, the best first. Raises ``NotKnown``. Needs the merchant's scope.

    What a customer bought is a reason only where ``customer`` is named: the shop says that it is they who will read it.
    """
    customer = customer_by_external_id(external_id=asked.customer) if asked.customer else None
    if asked.customer and customer is None:
        raise NotKnown("customer")
    order = Order.objects.select_related("store").filter(external_id=asked.order).first() if asked.order else None
    if asked.order and order is None:
        raise NotKnown("order")
    basket = [asked.product] if asked.product else []
    if order is not None:
        basket += OrderLine.objects.filter(order=order).exclude(sku="").values_list("sku", flat=True)
    reader: uuid.UUID | None = customer.id if customer else order.customer_id if order else None
    found = recommend(
        basket=basket,
        customer_id=reader,
        use_history=customer is not None,
        ordered=order is not None or not asked.product,
        limit=asked.limit,
        show=asked.show,
        now=now,
    )
    store: Store
    if order is not None:
        store = order.store
    elif customer is not None:
        store = store_of_customer(customer_id=customer.id)
    else:
        store = Store.objects.get(slug=DEFAULT_STORE)
    language = asked.language or (order.language if order else "") or (customer.language if customer else "")
    texts = reason_texts(language=language or store.language, tone=store.tone)
    return [
        Answered(
            article=one.product,
            reason=one.reason,
            words=reason_words(texts, reason=one.reason, because=one.because, last_bought=one.last_bought, now=now),
            because_sku=one.because_sku,
        )
        for one in found
    ]
