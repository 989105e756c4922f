"""Which banner a shopper sees, and why. Pure and never by chance: the same facts, the same banner.

A campaign has rules; each rule it sets must hold. Of those that fit, the one with the smallest ``place`` is shown, and
where two have the same, the older one (ids are in the order in which they were made). The judgement of every campaign
is kept, so that a merchant can read why this one was shown and why each other one was not.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom a campaign is for; what is empty or None asks nothing.

    ``statuses`` are those of the order's most urgent parcel, ``ordered`` where there is none. ``customers`` is
    ``first`` or ``returning``. ``attribute`` is a customer's, by its name and the value as text (VIP, for example).
    ``in_trouble``: shown also while a parcel is in trouble or a case is open.
    """

    store_id: uuid.UUID | None = None
    language: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    countries: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    value_from: Decimal | None = None
    value_to: Decimal | None = None
    currency: str = ""
    customers: str = ""
    attribute: str = ""
    attribute_value: str = ""
    in_trouble: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A campaign as far as the choice goes. ``is_safe``: its link leads to the shop."""

    id: uuid.UUID
    place: int
    is_active: bool
    is_safe: bool
    rules: Rules


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the shopper and their order on a day of the merchant's."""

    store_id: uuid.UUID
    today: dt.date
    language: str
    country: str
    status: str
    skus: frozenset[str]
    categories: frozenset[str]
    value: Decimal
    currency: str
    is_returning: bool
    attributes: dict[str, str] = field(default_factory=dict)
    has_trouble: bool = False
    has_open_case: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """One campaign for one shopper: the rules that held and those that did not, by their names.

    ``outcome`` is ``shown``, ``behind`` (it fits, another comes first) or ``not_fitting``.
    """

    campaign_id: uuid.UUID
    outcome: str
    held: tuple[str, ...]
    failed: tuple[str, ...]


def choose(candidates: Iterable[Candidate], situation: Situation) -> list[Judgement]:
    """Return the judgement of every campaign, in the order in which they are considered; at most one is shown."""
    judgements = []
    is_taken = False
    for candidate in sorted(candidates, key=lambda one: (one.place, one.id)):
        held, failed = _judged(candidate, situation)
        outcome = "not_fitting" if failed else "behind" if is_taken else "shown"
        is_taken = is_taken or not failed
        judgements.append(Judgement(candidate.id, outcome, held, failed))
    return judgements


def reason_for_shoppers(judgement: Judgement) -> str:
    """Return which of the rules that held tells a shopper most truly why they see the banner, ``everybody`` if none."""
    told = ("product", "category", "returning", "first", "value", "country")
    return next((rule for rule in told if rule in judgement.held), "everybody")


def _judged(candidate: Candidate, situation: Situation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    answers = {name: holds(candidate, situation) for name, holds in _CHECKS.items()}
    if candidate.rules.customers:
        wants_returning = candidate.rules.customers == "returning"
        answers[candidate.rules.customers] = situation.is_returning == wants_returning
    held = tuple(name for name, answer in answers.items() if answer is True)
    return held, tuple(name for name, answer in answers.items() if answer is False)


def _among(wanted: Iterable[str], found: Iterable[str]) -> bool | None:
    """None where nothing is asked."""
    asked = set(wanted)
    return bool(asked & set(found)) if asked else None


def _is_in_time(candidate: Candidate, situation: Situation) -> bool | None:
    start, end = candidate.rules.starts_on, candidate.rules.ends_on
    if start is None and end is None:
        return None
    return (start is None or start <= situation.today) and (end is None or situation.today <= end)


def _has_value(candidate: Candidate, situation: Situation) -> bool | None:
    rules = candidate.rules
    if rules.value_from is None and rules.value_to is None:
        return None
    if rules.currency and rules.currency != situation.currency:
        return False
    least, most = rules.value_from, rules.value_to
    return (least is None or least <= situation.value) and (most is None or situation.value <= most)


def _is_calm(candidate: Candidate, situation: Situation) -> bool | None:
    """A banner beside bad news mocks the reader, unless the merchant wants just that one there."""
    is_troubled = situation.has_trouble or situation.has_open_case
    return None if candidate.rules.in_trouble else not is_troubled


def _has_attribute(candidate: Candidate, situation: Situation) -> bool | None:
    rules = candidate.rules
    if not rules.attribute:
        return None
    return situation.attributes.get(rules.attribute, "").casefold() == rules.attribute_value.casefold()


_CHECKS: dict[str, Callable[[Candidate, Situation], bool | None]] = {
    "active": lambda one, _: one.is_active,
    "link": lambda one, _: one.is_safe,
    "period": _is_in_time,
    "calm": _is_calm,
    "store": lambda one, now: None if one.rules.store_id is None else one.rules.store_id == now.store_id,
    "language": lambda one, now: _among(filter(None, [one.rules.language]), [now.language.split("-")[0]]),
    "status": lambda one, now: _among(one.rules.statuses, [now.status]),
    "product": lambda one, now: _among(one.rules.skus, now.skus),
    "category": lambda one, now: _among(one.rules.categories, now.categories),
    "country": lambda one, now: _among(one.rules.countries, [now.country]),
    "value": _has_value,
    "attribute": _has_attribute,
}
