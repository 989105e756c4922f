from typing import Any

from django.core.management.base import BaseCommand

from postpurchase.lib import clock
from postpurchase.operations.after_restore import Doubt, hold_everything


class Command(BaseCommand):
    help = (
        "To be run once, before web and workers start, on a database that was set back to an older state by any means. "
        "Pauses all sending; what was due by now becomes unknown, because it may have gone out."
    )

    def handle(self, *args: Any, **options: Any) -> str:
        now = clock.now()
        return report(hold_everything(restored_at=now, now=now))


def report(doubts: list[Doubt]) -> str:
    """Say per merchant what is in doubt and how to go on."""
    lines = [f"{doubt.merchant.slug}: sending paused, {doubt.messages} messages unknown." for doubt in doubts]
    return "\n".join(
        [
            *lines,
            "First repeat the erasures since the copy was made: manage.py replay_erasures (see its --help).",
            "Then start web and workers; shops push what is missing, pollers fetch it. Look at the messages that",
            "wait, and let each merchant go on: manage.py pause_sending <merchant> --resume (with --drop-due to send",
            "nothing that was due until then).",
        ]
    )
