"""What a marketing mail recommends: the engine of the tracking page and the API, in the words of the mail."""

import datetime as dt
from collections.abc import Sequence

from messaging.content.facts import RecommendedFacts
from messaging.content.formats import one_line
from messaging.enums import ADVERTISING, Purpose
from messaging.models import Message
from messaging.services.web_addresses import own_picture, web_address
from orders.models import OrderLine
from orders.recommendations.choose import AGAIN, Reason
from orders.recommendations.select import recommend
from orders.recommendations.words import reason_texts, reason_words

SHOWN = 3
# Some have no page to go to.
ASKED = 6


def recommended_for(
    *, message: Message, lines: Sequence[OrderLine], language: str, now: dt.datetime
) -> tuple[RecommendedFacts, ...]:
    """Return up to ``SHOWN`` articles for the order that ``message`` is about, empty where none is good.

    Empty for every message that is no marketing or has another subject. What is merely popular is not good enough to
    write for. What the person bought before may be a reason (unless the merchant says no): the mail is theirs alone.
    Needs the merchant's scope.
    """
    if message.message_class != Purpose.MARKETING or message.template not in ADVERTISING:
        return ()
    found = recommend(
        basket=[line.sku for line in lines if line.sku],
        customer_id=message.customer_id,
        use_history=True,
        limit=ASKED,
        now=now,
    )
    texts = reason_texts(language=language, tone=message.tone)
    good = [one for one in found if one.reason is not Reason.POPULAR and web_address(one.product.url)]
    return tuple(
        RecommendedFacts(
            name=one_line(one.product.name),
            why=one_line(
                reason_words(texts, reason=one.reason, because=one.because, last_bought=one.last_bought, now=now)
            ),
            url=one.product.url,
            picture_url=own_picture(one.product.image_url),
            again=one.reason in AGAIN,
        )
        for one in good[:SHOWN]
    )
