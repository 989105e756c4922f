"""When a badge is earned, and what it is called. Pure: a customer's history and a day in, an answer out.

    history + rule ─▶ achieved (a number) ─▶ at least the goal? ─▶ earned

Each rule counts something that only grows, except that cancelling and giving back take away again: whoever reached the
goal meanwhile has the badge and keeps it.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from loyalty.enums import BadgeRule
from postpurchase.lib.texts import primary_language, swiss_spelling


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached: ``amount`` in the unit of the ``rule``, for ``SPENT`` in ``currency``."""

    rule: BadgeRule
    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What counts of a customer. ``orders`` and ``products`` arrived and were not given back as a whole, ``spent`` is
    what was kept of them in each currency, ``first_ordered_on`` a day of the merchant's."""

    orders: int = 0
    products: int = 0
    answers: int = 0
    first_ordered_on: dt.date | None = None
    spent: Mapping[str, Decimal] = field(default_factory=dict)


def is_earned(goal: Goal, history: History, today: dt.date) -> bool:
    """Say whether a history is enough on ``today``, a day of the merchant's."""
    return achieved(goal, history, today) >= goal.amount


def achieved(goal: Goal, history: History, today: dt.date) -> Decimal:
    """Return how far a customer has come, in the unit of the goal."""
    return _ACHIEVED[goal.rule](goal, history, today)


def full_years(since: dt.date, today: dt.date) -> int:
    """Return how many whole years lie between two days; who began on 29 February has a year full on 1 March."""
    return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


_ACHIEVED: dict[BadgeRule, Callable[[Goal, History, dt.date], Decimal]] = {
    BadgeRule.ORDERS: lambda goal, history, today: Decimal(history.orders),
    BadgeRule.PRODUCTS: lambda goal, history, today: Decimal(history.products),
    BadgeRule.ANSWERS: lambda goal, history, today: Decimal(history.answers),
    BadgeRule.YEARS: lambda goal, history, today: Decimal(
        full_years(history.first_ordered_on, today) if history.first_ordered_on else 0
    ),
    BadgeRule.SPENT: lambda goal, history, today: history.spent.get(goal.currency, Decimal(0)),
}


@dataclass(frozen=True, slots=True)
class BadgeWords:
    """A badge's name and sentence, and the ``language`` both are in."""

    name: str
    sentence: str
    language: str


def badge_words(
    *, names: Mapping[str, str], sentences: Mapping[str, str], language: str, tone: str, otherwise: str
) -> BadgeWords:
    """Return a badge's words for a reader of ``language`` (BCP 47), in the ``tone`` sie or du.

    Where the merchant said nothing in it: English, then German, then whatever there is; ``otherwise`` without a name.
    """
    known = next((one for one in (primary_language(language), "en", "de", *names) if names.get(one)), "")
    if not known:
        return BadgeWords(otherwise, "", "")
    sentence = (sentences.get("de_du") if known == "de" and tone == "du" else "") or sentences.get(known, "")
    if known == "de" and language.replace("_", "-").partition("-")[2].upper() in ("CH", "LI"):
        return BadgeWords(swiss_spelling(names[known]), swiss_spelling(sentence), "de")
    return BadgeWords(names[known], sentence, known)
