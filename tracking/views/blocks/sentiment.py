"""Once everything is there: was it all right? One tap, and it can be changed. An open problem answers it."""

from collections.abc import Mapping

from loyalty.enums import Sentiment, SurveyKind
from loyalty.models import SurveyResponse
from loyalty.selectors import current_answer
from tracking.models import Case
from tracking.selectors.cases import has_open_case
from tracking.views.blocks.base import Block, Rows
from tracking.views.visit import Visit

# Score, icon and text of each face.
FACES = (
    (Sentiment.BAD.value, "sad", "sentiment.bad"),
    (Sentiment.OK.value, "neutral", "sentiment.ok"),
    (Sentiment.GOOD.value, "happy", "sentiment.good"),
)


def _read(visit: Visit) -> Mapping[str, object] | None:
    """``answer`` is ``ask``, ``good`` or ``other``."""
    if not visit.page.is_delivered:
        return None
    answer = current_answer(merchant=visit.merchant, order=visit.order, kind=SurveyKind.SENTIMENT)
    if answer is None and visit.found.has_cases and has_open_case(order_id=visit.order.id):
        return None
    said = "ask" if answer is None else "good" if answer.score == Sentiment.GOOD else "other"
    return {"answer": said, "faces": FACES, "url": f"{visit.path}/sentiment", "report": f"{visit.path}/report"}


BLOCK = Block("sentiment", _read, depends_on=(Rows(SurveyResponse, "order_id = o.id"), Rows(Case, "order_id = o.id")))
