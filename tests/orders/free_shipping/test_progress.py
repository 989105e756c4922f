"""Which threshold counts, how far an amount is, and the sentence in each voice."""

from decimal import Decimal

import pytest

from orders.free_shipping.progress import Threshold, progress, threshold_for
from orders.free_shipping.words import money_words, offer_words, order_words, progress_words

EVERYWHERE = Threshold("", "EUR", Decimal(80))
GERMANY = Threshold("DE", "EUR", Decimal("50.00"))
SWITZERLAND = Threshold("CH", "CHF", Decimal("120.50"))
ALL = [EVERYWHERE, GERMANY, SWITZERLAND]


@pytest.mark.parametrize(
    ("country", "currency", "expected"),
    [
        ("DE", "EUR", GERMANY),
        ("FR", "EUR", EVERYWHERE),
        ("", "EUR", EVERYWHERE),
        ("CH", "CHF", SWITZERLAND),
        ("CH", "EUR", EVERYWHERE),
        ("DE", "CHF", None),
        ("DE", "USD", None),
    ],
)
def test_a_countrys_own_threshold_comes_before_the_general_one(country, currency, expected) -> None:
    assert threshold_for(ALL, country=country, currency=currency) == expected


@pytest.mark.parametrize(
    ("amount", "missing", "percent", "reached"),
    [
        ("0", "50.00", 0, False),
        ("35.10", "14.90", 70, False),
        ("49.99", "0.01", 99, False),
        ("49.9999", "0.0001", 99, False),
        ("50", "0", 100, True),
        ("500", "0", 100, True),
    ],
)
def test_percent_is_a_hundred_only_when_it_is_reached(amount, missing, percent, reached) -> None:
    found = progress(Decimal(amount), GERMANY)

    assert (found.missing, found.percent, found.is_reached) == (Decimal(missing), percent, reached)


@pytest.mark.parametrize(
    ("language", "tone", "missing", "reached", "offer"),
    [
        (
            *("de", "sie", "Noch 14,90\xa0€ bis zum kostenlosen Versand", "Der Versand ist für Sie kostenlos"),
            "Ihre nächste Bestellung versenden wir ab 50\xa0€ kostenlos.",
        ),
        (
            *("de", "du", "Noch 14,90\xa0€ bis zum kostenlosen Versand", "Der Versand ist für dich kostenlos"),
            "Deine nächste Bestellung versenden wir ab 50\xa0€ kostenlos.",
        ),
        (
            *("en", "sie", "€14.90 to go for free delivery", "Your delivery is free"),
            "Delivery of your next order is free from €50.",
        ),
    ],
)
def test_the_sentences_of_each_voice(language, tone, missing, reached, offer) -> None:
    half, whole = progress(Decimal("35.10"), GERMANY), progress(Decimal(50), GERMANY)

    assert progress_words(half, language=language, tone=tone) == missing
    assert progress_words(whole, language=language, tone=tone) == reached
    assert offer_words(GERMANY, language=language, tone=tone) == offer


def test_amounts_are_written_as_the_country_does() -> None:
    assert money_words(Decimal(120), "CHF", language="de-CH") == "CHF\xa0120"
    assert money_words(Decimal("120.50"), "CHF", language="de-CH") == "CHF\xa0120.50"
    assert money_words(Decimal(5000), "JPY", language="en") == "JP¥5,000"
    assert money_words(Decimal("49.90"), "EUR", language="de-AT") == "€\xa049,90"
    assert money_words(Decimal(50), "EUR", language="a language of its own") == "€50"


@pytest.mark.parametrize(
    ("language", "below", "reached"),
    [
        ("de", "Diese Bestellung: 35,10\xa0€ von 50\xa0€", "Diese Bestellung erreicht das mit 72\xa0€."),
        ("de-CH", "Diese Bestellung: EUR\xa035.10 von EUR\xa050", "Diese Bestellung erreicht das mit EUR\xa072."),
        ("en", "This order: €35.10 of €50", "This order reaches that with €72."),
    ],
)
@pytest.mark.parametrize("tone", ["sie", "du"])
def test_what_is_said_of_an_order_beside_the_threshold(language, tone, below, reached) -> None:
    said = [
        order_words(value, progress(value, GERMANY), language=language, tone=tone)
        for value in (Decimal("35.10"), Decimal(72))
    ]

    assert said == [below, reached]
