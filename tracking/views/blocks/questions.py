"""The questions people have in this situation, with their answers."""

from collections.abc import Mapping

from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    questions = [f"faq.{question}" for question in visit.page.questions]
    links = [
        {"key": key, "url": url}
        for key, url in (("faq.return", visit.store.return_url), ("faq.withdrawal", visit.store.withdrawal_url))
        if url
    ]
    return {"questions": questions, "links": links} if questions or links else None


BLOCK = Block("questions", _read)
