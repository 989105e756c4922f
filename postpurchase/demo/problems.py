"""What went wrong with past parcels of the demo: three shoppers say so, as they would on their tracking pages.

So the team's queue is not empty on the first day. Everything may run again: a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from postpurchase.accounts.models import Merchant
from tracking.models import CaseReason, Shipment
from tracking.services.cases.answering import Report, deny_delivery, report_problem

_WORDS = {
    "damaged": {
        "de": "Ein Teil hat leider einen Sprung, der Karton war an einer Ecke eingedrückt.",
        "en": "One piece has a crack, sadly. A corner of the box was dented.",
    },
    "missing": {
        "de": "Bei den Nachbarn habe ich gefragt, dort ist nichts abgegeben worden.",
        "en": "I have asked the neighbours, nothing was left with them.",
    },
    "missing_item": {
        "de": "Es war eins zu wenig im Paket.",
        "en": "There was one too few in the parcel.",
    },
}


def seed_problems(merchant: Merchant, *, started_at: datetime) -> None:
    """Let the shoppers of the three parcels that came last tell what is wrong. Needs the merchant's scope.

    Today's parcels, which travel meanwhile, are left alone.
    """
    delivered = Shipment.objects.filter(delivered_at__lte=started_at, order__backfill=True).select_related("order")
    newest = delivered.order_by("-delivered_at", "id")[: len(_TOLD)]
    for shipment, tell in zip(newest, _TOLD, strict=False):
        tell(merchant, shipment, started_at)


def _damaged(merchant: Merchant, shipment: Shipment, now: datetime) -> None:
    line = shipment.order.lines.order_by("position", "id").first()
    report = Report(CaseReason.DAMAGED, _words("damaged", shipment), shipment=shipment, line=line)
    report_problem(merchant=merchant, order=shipment.order, report=report, now=now)


def _missing(merchant: Merchant, shipment: Shipment, now: datetime) -> None:
    text = _words("missing", shipment)
    deny_delivery(merchant=merchant, order=shipment.order, shipment=shipment, text=text, now=now)


def _missing_item(merchant: Merchant, shipment: Shipment, now: datetime) -> None:
    report = Report(CaseReason.MISSING_ITEM, _words("missing_item", shipment), shipment=shipment)
    report_problem(merchant=merchant, order=shipment.order, report=report, now=now)


def _words(key: str, shipment: Shipment) -> str:
    return _WORDS[key]["de" if shipment.order.language.startswith("de") else "en"]


_TOLD: tuple[Callable[[Merchant, Shipment, datetime], None], ...] = (_damaged, _missing, _missing_item)
