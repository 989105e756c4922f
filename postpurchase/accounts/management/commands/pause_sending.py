from typing import Any

from django.core.management.base import CommandError, CommandParser

from messaging.services.after_restore import doubt_due_messages
from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.services.merchants import pause_sending
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "Hold back everything a merchant would send (--resume lets it go again); nothing is lost meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--resume", action="store_true")
        parser.add_argument(
            "--drop-due",
            action="store_true",
            help="with --resume, after a restore: send nothing that was due until now; it becomes unknown",
        )

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        paused = not options["resume"]
        if options["drop_due"]:
            if paused:
                raise CommandError("--drop-due goes with --resume.")
            now = clock.now()
            dropped = doubt_due_messages(merchant_id=merchant.id, restored_at=now, now=now)
            self.stderr.write(f"{dropped} messages that were due are not sent.")
        changed = pause_sending(merchant=merchant, paused=paused)
        state = "paused" if paused else "on"
        return f"Sending of “{merchant.slug}” {'is now' if changed else 'was already'} {state}."
