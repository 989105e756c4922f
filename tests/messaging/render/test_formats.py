import datetime as dt
from decimal import Decimal

import pytest

from messaging.content.facts import DaySpan, PersonFacts
from messaging.content.formats import Speech, one_line, presentable_name, subject_line
from messaging.services.mail_context import address_lines
from postpurchase.lib.texts import texts_for

TODAY = dt.date(2026, 11, 24)


def speech(language: str, tone: str = "sie") -> Speech:
    return Speech(texts=texts_for("messaging", language=language, tone=tone), tone=tone, today=TODAY)


@pytest.mark.parametrize(
    ("language", "currency", "amount", "written"),
    [
        ("de", "EUR", "1249.90", "1.249,90 €"),
        ("de-AT", "EUR", "1249.90", "€ 1.249,90"),
        ("de-CH", "CHF", "49.90", "CHF 49.90"),
        ("de-CH", "CHF", "1249.9", "CHF 1’249.90"),
        ("de-CH", "EUR", "49.90", "EUR 49.90"),
        ("en", "GBP", "1249.90", "£1,249.90"),
        ("en", "CHF", "49.90", "CHF 49.90"),
        ("en-US", "USD", "49.90", "$49.90"),
        ("de", "JPY", "4990", "4.990 ¥"),
        ("en", "JPY", "4990", "JP¥4,990"),
        ("de", "KWD", "4.9905", "4,990 KWD"),
        ("en", "KWD", "4.99", "KWD 4.990"),
        ("fr", "EUR", "4.99", "€4.99"),
        ("de", "EUR", "0", "0,00 €"),
        ("de", "EUR", "-5", "-5,00 €"),
    ],
)
def test_money_is_written_as_the_country_does(language: str, currency: str, amount: str, written: str) -> None:
    assert speech(language).money(Decimal(amount), currency).replace("\u00a0", " ") == written


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("de", "Donnerstag, 26. November", "Do., 26.11."),
        ("de-AT", "Donnerstag, 26. November", "Do., 26.11."),
        ("en", "Thursday, 26 November", "Thu 26 Nov"),
        ("en-US", "Thursday, November 26", "Thu, Nov 26"),
    ],
)
def test_days_name_the_weekday_and_the_year_only_where_it_is_another(language: str, long: str, short: str) -> None:
    assert speech(language).day(dt.date(2026, 11, 26)) == long
    assert speech(language).short_day(dt.date(2026, 11, 26)) == short


def test_a_day_of_another_year_says_so() -> None:
    new_year = dt.date(2027, 1, 4)

    assert [speech(language).day(new_year) for language in ("de", "de-AT", "en", "en-US")] == [
        "Montag, 4. Januar 2027",
        "Montag, 4. Jänner 2027",
        "Monday, 4 January 2027",
        "Monday, January 4, 2027",
    ]


def test_a_span_of_one_day_is_that_day() -> None:
    first, last = dt.date(2026, 11, 26), dt.date(2026, 11, 28)

    assert speech("de").span(DaySpan(first, last)) == "Donnerstag, 26. November bis Samstag, 28. November"
    assert speech("de").span(DaySpan(first, first)) == "Donnerstag, 26. November"
    assert speech("en").short_span(DaySpan(first, last)) == "Thu 26 Nov to Sat 28 Nov"


ANNA = PersonFacts(first_name="Anna", last_name="Muster", company="Muster & Söhne")


@pytest.mark.parametrize(
    ("language", "tone", "person", "greeting"),
    [
        ("de", "sie", ANNA, "Guten Tag Anna Muster,"),
        ("de", "du", ANNA, "Hallo Anna,"),
        ("de-CH", "sie", ANNA, "Guten Tag Anna Muster"),
        ("de-CH", "du", ANNA, "Hallo Anna"),
        ("en", "sie", ANNA, "Hello Anna,"),
        ("de", "sie", PersonFacts(first_name="Anna"), "Guten Tag Anna,"),
        # Herr or Frau would be a guess.
        ("de", "sie", PersonFacts(last_name="Muster"), "Guten Tag,"),
        ("de", "du", PersonFacts(last_name="Muster"), "Hallo,"),
        ("de", "sie", PersonFacts(company="Muster & Söhne"), "Guten Tag, liebes Team von Muster & Söhne,"),
        ("de", "du", PersonFacts(company="Muster & Söhne"), "Hallo, liebes Team von Muster & Söhne,"),
        ("en", "sie", PersonFacts(company="Muster & Söhne"), "Hello to everyone at Muster & Söhne,"),
        ("de", "sie", PersonFacts(), "Guten Tag,"),
        ("en", "sie", PersonFacts(), "Hello,"),
        ("de", "sie", PersonFacts(first_name="Anna\r\nBcc: a", last_name="{x}"), "Guten Tag Anna Bcc: a,"),
        ("de", "du", PersonFacts(first_name="Gewinne jetzt auf evil.example/win"), "Hallo,"),
    ],
)
def test_salutation(language: str, tone: str, person: PersonFacts, greeting: str) -> None:
    assert speech(language, tone).salutation(person) == greeting


@pytest.mark.parametrize(
    ("name", "presented"),
    [
        ("  Anna \u200b Maria ", "Anna Maria"),
        ("Jean-Luc d’Orléans", "Jean-Luc d’Orléans"),
        ("J.R. Muster", "J.R. Muster"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("李小龍", "李小龍"),
        ("Dr. Muster", "Dr. Muster"),
        ("https://evil.example", ""),
        ("besuche evil.example", ""),
        ("www evil", "www evil"),
        ("a@b", ""),
        ("<b>Anna</b>", ""),
        ("A" * 61, ""),
    ],
)
def test_a_name_with_an_address_in_it_is_no_name(name: str, presented: str) -> None:
    assert presentable_name(name) == presented


def test_a_subject_is_one_line_of_bounded_length() -> None:
    assert subject_line("Bestellung 1\r\nBcc: eve@example.com\x00") == "Bestellung 1 Bcc: eve@example.com"
    assert subject_line("\u202eabc\u2066") == "abc"
    assert len(subject_line("x" * 400)) == 150
    assert one_line(" a\t\nb ") == "a b"


@pytest.mark.parametrize(("language", "country"), [("pl", "Niemcy"), ("fr-CH", "Allemagne")])
def test_an_address_is_written_in_a_language_that_a_merchant_added(language: str, country: str) -> None:
    address = {"name": "Anna Muster", "street": "Weg 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}

    assert address_lines(address, language) == ("Anna Muster", "Weg 1", "10115 Berlin", country)
