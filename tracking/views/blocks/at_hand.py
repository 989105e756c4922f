"""Keeping the page at hand: the expected days for the calendar, and the way from a desk to a telephone."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from tracking.page.calendar import expected_deliveries
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    time_zone = ZoneInfo(visit.merchant.time_zone)
    expected = expected_deliveries(visit.found.facts, now=visit.now, time_zone=time_zone)
    return {"calendar": f"{visit.path}/delivery.ics" if expected else "", "qr": f"{visit.path}/qr.svg"}


BLOCK = Block("at_hand", _read)
