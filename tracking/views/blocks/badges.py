"""The shopper's badges: for who has given a one-time code."""

from collections.abc import Mapping

from loyalty.pages.badges import badge_lines
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    if visit.customer is None or not visit.verified:
        return None
    badges = badge_lines(
        merchant=visit.merchant, customer=visit.customer, language=visit.texts.language, tone=visit.store.tone
    )
    return {"badges": badges} if badges else None


# Nothing to depend on: a page that was opened with a code is never kept.
BLOCK = Block("badges", _read)
