import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.events.dispatch import retry_parked
from postpurchase.events.models import DeliveryState, EventDelivery
from postpurchase.lib import clock


class Command(BaseCommand):
    help = "List event deliveries that failed too often (parked), or give them another try once the cause is mended."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--merchant", metavar="SLUG", help="only this merchant's")
        parser.add_argument("--handler", help="only this handler's, by its dotted path")
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--retry", metavar="ID", type=uuid.UUID, help="try this one again")
        choice.add_argument("--retry-all", action="store_true", help="try all that would be listed again")

    def handle(self, *args: Any, **options: Any) -> str:
        parked = _parked(options["merchant"], options["handler"])
        if options["retry"]:
            parked = [delivery for delivery in parked if delivery.id == options["retry"]]
            if not parked:
                raise CommandError(f"There is no parked delivery {options['retry']}.")
        if options["retry"] or options["retry_all"]:
            return f"{sum(_retry(delivery) for delivery in parked)} deliveries are tried again."
        return "\n".join(
            "\t".join(
                [
                    str(delivery.id),
                    delivery.merchant.slug,
                    delivery.event.type,
                    delivery.handler,
                    f"{delivery.event.recorded_at:%Y-%m-%d %H:%M}",
                    delivery.last_error,
                ]
            )
            for delivery in parked
        )


def _parked(slug: str | None, handler: str | None) -> list[EventDelivery]:
    with all_merchants("an operator looks for what failed"):
        deliveries = EventDelivery.objects.filter(state=DeliveryState.PARKED).select_related("merchant", "event")
        if slug:
            deliveries = deliveries.filter(merchant__slug=slug)
        if handler:
            deliveries = deliveries.filter(handler=handler)
        return list(deliveries.order_by("sequence", "handler"))


def _retry(delivery: EventDelivery) -> bool:
    with merchant_scope(delivery.merchant_id):
        return retry_parked(delivery_id=delivery.id, now=clock.now())
