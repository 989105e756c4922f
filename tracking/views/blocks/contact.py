"""How to reach the shop."""

from collections.abc import Mapping

from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    phone = visit.store.support_phone
    return {"phone": phone} if visit.mail_link or phone else None


BLOCK = Block("contact", _read)
