"""A customer's badges in words, for every page that shows them."""

import datetime as dt
from dataclasses import dataclass

from loyalty.selectors.badges import badges_of_customer, words_of
from orders.models import Customer
from postpurchase.accounts.models import Merchant
from postpurchase.lib.texts import primary_language


@dataclass(frozen=True, slots=True)
class BadgeLine:
    """One badge. ``picture`` names an icon; ``language`` is that of its words where it is not the page's."""

    picture: str
    name: str
    sentence: str
    language: str
    earned_at: dt.datetime


def badge_lines(*, merchant: Merchant, customer: Customer, language: str, tone: str) -> tuple[BadgeLine, ...]:
    """Return a customer's badges, the latest first, for a page in ``language`` (BCP 47). Needs the merchant's scope."""
    lines = []
    for earned in badges_of_customer(merchant=merchant, customer=customer):
        words = words_of(badge=earned.badge, language=language, tone=tone)
        is_borrowed = words.language != primary_language(language)
        lines.append(
            BadgeLine(
                picture=earned.badge.picture,
                name=words.name,
                sentence=words.sentence,
                language=words.language if is_borrowed else "",
                earned_at=earned.earned_at,
            )
        )
    return tuple(lines)
