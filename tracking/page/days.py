"""Dates as people say them, in the shopper's language and the merchant's time zone."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time

from postpurchase.lib.texts import Texts
from tracking.times import Times

# Patterns of CLDR's date fields: weekday and day, day, day with year, short. Babel's skeletons abbreviate
# weekdays. A day and its month stay on one line (no-break space).
_GERMAN = ("EEEE, d.\u00a0MMMM", "d.\u00a0MMMM", "d.\u00a0MMMM y", "d.M.")
_BRITISH = ("EEEE d\u00a0MMMM", "d\u00a0MMMM", "d\u00a0MMMM y", "d\u00a0MMM")
_AMERICAN = ("EEEE, MMMM\u00a0d", "MMMM\u00a0d", "MMMM\u00a0d, y", "MMM\u00a0d")

NOTHING = dt.timedelta(0)


@dataclass(frozen=True, slots=True)
class Days:
    """Says dates relative to ``now``: today, tomorrow, yesterday, else the weekday with the date."""

    texts: Texts
    now: dt.datetime
    time_zone: dt.tzinfo

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(self.time_zone).date()

    def local(self, moment: dt.datetime) -> dt.datetime:
        """Return a moment on the merchant's clock."""
        return moment.astimezone(self.time_zone)

    def name(self, day: dt.date) -> str:
        """„heute“, „morgen“, „Freitag, 17. Juli“; with the year where it is another one."""
        distance = (day - self.today).days
        if distance in (-1, 0, 1):
            return self.texts(("when.yesterday", "when.today", "when.tomorrow")[distance + 1])
        return self._format(0 if abs(distance) < 200 else 2, day)

    def full_name(self, day: dt.date) -> str:
        """„morgen, Freitag, 17. Juli“: the day's name does not depend on when the page was opened."""
        name = self.name(day)
        return name if abs((day - self.today).days) > 1 else f"{name}, {self._format(0, day)}"

    def date(self, day: dt.date) -> str:
        """„14. Juli“ (with the year where it is another one)."""
        return self._format(1 if day.year == self.today.year else 2, day)

    def short(self, day: dt.date) -> str:
        """„14.7.“"""
        return self._format(3, day)

    def moment(self, moment: dt.datetime) -> str:
        """„heute, 14:05 Uhr“"""
        local = self.local(moment)
        return self.texts("when.at", day=self.name(local.date()), time=self._clock(local))

    def hours(self, times: Times) -> str:
        """„heute zwischen 14:10 und 15:10 Uhr“; empty where clocks are put back in between and would say nonsense."""
        begins, ends = self.local(times.begins), self.local(times.ends)
        on_the_wall = ends.replace(tzinfo=None) - begins.replace(tzinfo=None)
        if on_the_wall < NOTHING or (on_the_wall == NOTHING and times.begins != times.ends):
            return ""
        if begins.date() != ends.date():
            return self.texts("when.window_overnight", begins=self.moment(begins), ends=self.moment(ends))
        if on_the_wall == NOTHING:
            return self.texts("when.window_at", day=self.full_name(begins.date()), time=self._clock(begins))
        is_today = begins.date() == self.today
        return self.texts(
            "when.window_today" if is_today else "when.window",
            day=self.full_name(begins.date()),
            begins=self._clock(begins),
            ends=self._clock(ends),
        )

    def _clock(self, local: dt.datetime) -> str:
        return _time(local.time().replace(second=0, microsecond=0), self.texts.language)

    def _format(self, length: int, day: dt.date) -> str:
        language = self.texts.language
        patterns = _GERMAN if language.startswith("de") else _AMERICAN if language == "en-US" else _BRITISH
        return _date(day, patterns[length], language)


# A page says the same few days and times again and again, and pages of one day share them.
@lru_cache(maxsize=4096)
def _date(day: dt.date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=_locale(language))


@lru_cache(maxsize=4096)
def _time(time: dt.time, language: str) -> str:
    return format_time(time, "short", locale=_locale(language))


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    """Plain English reads as in Britain: day before month, 24 hours."""
    try:
        return Locale.parse("en-GB" if language == "en" else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en-GB" if language.startswith("en") else "de", sep="-")
