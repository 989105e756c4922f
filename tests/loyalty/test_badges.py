"""When a badge is earned and what it is called, as pure decisions."""

import datetime as dt
from decimal import Decimal

import pytest

from loyalty.badges import Goal, History, achieved, badge_words, full_years, is_earned
from loyalty.enums import BadgeRule

TODAY = dt.date(2026, 7, 15)
HISTORY = History(
    orders=3, products=5, answers=1, first_ordered_on=dt.date(2024, 7, 16), spent={"EUR": Decimal("99.99")}
)


@pytest.mark.parametrize(
    ("rule", "currency", "expected"),
    [
        (BadgeRule.ORDERS, "", "3"),
        (BadgeRule.PRODUCTS, "", "5"),
        (BadgeRule.ANSWERS, "", "1"),
        (BadgeRule.YEARS, "", "1"),
        (BadgeRule.SPENT, "EUR", "99.99"),
        (BadgeRule.SPENT, "CHF", "0"),
    ],
)
def test_each_rule_counts_its_own_and_the_goal_is_met_exactly_there(rule, currency, expected) -> None:
    amount = Decimal(expected)
    assert achieved(Goal(rule, Decimal(1), currency), HISTORY, TODAY) == amount

    assert is_earned(Goal(rule, amount, currency), HISTORY, TODAY)
    assert not is_earned(Goal(rule, amount + Decimal("0.01"), currency), HISTORY, TODAY)


@pytest.mark.parametrize("rule", BadgeRule)
def test_who_never_ordered_earns_nothing(rule) -> None:
    assert not is_earned(Goal(rule, Decimal(1), "EUR" if rule == BadgeRule.SPENT else ""), History(), TODAY)


@pytest.mark.parametrize(
    ("since", "today", "years"),
    [
        (dt.date(2024, 7, 15), dt.date(2026, 7, 14), 1),
        (dt.date(2024, 7, 15), dt.date(2026, 7, 15), 2),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28), 0),
        (dt.date(2024, 2, 29), dt.date(2025, 3, 1), 1),
        (dt.date(2026, 7, 15), dt.date(2026, 7, 15), 0),
    ],
)
def test_a_year_is_full_on_its_day(since, today, years) -> None:
    assert full_years(since, today) == years


NAMES = {"de": "Große Stütze", "en": "Regular"}
SENTENCES = {"de": "Sie sind „dabei“.", "de_du": "Du bist dabei.", "en": "You are in."}


@pytest.mark.parametrize(
    ("language", "tone", "expected"),
    [
        ("de", "sie", ("Große Stütze", "Sie sind „dabei“.", "de")),
        ("de", "du", ("Große Stütze", "Du bist dabei.", "de")),
        ("de-CH", "sie", ("Grosse Stütze", "Sie sind «dabei».", "de")),
        ("de_AT", "sie", ("Große Stütze", "Sie sind „dabei“.", "de")),
        ("en-GB", "du", ("Regular", "You are in.", "en")),
        ("fr", "sie", ("Regular", "You are in.", "en")),
    ],
)
def test_it_speaks_the_readers_language_and_tone(language, tone, expected) -> None:
    words = badge_words(names=NAMES, sentences=SENTENCES, language=language, tone=tone, otherwise="regular")

    assert (words.name, words.sentence, words.language) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"de": "Stütze"}, ("Stütze", "Sie sind „dabei“.", "de")),
        ({"nl": "Vaste klant"}, ("Vaste klant", "", "nl")),
        ({}, ("regular", "", "")),
    ],
)
def test_where_a_language_is_not_said_another_one_speaks(names, expected) -> None:
    words = badge_words(names=names, sentences=SENTENCES, language="it", tone="sie", otherwise="regular")

    assert (words.name, words.sentence, words.language) == expected


def test_without_words_for_du_those_for_sie_stand() -> None:
    words = badge_words(names=NAMES, sentences={"de": "Willkommen."}, language="de", tone="du", otherwise="regular")

    assert words.sentence == "Willkommen."
