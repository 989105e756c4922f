"""Which rule wins and how many points it gives. Pure: facts and terms in, points out; no clock, no database.

    purchase or answer ─▶ the one rule that wins ─▶ has its moment come? ─▶ Earning
    purchase + the terms it earned under ─▶ points_due ─▶ what is still to be posted, up or down

Points are integers. Money is an exact decimal and becomes points in a single rounding (half to even), so partial
refunds add up: what was earned minus what was taken back always equals what the money kept would have earned.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Self

from loyalty.enums import PURCHASE_TRIGGERS, SurveyKind, Trigger


class WrongConditions(ValueError):
    """A rule's conditions hold something that is not one of ours."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What narrows a rule; an empty tuple or None means no restriction.

    ``minimum`` is the least amount for goods, in the order's currency. ``surveys`` are ``SurveyKind`` values. An
    answer's score is no condition on purpose: nobody may be paid for a good mark.
    """

    currencies: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    surveys: tuple[str, ...] = ()
    minimum: Decimal | None = None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """Read what ``EarningRule.conditions`` holds. Raises ``WrongConditions`` naming the key."""
        lists = ("currencies", "stores", "surveys")
        values: dict[str, Any] = {}
        for key, value in data.items():
            if key in lists and isinstance(value, list) and all(isinstance(item, str) for item in value):
                values[key] = tuple(value)
            elif key == "minimum" and isinstance(value, str):
                values[key] = _decimal(key, value)
            else:
                raise WrongConditions(f"“{key}” is not a condition or has a value of the wrong kind")
        if unknown := set(values.get("surveys", ())) - set(SurveyKind.values):
            raise WrongConditions(f"“surveys” names {sorted(unknown)}")
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Rule:
    """An earning rule as the decision needs it; the fields are those of ``EarningRule``."""

    id: uuid.UUID
    key: str
    trigger: Trigger
    rank: int
    points: int
    per_amount: Decimal | None
    conditions: Conditions
    hold_days: int
    valid_from: dt.datetime | None
    valid_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """What counts about an order. ``goods`` is what was paid for goods, without shipping; ``refunded`` its part given
    back. ``delivered_at`` is when the last parcel arrived, None while something is still on its way."""

    placed_at: dt.datetime
    currency: str
    store: str
    goods: Decimal
    refunded: Decimal
    paid: bool
    cancelled: bool
    delivered_at: dt.datetime | None
    backfill: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What counts about a survey answer: that it was given, never what it says."""

    kind: SurveyKind
    store: str
    answered_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """How an amount becomes points: ``points`` per ``per_amount`` of money, or once where that is None."""

    points: int
    per_amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Earning:
    """Points to post. ``occurred_at`` is when they were earned, ``available_at`` from when they may be spent."""

    rule: Rule
    points: int
    occurred_at: dt.datetime
    available_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Prospect:
    """Points that will be posted once ``waits_for`` happens."""

    rule: Rule
    points: int
    waits_for: Trigger


def purchase_earning(purchase: Purchase, rules: Iterable[Rule], now: dt.datetime) -> Earning | None:
    """Return what a purchase earns now, or None where no rule matches or its moment has not come."""
    rule = _winner(_purchase_rules(purchase, rules))
    if rule is None:
        return None
    moment = _moment_reached(rule.trigger, purchase, now)
    points = points_due(Terms(rule.points, rule.per_amount), purchase)
    if moment is None or points <= 0:
        return None
    return Earning(rule, points, moment, moment + dt.timedelta(days=rule.hold_days))


def purchase_prospect(purchase: Purchase, rules: Iterable[Rule], now: dt.datetime) -> Prospect | None:
    """Return what a purchase will earn later, or None where nothing is to come or its moment is here already."""
    rule = _winner(_purchase_rules(purchase, rules))
    if rule is None or purchase.backfill or _moment_reached(rule.trigger, purchase, now) is not None:
        return None
    points = points_due(Terms(rule.points, rule.per_amount), purchase)
    return Prospect(rule, points, rule.trigger) if points > 0 else None


def answer_earning(answer: Answer, rules: Iterable[Rule]) -> Earning | None:
    """Return what answering a survey earns, or None where no rule matches."""
    rule = _winner(rule for rule in rules if _fits_answer(rule, answer))
    if rule is None:
        return None
    available_at = answer.answered_at + dt.timedelta(days=rule.hold_days)
    return Earning(rule, rule.points, answer.answered_at, available_at)


def points_due(terms: Terms, purchase: Purchase) -> int:
    """Return the points a purchase is worth under ``terms``, after cancellation and refunds; never negative."""
    if purchase.cancelled:
        return 0
    goods = Fraction(purchase.goods)
    kept = max(Fraction(0), goods - Fraction(purchase.refunded))
    if terms.per_amount is not None:
        return round(terms.points * kept / Fraction(terms.per_amount))
    if kept == goods:
        return terms.points
    return round(terms.points * kept / goods)


def arrived_at(purchase: Purchase) -> dt.datetime | None:
    """Return when all of a purchase had arrived, or None. Imported history that was paid for counts as delivered."""
    if purchase.backfill:
        return (purchase.delivered_at or purchase.placed_at) if purchase.paid else None
    return purchase.delivered_at


def purchase_key(*, order_id: uuid.UUID) -> str:
    """Return the source key under which an order's purchase earns: once, whatever rule wins."""
    return f"purchase:{order_id}"


def survey_key(*, kind: str, order_id: uuid.UUID) -> str:
    """Return the source key under which answering a survey about an order earns: once, however often it changes."""
    return f"survey:{kind}:{order_id}"


def _purchase_rules(purchase: Purchase, rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.trigger in PURCHASE_TRIGGERS and _fits_purchase(rule, purchase)]


def _fits_purchase(rule: Rule, purchase: Purchase) -> bool:
    conditions = rule.conditions
    return (
        _valid_at(rule, purchase.placed_at)
        and purchase.currency in (conditions.currencies or (purchase.currency,))
        and purchase.store in (conditions.stores or (purchase.store,))
        and (conditions.minimum is None or purchase.goods >= conditions.minimum)
    )


def _fits_answer(rule: Rule, answer: Answer) -> bool:
    conditions = rule.conditions
    return (
        rule.trigger == Trigger.SURVEY_ANSWERED
        and _valid_at(rule, answer.answered_at)
        and answer.kind in (conditions.surveys or (answer.kind,))
        and answer.store in (conditions.stores or (answer.store,))
    )


def _valid_at(rule: Rule, moment: dt.datetime) -> bool:
    return (rule.valid_from is None or rule.valid_from <= moment) and (
        rule.valid_until is None or moment < rule.valid_until
    )


def _winner(rules: Iterable[Rule]) -> Rule | None:
    return min(rules, key=lambda rule: rule.rank, default=None)


def _moment_reached(trigger: Trigger, purchase: Purchase, now: dt.datetime) -> dt.datetime | None:
    """Return when the rule's moment came, or None. Of history, all moments came when it had arrived."""
    if purchase.backfill or trigger == Trigger.ORDER_DELIVERED:
        return arrived_at(purchase)
    if trigger == Trigger.ORDER_PLACED:
        return purchase.placed_at
    return now if purchase.paid else None  # shops do not tell when; it is when we heard of it


def _decimal(key: str, value: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise WrongConditions(f"“{key}” is not a number") from None
    if not number.is_finite() or number < 0:
        raise WrongConditions(f"“{key}” is not an amount")
    return number
