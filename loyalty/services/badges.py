"""Declaring badges. Awarding them follows from events (``award.py``) and, afterwards, from a review (``review.py``)."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from loyalty.badges import Goal
from loyalty.enums import BadgePicture, BadgeRule
from loyalty.models import Badge
from postpurchase.accounts.models import Merchant

LONGEST_NAME = 60
LONGEST_SENTENCE = 200
LARGEST_GOAL = Decimal(1_000_000)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CURRENCY = re.compile(r"[A-Z]{3}")


class WrongBadge(ValueError):
    """The badge cannot be declared. ``field`` is the one at fault, ``code`` says why.

    Codes: ``slug_shape``, ``slug_taken``, ``goal_range``, ``goal_whole``, ``currency_shape``, ``currency_needless``,
    ``name_missing``, ``name_long``, ``sentence_long``, ``nameless_sentence``, ``picture_unknown``, ``rule_unknown``.
    """

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field, self.code = field, code


@dataclass(frozen=True, slots=True)
class BadgeInput:
    """What a merchant says of a badge; see ``Badge``. Empty words count as not said."""

    picture: str
    rule: str
    goal: Decimal
    currency: str
    names: Mapping[str, str]
    sentences: Mapping[str, str]
    active: bool = True


def declare_badge(*, merchant: Merchant, slug: str, data: BadgeInput, now: dt.datetime) -> Badge:
    """Declare a new badge. Who meets the rule already gets it within minutes. Raises ``WrongBadge``.

    Needs the merchant's scope.
    """
    if not _SLUG.fullmatch(slug) or len(slug) > 60:
        raise WrongBadge("slug", "slug_shape")
    if Badge.objects.filter(slug=slug).exists():
        raise WrongBadge("slug", "slug_taken")
    return _store(Badge(merchant=merchant, slug=slug, created_at=now), data, now)


def checked_goal(data: BadgeInput) -> Goal:
    """Return what a badge would be for, if it could be declared like this. Raises ``WrongBadge``."""
    _check(data)
    return Goal(BadgeRule(data.rule), data.goal, data.currency)


def change_badge(*, badge: Badge, data: BadgeInput, now: dt.datetime) -> Badge:
    """Say a badge anew. Whoever has it keeps it; who meets the new rule gets it. Raises ``WrongBadge``.

    Needs the merchant's scope.
    """
    return _store(badge, data, now)


def _store(badge: Badge, data: BadgeInput, now: dt.datetime) -> Badge:
    _check(data)
    badge.picture, badge.rule, badge.goal, badge.currency = data.picture, data.rule, data.goal, data.currency
    badge.names, badge.sentences, badge.active = _said(data.names), _said(data.sentences), data.active
    # Everybody is looked at again, from the first.
    badge.review_due_at, badge.reviewed_to = now, None
    badge.save()
    return badge


def _said(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in words.items() if text.strip()}


def _check(data: BadgeInput) -> None:
    _check_goal(data)
    _check_words(_said(data.names), _said(data.sentences))
    if data.picture not in BadgePicture:
        raise WrongBadge("picture", "picture_unknown")


def _check_goal(data: BadgeInput) -> None:
    if data.rule not in BadgeRule:
        raise WrongBadge("rule", "rule_unknown")
    if not 0 < data.goal <= LARGEST_GOAL:
        raise WrongBadge("goal", "goal_range")
    if data.rule == BadgeRule.SPENT:
        if not _CURRENCY.fullmatch(data.currency):
            raise WrongBadge("currency", "currency_shape")
    elif data.currency:
        raise WrongBadge("currency", "currency_needless")
    elif data.goal != data.goal.to_integral_value():
        raise WrongBadge("goal", "goal_whole")


def _check_words(names: Mapping[str, str], sentences: Mapping[str, str]) -> None:
    if not names:
        raise WrongBadge("names", "name_missing")
    if any(len(name) > LONGEST_NAME for name in names.values()):
        raise WrongBadge("names", "name_long")
    if any(len(sentence) > LONGEST_SENTENCE for sentence in sentences.values()):
        raise WrongBadge("sentences", "sentence_long")
    if _languages(sentences) - names.keys():
        raise WrongBadge("names", "nameless_sentence")


def _languages(sentences: Iterable[str]) -> set[str]:
    """``de_du`` is German."""
    return {key.partition("_")[0] for key in sentences}
