"""What the product answers to the questions of the benchmark, from its own tables and queries."""

import uuid
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.recommending_questions import BEST, Bought, Question
from orders.models import Customer, Order, OrderLine, Product
from orders.recommendations import select
from orders.recommendations.candidates import find_candidates
from orders.recommendations.choose import LEARNED, Reason, Show
from postpurchase.accounts.models import Merchant, Store

_SHOWN = {"buy again": Show.AGAIN, "new for you": Show.NEW}


def ranking(questions: Sequence[Question], customers: Mapping[str, uuid.UUID]) -> Iterator[tuple[Question, list[str]]]:
    """Answer with the learned order of articles, whenever they were bought last."""
    found: list[tuple[Reason, str]] = []
    asked = None
    for question in questions:
        is_basket = question.task == "basket"
        # The questions of one customer stand together, and only choose from the candidates differently.
        if is_basket or question.who != asked:
            asked = question.who
            found = _ranked(question, customers)
        again = [sku for reason, sku in found if reason is Reason.BUY_AGAIN]
        learned = [sku for reason, sku in found if reason in LEARNED and sku not in question.without]
        if is_basket or question.task == "new for you":
            yield question, learned[:BEST]
        else:
            yield question, list(dict.fromkeys([*again, *learned]))[:BEST]


def _ranked(question: Question, customers: Mapping[str, uuid.UUID]) -> list[tuple[Reason, str]]:
    is_basket = question.task == "basket"
    together, following = select.WHILE_CHOOSING if is_basket else select.AFTER_ORDERING
    found = find_candidates(
        basket=question.items if is_basket else (),
        customer_id=customers.get(question.who),
        use_history=not is_basket,
        together=together,
        following=following,
        now=question.at,
    )
    ranked = sorted((one.candidate for one in found), key=lambda one: (-one.score, one.sku))
    return [(one.reason, one.sku) for one in ranked]


def served(questions: Sequence[Question], customers: Mapping[str, uuid.UUID]) -> Iterator[tuple[Question, list[str]]]:
    """Answer with what pages, mails and the API get."""
    for question in questions:
        is_basket = question.task == "basket"
        found = select.recommend(
            basket=question.items if is_basket else (),
            customer_id=customers.get(question.who),
            use_history=not is_basket,
            ordered=not is_basket,
            show=_SHOWN.get(question.task, Show.ALL),
            limit=BEST,
            now=question.at,
        )
        yield question, [one.product.sku for one in found]


def store(merchant: Merchant, before: Sequence[Bought], orders: Sequence[Bought]) -> dict[str, uuid.UUID]:
    """Store the orders of before as the product holds them, and all articles as available. Returns the customers."""
    shop, now = Store.objects.get(), before[-1].placed_at
    skus = sorted({article for order in orders for article in order.articles})
    Product.objects.bulk_create(
        [Product(merchant=merchant, sku=sku, name=sku, created_at=now, updated_at=now) for sku in skus],
        batch_size=2_000,
    )
    people = {
        who: Customer(merchant=merchant, external_id=who, created_at=now, updated_at=now)
        for who in sorted({order.who for order in before} - {""})
    }
    Customer.objects.bulk_create(people.values(), batch_size=2_000)
    rows = [
        Order(
            merchant=merchant,
            store=shop,
            customer=people.get(order.who),
            external_id=str(number),
            number=str(number),
            placed_at=order.placed_at,
            currency="GBP",
            total=0,
            content_hash=b"",
            created_at=order.placed_at,
            updated_at=order.placed_at,
        )
        for number, order in enumerate(before)
    ]
    Order.objects.bulk_create(rows, batch_size=2_000)
    lines = (
        OrderLine(
            merchant=merchant,
            order=row,
            external_id=str(position),
            position=position,
            sku=sku,
            quantity=1,
            unit_price=0,
            total=0,
        )
        for row, order in zip(rows, before, strict=True)
        for position, sku in enumerate(order.articles, start=1)
    )
    OrderLine.objects.bulk_create(lines, batch_size=5_000)
    return {who: customer.id for who, customer in people.items()}
