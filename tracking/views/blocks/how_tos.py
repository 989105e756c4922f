"""Manuals, films and help for each article, once it is on its way."""

from collections.abc import Mapping

from tracking.page.how_tos import help_for
from tracking.services.register import is_web_address
from tracking.views.blocks.base import Block
from tracking.views.visit import Visit


def _read(visit: Visit) -> Mapping[str, object] | None:
    articles = [
        {"name": article.name, "links": links}
        for article in help_for(visit.found.facts, language=visit.texts.language)
        if (links := [link for link in article.links if is_web_address(link.url)])
    ]
    return {"articles": articles} if articles else None


BLOCK = Block("how_tos", _read)
