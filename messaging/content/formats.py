"""How days, money and names are written, by language and country."""

import datetime as dt
import re
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import UnknownCurrencyError, format_currency, format_decimal

from messaging.content.facts import DaySpan, PersonFacts
from postpurchase.lib.texts import Texts

# Where a language tag names no country. English shops of this continent write 26 November, not November 26.
DEFAULT_COUNTRY = {"de": "DE", "en": "GB"}
LONG_DAY = {"de": "EEEE, d. MMMM", "en": "EEEE, d MMMM", "en_US": "EEEE, MMMM d"}
SHORT_DAY = {"de": "EEE, d.M.", "en": "EEE d MMM", "en_US": "EEE, MMM d"}
YEAR = {"de": " y", "en": " y", "en_US": ", y"}

NAME_LIMIT = 60
SUBJECT_LIMIT = 150
# What no name holds, but what people write into a name field to make a shop send their advertisement to a stranger.
_NOT_A_NAME = re.compile(r"[/\\@<>{}]|www\.|\w{2,}\.[a-z]{2,}(?:\W|$)", re.IGNORECASE)
# Control characters, line and paragraph separators, and the marks that turn the direction of writing.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def one_line(text: str) -> str:
    """Return ``text`` without line breaks, control characters and marks of direction, spaces collapsed."""
    return " ".join(_INVISIBLE.sub(" ", text).split())


def subject_line(text: str) -> str:
    """Return ``text`` fit for a Subject header: one line, at most ``SUBJECT_LIMIT`` characters."""
    line = one_line(text)
    return line if len(line) <= SUBJECT_LIMIT else line[: SUBJECT_LIMIT - 1].rstrip() + "…"


def presentable_name(name: str) -> str:
    """Return ``name`` as one line, or nothing where it is too long for a name or holds an address."""
    line = one_line(name)
    return "" if len(line) > NAME_LIMIT or _NOT_A_NAME.search(line) else line


def locale_for(language: str) -> Locale:
    """Return the Babel locale of the texts' ``language`` (``de``, ``de-CH``, ``en-US``, one a merchant added …)."""
    primary, _, region = language.partition("-")
    usual = f"{primary}_{DEFAULT_COUNTRY[primary]}" if primary in DEFAULT_COUNTRY else primary
    try:
        return Locale.parse(f"{primary}_{region}" if region else usual)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(usual)


class Speech:
    """The store's voice in one language and tone: its texts, and how it writes days, money and salutations."""

    def __init__(self, *, texts: Texts, tone: str, today: dt.date) -> None:
        self.texts = texts
        self.tone = tone
        self.today = today
        self.locale = locale_for(texts.language)
        self.swiss = texts.language in ("de-CH", "de-LI")

    def __call__(self, key: str, *, count: int | None = None, **values: object) -> str:
        return self.texts(key, count=count, **values)

    def opening(self, key: str, **values: object) -> str:
        """Return the text that follows the salutation.

        German goes on in small letters after the comma; Switzerland writes no comma and starts anew, as does English.
        """
        text = self.texts(key, count=None, **values)
        return capitalised(text) if self.swiss or self.locale.language == "en" else text

    def salutation(self, person: PersonFacts) -> str:
        """Return how the person is greeted. Nobody's gender is guessed; without a usable name it stays friendly."""
        first, last = presentable_name(person.first_name), presentable_name(person.last_name)
        company = presentable_name(person.company)
        formal = self.locale.language == "de" and self.tone == "sie"
        if first and last and formal:
            text = self.texts("salutation.name", name=f"{first} {last}")
        elif first:
            text = self.texts("salutation.name", name=first)
        elif company:
            text = self.texts("salutation.company", company=company)
        else:
            text = self.texts("salutation.nobody")
        return text.removesuffix(",") if self.swiss else text

    def day(self, day: dt.date) -> str:
        """Return a day with its weekday; the year only where it is not this one."""
        return self._format_day(day, LONG_DAY)

    def short_day(self, day: dt.date) -> str:
        return self._format_day(day, SHORT_DAY)

    def span(self, span: DaySpan) -> str:
        """Return one day with its hours, or from one to another."""
        if span.has_hours:
            return self.texts("days.hours", day=self.day(span.latest), hours=self.hours(span))
        if span.earliest >= span.latest:
            return self.day(span.latest)
        return self.texts("days.span", earliest=self.day(span.earliest), latest=self.day(span.latest))

    def short_span(self, span: DaySpan) -> str:
        if span.has_hours:
            return self.texts("days.hours", day=self.short_day(span.latest), hours=self.hours(span))
        if span.earliest >= span.latest:
            return self.short_day(span.latest)
        return self.texts("days.span_short", earliest=self.short_day(span.earliest), latest=self.short_day(span.latest))

    def hours(self, span: DaySpan) -> str:
        """Return the hours of a span that has some."""
        begins, ends = (format_time(moment, "short", locale=self.locale) for moment in (span.begins, span.ends))
        return self.texts("days.between", begins=begins, ends=ends)

    def _format_day(self, day: dt.date, patterns: dict[str, str]) -> str:
        key = str(self.locale) if str(self.locale) in patterns else self.locale.language
        pattern = patterns[key] + (YEAR[key] if day.year != self.today.year else "")
        return format_date(day, pattern, locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        """Return an amount as the country writes it, with the currency's own number of decimals."""
        try:
            text = format_currency(amount, currency, locale=self.locale)
        except (UnknownCurrencyError, ValueError):
            text = f"{currency} {format_decimal(amount, locale=self.locale)}"
        # "CHF49.90" is how Babel writes English; letters want a space before the digits.
        return re.sub(r"(?<=[A-Za-z])(?=\d)", "\u00a0", text)

    def number(self, value: int) -> str:
        return format_decimal(value, locale=self.locale)


def capitalised(text: str) -> str:
    """Return ``text`` with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]
