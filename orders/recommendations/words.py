"""The reason of a recommendation in words, the same wherever it stands. Pure."""

import datetime as dt

from orders.recommendations.choose import Reason
from postpurchase.lib.texts import Texts, texts_for

# Up to here in days, then in weeks, then in months.
DAYS_UNTIL = 14
WEEKS_UNTIL = 63
DAYS_OF_A_MONTH = 30.4


def reason_texts(*, language: str, tone: str) -> Texts:
    """Return the texts that ``reason_words`` needs, for a BCP 47 language and a tone."""
    return texts_for("orders", language=language, tone=tone)


def reason_words(
    texts: Texts, *, reason: Reason, because: str = "", last_bought: dt.datetime | None = None, now: dt.datetime
) -> str:
    """Return the sentence: ``because`` is the name of the article it goes with."""
    if reason is Reason.REPLENISH and last_bought is not None:
        unit, count = _since(max((now - last_bought).days, 1))
        return texts(f"reason.replenish_{unit}", count=count)
    return texts(f"reason.{reason}", name=because)


def _since(days: int) -> tuple[str, int]:
    if days < DAYS_UNTIL:
        return "days", days
    if days < WEEKS_UNTIL:
        return "weeks", days // 7
    return "months", round(days / DAYS_OF_A_MONTH)
