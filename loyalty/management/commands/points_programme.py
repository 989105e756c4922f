"""`manage.py points_programme MERCHANT start|stop|show`: a merchant's points programme, by hand."""

from typing import Any

from django.core.management.base import CommandParser

from loyalty.models import EarningRule, Programme
from loyalty.selectors import programme_of, rules_in_force
from loyalty.services.programme import install_default_programme, switch_programme
from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "Start, stop or show a merchant's points programme. Stopping keeps everybody's points."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("action", choices=["start", "stop", "show"])
        parser.add_argument(
            "--hold-days", type=int, default=14, help="how long a purchase's points are pending (first start only)"
        )
        parser.add_argument(
            "--earn-on-backfill", action="store_true", help="imported history earns too (first start only)"
        )

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        """Do it and say how things stand."""
        if options["action"] == "start":
            install_default_programme(
                merchant=merchant,
                now=clock.now(),
                hold_days=options["hold_days"],
                earn_on_backfill=options["earn_on_backfill"],
            )
        if options["action"] != "show":
            switch_programme(merchant=merchant, active=options["action"] == "start")
        return _told(merchant, programme_of(merchant=merchant))


def _told(merchant: Merchant, programme: Programme | None) -> str:
    if programme is None:
        return f"{merchant.slug} has no points programme."
    state = "runs" if programme.active else "is stopped"
    history = "earns" if programme.earn_on_backfill else "does not earn"
    rules = [_rule(rule) for rule in rules_in_force(programme=programme, now=clock.now())]
    return "\n".join([f"{merchant.slug}: {programme.name} {state}; imported history {history}.", *rules])


def _rule(rule: EarningRule) -> str:
    per = f" per {rule.per_amount.normalize():f}" if rule.per_amount else ""
    return f"  {rule.rank}. {rule.key}: {rule.points}{per} on {rule.trigger}, held {rule.hold_days} days"
