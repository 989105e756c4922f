"""``make_secrets DIR``: the secrets of a new installation, one file each."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.management.base import BaseCommand, CommandError, CommandParser

DATABASE = "postgres:5432/postpurchase"


class Command(BaseCommand):
    help = "Write new secrets for docker-compose.yml into a directory. Never overwrites one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a directory. Make it first: mkdir -m 700 {directory}")
        taken = sorted(name for name in new_secrets() if (directory / name).exists())
        if taken:
            raise CommandError(f"{directory} already holds {', '.join(taken)}; nothing was written.")
        written = new_secrets()
        for name, value in written.items():
            file = directory / name
            file.write_text(value)
            # The containers' user is not the host's. What keeps others out is the directory (mode 700).
            file.chmod(0o644)
        self.stdout.write(
            f"Wrote {len(written)} files. Put the passwords of your providers into smtp_password and "
            "twilio_auth_token; both are empty."
        )


def new_secrets() -> dict[str, str]:
    """File name → content. The addresses hold the passwords that stand beside them."""
    owner, product, broker = (secrets.token_urlsafe(32) for _ in range(3))
    return {
        "secret_key": secrets.token_urlsafe(48),
        "api_key_hash_key": secrets.token_urlsafe(48),
        "suppression_hash_key": secrets.token_urlsafe(48),
        "field_keys": secrets.token_urlsafe(48),
        "metrics_token": secrets.token_urlsafe(32),
        "postgres_password": secrets.token_urlsafe(32),
        "database_owner_password": owner,
        "database_password": product,
        "redis_password": broker,
        "database_owner_url": f"postgresql://postpurchase_owner:{quote(owner)}@{DATABASE}",
        "database_url": f"postgresql://postpurchase:{quote(product)}@{DATABASE}",
        "redis_url": f"redis://:{quote(broker)}@redis:6379/0",
        "smtp_password": "",
        "twilio_auth_token": "",
    }
