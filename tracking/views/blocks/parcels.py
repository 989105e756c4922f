"""Each parcel of the order on a card of its own."""

from collections.abc import Mapping

from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    return {"parcels": visit.page.parcels, "code_url": visit.code_url} if visit.page.parcels else None


BLOCK = Block("parcels", _read, mandatory=True)
