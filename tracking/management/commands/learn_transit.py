"""``manage.py learn_transit [--merchant SLUG] [--again]``: learn from all parcels that arrived, and show how well.

Each parcel is estimated before it is counted, so the printed coverage is that of estimates for parcels nobody had seen.
``--again`` forgets what was learned and reads the whole history anew: after a change of the warehouse's place, say.
"""

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.lib import clock
from tracking.selectors.hit_rate import estimate_coverage
from tracking.services.arrivals import keep_history
from tracking.services.learn_transit import PARCELS_PER_BATCH, forget, learn_batch
from tracking.transit import TARGET

LINE = "{merchant:20} {carrier:15} {parcels:>8} {within:>8} {exact:>8}"


class Command(BaseCommand):
    """Prints per merchant and carrier how many parcels came within their window, and how many on the likely day."""

    help = "Learn how long parcels take, and print how often the estimates were right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--merchant", default="", help="only this one")
        parser.add_argument("--again", action="store_true", help="forget what was learned and start over")

    def handle(self, *args: Any, merchant: str, again: bool, **options: Any) -> None:
        with all_merchants("learn_transit"):
            chosen = list(Merchant.objects.filter(**({"slug": merchant} if merchant else {})).order_by("slug"))
        if merchant and not chosen:
            raise CommandError(f"There is no merchant “{merchant}”.")
        self.stdout.write(f"Target: {TARGET:.0%} of parcels within their window.")
        self.stdout.write(
            LINE.format(merchant="merchant", carrier="carrier", parcels="parcels", within="within", exact="likely")
        )
        for one in chosen:
            self._learn(one, again=again)

    def _learn(self, merchant: Merchant, *, again: bool) -> None:
        now = clock.now()
        if again:
            with merchant_scope(merchant.id):
                forget()
        for step in (_keep, _learn):
            while step(merchant, now):
                pass
        with merchant_scope(merchant.id):
            coverage = estimate_coverage(first=dt.date.min, last=dt.date.max)
        for one in coverage:
            self.stdout.write(
                LINE.format(
                    merchant=merchant.slug,
                    carrier=one.group,
                    parcels=one.parcels,
                    within=f"{one.rate:.1%}",
                    exact=f"{one.exact_rate:.1%}",
                )
            )


def _keep(merchant: Merchant, now: dt.datetime) -> int:
    with merchant_scope(merchant.id):
        return keep_history(merchant=merchant)


def _learn(merchant: Merchant, now: dt.datetime) -> bool:
    with merchant_scope(merchant.id):
        return learn_batch(merchant=merchant, now=now) == PARCELS_PER_BATCH
