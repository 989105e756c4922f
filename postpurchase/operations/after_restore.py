"""What must happen before anything works on a database that was set back to an older state."""

import datetime as dt
from dataclasses import dataclass

from messaging.services.after_restore import doubt_due_messages
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.accounts.selectors import every_merchant
from postpurchase.accounts.services.merchants import pause_sending


@dataclass(frozen=True, slots=True)
class Doubt:
    """A merchant, and how many messages may have gone out since."""

    merchant: Merchant
    messages: int


def hold_everything(*, restored_at: dt.datetime, now: dt.datetime) -> list[Doubt]:
    """Pause every merchant's sending, and call unknown what was due by ``restored_at``. Safe to repeat."""
    with all_merchants("an older state came back"):
        merchants = list(every_merchant())
    report = []
    for merchant in merchants:
        with merchant_scope(merchant.id):
            pause_sending(merchant=merchant, paused=True)
            doubted = doubt_due_messages(merchant_id=merchant.id, restored_at=restored_at, now=now)
        report.append(Doubt(merchant=merchant, messages=doubted))
    return report
