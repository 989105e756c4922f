"""Taking a shopper's answer.

An answer given again does not overwrite: it is the next revision, and the latest counts. What is not said again stays
as it was, so a score may come first and the comment later. The same answer twice (a double tap, a reload) is one.
"""

import datetime as dt
from dataclasses import dataclass

from loyalty.enums import Sentiment, SurveyKind
from loyalty.models import SurveyResponse
from orders.models import Order
from postpurchase.accounts.models import Merchant
from postpurchase.events.record import Subject, record_event
from tracking.models import Shipment

LONGEST_COMMENT = 2000


class WrongAnswer(ValueError):
    """The answer cannot be stored. ``code``: ``score_missing``, ``score_out_of_range``, ``comment_too_long``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Recorded:
    """``changed`` is False where the same had been answered before."""

    response: SurveyResponse
    changed: bool


def record_response(
    *,
    merchant: Merchant,
    order: Order,
    kind: SurveyKind,
    source: str,
    now: dt.datetime,
    score: int | None = None,
    comment: str | None = None,
    shipment: Shipment | None = None,
) -> Recorded:
    """Store an answer to a survey about ``order`` (or one parcel of it) and record ``survey.answered``.

    ``None`` for score or comment means "not said": what was answered before stays. Raises ``WrongAnswer``. Needs the
    merchant's scope.
    """
    # Answers about one order wait for each other, so that a double tap finds the first one.
    Order.objects.select_for_update(no_key=True, of=("self",)).only("id").get(pk=order.pk)
    earlier = SurveyResponse.objects.filter(order=order, kind=kind, shipment=shipment).order_by("-revision").first()
    if score is None:
        score = earlier.score if earlier else None
    if comment is None:
        comment = earlier.comment if earlier else ""
    score, comment = _checked(kind, score, comment)
    if earlier is not None and (earlier.score, earlier.comment) == (score, comment):
        return Recorded(earlier, changed=False)
    response = SurveyResponse.objects.create(
        merchant=merchant,
        order=order,
        shipment=shipment,
        customer_id=order.customer_id,
        kind=kind,
        score=score,
        comment=comment,
        revision=earlier.revision + 1 if earlier else 1,
        source=source,
        answered_at=now,
    )
    record_event(
        merchant_id=merchant.id,
        type="survey.answered",
        subject=Subject.order(order.id),
        data={
            "response_id": response.id,
            "kind": kind,
            "score": score,
            "revision": response.revision,
            "shipment_id": shipment.id if shipment else None,
        },
        now=now,
    )
    return Recorded(response, changed=True)


def _checked(kind: SurveyKind, score: int | None, comment: str) -> tuple[int, str]:
    if score is None:
        raise WrongAnswer("score_missing")
    allowed = range(11) if kind == SurveyKind.NPS else Sentiment.values
    if score not in allowed:
        raise WrongAnswer("score_out_of_range")
    # NUL cannot be stored, browsers send line ends as CR LF.
    comment = comment.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(comment) > LONGEST_COMMENT:
        raise WrongAnswer("comment_too_long")
    return score, comment
