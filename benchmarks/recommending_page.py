"""What recommendations add to a tracking page that is looked at for the first time.

Of each order there are two: one in a store whose page shows recommendations, one in a store that has taken the block
away. Both pages are made in this process, in turn, each once: nothing is remembered of either.
"""

import datetime as dt
import statistics
import sys
import time
import uuid
from collections.abc import Sequence

from django.db import connections
from django.test import Client

from benchmarks.recommending_speed import analyze, make_orders
from benchmarks.reporting import verdict
from benchmarks.rounds import swapped
from orders.models import Customer, LearnedArticle, Order, OrderLine
from orders.recommendations.learn import learn
from postpurchase.accounts import page_links
from postpurchase.accounts.models import Merchant, PageKind, Store
from postpurchase.accounts.scoping import merchant_scope
from postpurchase.lib import clock
from tracking.models import PageVersion

GOAL_MS = 0.5
ARTICLES_OF_ORDER = 3
MOST_TO_WARM_UP = 40
WITH, WITHOUT = "with", "without"


def first_looks(*, merchant: Merchant, lines: int, looks: int) -> None:
    """Print the median time of a first page with recommendations, and without, and what lies between."""
    now = clock.now()
    warm_up = min(looks, MOST_TO_WARM_UP)
    make_orders(merchant, lines, now, family="3")
    with merchant_scope(merchant.id):
        learn(merchant=merchant, now=now)
        pages = _pages(merchant, looks + warm_up, now)
    analyze()
    took: dict[str, list[float]] = {WITH: [], WITHOUT: []}
    client = Client(SERVER_NAME="127.0.0.1")
    for number, pair in enumerate(pages):
        for name in swapped([WITH, WITHOUT], number):
            started = time.perf_counter()
            answer = client.get(f"/t/{pair[name]}", headers={"accept-encoding": "gzip"})
            took[name].append((time.perf_counter() - started) * 1_000)
            if answer.status_code != 200:
                raise RuntimeError(f"a page that answers {answer.status_code}")
    connections.close_all()
    with_them, without = (took[name][warm_up:] for name in (WITH, WITHOUT))
    added = [one - other for one, other in zip(with_them, without, strict=True)]
    middle = statistics.median(added)
    quarters = statistics.quantiles(added, n=4)
    sys.stdout.write(
        f"\nfirst look at a page: {looks} with recommendations {statistics.median(with_them):.2f} ms,"
        f" {looks} without {statistics.median(without):.2f} ms; added {middle:.2f} ms"
        f" (half of them {quarters[0]:.2f} to {quarters[2]:.2f}; goal ≤ {GOAL_MS}: {verdict(middle <= GOAL_MS)})\n"
    )


def _pages(merchant: Merchant, count: int, now: dt.datetime) -> list[dict[str, str]]:
    """Make as many orders of known customers twice; return the tokens of both pages of each."""
    shown = Store.objects.get()
    hidden = Store.objects.create(
        merchant=merchant, slug=WITHOUT, name=WITHOUT, sender_name=WITHOUT, sender_email=shown.sender_email
    )
    PageVersion.objects.create(
        merchant=merchant, store=hidden, number=1, content={"hidden": ["recommendations"]}, published_at=now
    )
    customers = list(Customer.objects.order_by("id").values_list("id", flat=True)[:count])
    known = LearnedArticle.objects.exclude(together=[]).order_by("-recent_orders", "sku")
    skus = list(known.values_list("sku", flat=True)[: count * ARTICLES_OF_ORDER])
    pages: list[dict[str, str]] = []
    for number in range(count):
        basket = [skus[(number * ARTICLES_OF_ORDER + place) % len(skus)] for place in range(ARTICLES_OF_ORDER)]
        customer = customers[number % len(customers)]
        orders = {
            name: _order(merchant, store, f"{name}-{number}", customer, basket, now)
            for name, store in {WITH: shown, WITHOUT: hidden}.items()
        }
        pages.append({name: _token(merchant, order, now) for name, order in orders.items()})
    return pages


def _order(
    merchant: Merchant, store: Store, number: str, customer: uuid.UUID, basket: Sequence[str], now: dt.datetime
) -> Order:
    order = Order.objects.create(
        merchant=merchant,
        store=store,
        customer_id=customer,
        external_id=number,
        number=number,
        placed_at=now,
        currency="EUR",
        total=30,
        content_hash=b"",
        created_at=now,
        updated_at=now,
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            merchant=merchant,
            order=order,
            external_id=sku,
            position=position,
            sku=sku,
            name=sku,
            quantity=1,
            unit_price=10,
            total=10,
        )
        for position, sku in enumerate(basket, start=1)
    )
    return order


def _token(merchant: Merchant, order: Order, now: dt.datetime) -> str:
    address = page_links.page_url(merchant_id=merchant.id, kind=PageKind.TRACKING, subject_id=order.id, now=now)
    return address.rpartition("/")[2]
