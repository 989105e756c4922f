"""The shopper's points, with the way to their page: for who has given a one-time code."""

from collections.abc import Mapping

from loyalty.selectors import balance, running_programme
from postpurchase.accounts import page_links
from postpurchase.accounts.models import PageKind
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit, remembered

REMEMBERED_SECONDS = 60


def _read(visit: Visit) -> Mapping[str, object] | None:
    customer, merchant = visit.customer, visit.merchant
    if customer is None or not visit.verified:
        return None

    def read() -> dict[str, object]:
        if running_programme(merchant=merchant) is None:
            return {}
        points = balance(merchant=merchant, customer=customer, now=visit.now).points
        if not points:
            return {}
        url = page_links.page_url(
            merchant_id=merchant.id,
            kind=PageKind.POINTS,
            subject_id=customer.id,
            now=visit.now,
            store_id=visit.order.store_id,
        )
        return {"count": points, "url": url}

    return remembered(f"page-points:{customer.id}", REMEMBERED_SECONDS, read) or None


BLOCK = Block("points", _read)
