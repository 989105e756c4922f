"""The merchant's own questions, then those people have in this situation, with their answers."""

from collections.abc import Mapping

from postpurchase.lib.texts import primary_language
from tracking.design.content import questions_in
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    own = questions_in(visit.design, language=visit.texts.language)
    page_language = primary_language(visit.texts.language)
    asked = [
        {
            "question": one.question,
            "answer": one.answer,
            "language": "" if primary_language(one.language) == page_language else one.language,
        }
        for one in own
    ]
    if own and visit.design.only_own_questions:
        return {"own": asked, "questions": (), "links": ()}
    questions = [f"faq.{question}" for question in visit.page.questions]
    links = [
        {"key": key, "url": url}
        for key, url in (("faq.return", visit.store.return_url), ("faq.withdrawal", visit.store.withdrawal_url))
        if url
    ]
    return {"own": asked, "questions": questions, "links": links} if asked or questions or links else None


BLOCK = Block("questions", _read)
