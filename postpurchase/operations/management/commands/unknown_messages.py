from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from messaging.enums import MessageState
from messaging.models import Message
from postpurchase.accounts.scoping import all_merchants


class Command(BaseCommand):
    help = (
        "List messages of which nobody knows whether they went out: the worker died while handing them over. They are "
        "not sent again; compare with the provider's log by the time shown."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", help="only this merchant's")
        parser.add_argument("--limit", type=int, default=200, help="at most so many, newest first (default: 200)")

    def handle(self, *args: Any, **options: Any) -> str:
        with all_merchants("an operator looks for unknown outcomes"):
            messages = Message.objects.filter(state=MessageState.UNKNOWN).select_related("merchant")
            if options["merchant"]:
                messages = messages.filter(merchant__slug=options["merchant"])
            return "\n".join(
                "\t".join(
                    [
                        str(message.id),
                        message.merchant.slug,
                        message.channel,
                        f"{message.journey_key}/{message.step_key}",
                        f"{message.state_at:%Y-%m-%d %H:%M:%S}",
                    ]
                )
                for message in messages.order_by("-state_at", "-id")[: options["limit"]]
            )
