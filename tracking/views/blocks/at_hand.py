"""Keeping the page at hand: the expected days for the calendar, and the way from a desk to a telephone."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from postpurchase.accounts.own_hosts import pages_origin
from tracking.page.calendar import expected_deliveries
from tracking.page.qr import qr_code
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    today = visit.now.astimezone(ZoneInfo(visit.merchant.time_zone)).date()
    expected = expected_deliveries(visit.found.facts, today=today)
    origin = pages_origin(merchant_id=visit.merchant.id, store_id=visit.order.store_id)
    return {
        "calendar": f"{visit.path}/delivery.ics" if expected else "",
        "qr": qr_code(f"{origin}{visit.path}"),
    }


BLOCK = Block("at_hand", _read)
