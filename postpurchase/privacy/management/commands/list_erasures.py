from typing import Any

from django.core.management.base import BaseCommand

from postpurchase.privacy.services.replay import erasure_lines


class Command(BaseCommand):
    help = (
        "Write the list of all erasures (JSON lines, our own ids only). Keep it apart from the backups: after "
        "restoring one, replay_erasures needs it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each erasure."""
        for line in erasure_lines():
            self.stdout.write(line)
