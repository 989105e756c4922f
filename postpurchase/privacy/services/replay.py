"""Erasing again after a backup was restored: it may still hold people who have been forgotten since.

The list is kept apart from the database: ``manage.py list_erasures`` writes it, and so does the log, one line for each
erasure (``privacy.erasure_accepted``). Both are JSON lines that name merchant and customer by our own ids.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orders.models import Customer
from postpurchase.accounts.models import Merchant
from postpurchase.accounts.scoping import all_merchants, merchant_scope
from postpurchase.privacy.models import Erasure, ErasureSource, ErasureState
from postpurchase.privacy.services.erase import request_erasure


@dataclass(frozen=True, slots=True)
class Replay:
    """``erased`` anew, ``were_erased`` already in this state, ``not_there`` because the backup is older than they."""

    erased: int
    were_erased: int
    not_there: int


def erasure_lines() -> Iterator[str]:
    """Yield one JSON line for each person whose erasure was carried out or begun. Looks across merchants."""
    with all_merchants("the list of all who were forgotten"):
        rows = Erasure.objects.exclude(state=ErasureState.HELD).order_by("requested_at", "id")
        for merchant_id, customer_id, requested_at in rows.values_list("merchant_id", "customer_id", "requested_at"):
            yield json.dumps(
                {
                    "merchant": str(merchant_id),
                    "customer_id": str(customer_id),
                    "requested_at": requested_at.isoformat(),
                }
            )


def replay_erasures(*, lines: Iterable[str], now: dt.datetime) -> Replay:
    """Ask again for every erasure named in ``lines``; other lines of a log are passed over. Safe to repeat.

    Each person is a transaction of their own. The workers carry it out as they would any other.
    """
    counts = {"erased": 0, "were_erased": 0, "not_there": 0}
    for merchant_id, customer_id in dict.fromkeys(filter(None, map(_named_in, lines))):
        counts[_erase_again(merchant_id, customer_id, now)] += 1
    return Replay(**counts)


def _erase_again(merchant_id: uuid.UUID, customer_id: uuid.UUID, now: dt.datetime) -> str:
    with merchant_scope(merchant_id):
        merchant, customer = Merchant.objects.first(), Customer.objects.filter(pk=customer_id).first()
        if merchant is None or customer is None:
            return "not_there"
        if customer.erased_at is not None:
            return "were_erased"
        request_erasure(merchant=merchant, customer=customer, source=ErasureSource.REPLAY, now=now)
        return "erased"


def _named_in(line: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return merchant and customer of a line of the list, or of the log's line about an erasure."""
    try:
        told = json.loads(line)
        if not isinstance(told, dict) or told.get("event", "privacy.erasure_accepted") != "privacy.erasure_accepted":
            return None
        return uuid.UUID(told["merchant"]), uuid.UUID(told["customer_id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
