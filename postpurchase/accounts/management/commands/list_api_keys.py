import datetime as dt
from typing import Any

from postpurchase.accounts.management.base import MerchantCommand
from postpurchase.accounts.models import ApiKey, Merchant
from postpurchase.lib import clock


class Command(MerchantCommand):
    help = "List a merchant's API keys: prefix, name, state, last use, scopes."

    def work(self, merchant: Merchant, options: dict[str, Any]) -> str:
        now = clock.now()
        return "\n".join(
            "\t".join([key.prefix, key.name, _state(key, now), _last_use(key), ",".join(key.scopes)])
            for key in ApiKey.objects.order_by("created_at", "prefix")
        )


def _state(key: ApiKey, now: dt.datetime) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    if key.expires_at is not None:
        return f"{'ended' if key.expires_at <= now else 'until'} {key.expires_at:%Y-%m-%d}"
    return "live"


def _last_use(key: ApiKey) -> str:
    return f"used {key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
