"""What is in no parcel yet."""

from collections.abc import Mapping

from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    return {"items": visit.page.unsent} if visit.page.unsent else None


BLOCK = Block("unsent", _read)
