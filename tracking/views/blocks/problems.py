"""What became of problems, and what the shopper is asked about them."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tracking.models import Case, CaseEntry, DeliverySettings
from tracking.page.case_cards import case_cards
from tracking.page.days import Days
from tracking.selectors.cases import cases_on_page
from tracking.services.cases.answering import days_offered
from tracking.views.blocks.base import Block, Rows
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    if not visit.found.has_cases:
        return None
    cases = cases_on_page(order_id=visit.order.id, now=visit.now)
    cards = case_cards(
        cases,
        parcels=visit.parcel_names,
        days=Days(texts=visit.texts, now=visit.now, time_zone=ZoneInfo(visit.merchant.time_zone)),
        verified=visit.verified,
        choosable=days_offered(merchant=visit.merchant, order=visit.order, now=visit.now),
    )
    return {"cards": cards, "path": visit.path, "code_url": visit.code_url} if cards else None


_OF_ITS_CASES = "case_id IN (SELECT id FROM tracking_case WHERE merchant_id = o.merchant_id AND order_id = o.id)"

BLOCK = Block(
    "problems",
    _read,
    mandatory=True,
    depends_on=(Rows(Case, "order_id = o.id"), Rows(CaseEntry, _OF_ITS_CASES), Rows(DeliverySettings, "true")),
)
