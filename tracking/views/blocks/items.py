"""What was ordered, where the parcels do not list it all."""

from collections.abc import Mapping

from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    return {"items": visit.page.items} if visit.page.items else None


BLOCK = Block("items", _read)
