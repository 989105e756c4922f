"""How a page speaks: its texts, and numbers, days and money as the reader's country writes them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from loyalty.models import Programme
from orders.models import Customer, Order
from postpurchase.accounts.models import Merchant, Store
from postpurchase.lib.texts import Texts, texts_for
from tracking.languages import page_language

# Number and unit stay on one line.
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Speech:
    """``units`` names the programme's unit in the singular (``one``) and plural (``other``)."""

    texts: Texts
    locale: Locale
    zone: ZoneInfo
    units: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text; ``units`` and, for those that ask for it, the plural by ``count``."""
        return self.texts(key, **{"units": self.units["other"], **values})

    def number(self, value: int) -> str:
        """1.240 in German, 1’240 in Swiss German, 1,240 in English."""
        return str(format_decimal(value, locale=self.locale))

    def signed(self, value: int) -> str:
        """+45 and −45, with a real minus sign."""
        return f"{'+' if value > 0 else MINUS if value < 0 else ''}{self.number(abs(value))}"

    def points(self, value: int) -> str:
        """45 Punkte, 1 Punkt."""
        return f"{self.number(value)}{NO_BREAK_SPACE}{self.unit(value)}"

    def unit(self, value: int) -> str:
        """The unit that goes with a number."""
        return self.units["one" if abs(value) == 1 else "other"]

    def day(self, moment: dt.datetime) -> str:
        """6. Dezember 2026, in the merchant's time zone."""
        return str(format_date(moment.astimezone(self.zone).date(), format="long", locale=self.locale))

    def money(self, amount: Decimal, currency: str) -> str:
        """1 € and 0,50 €: without decimals where they are zero."""
        pattern = self.locale.currency_formats["standard"].pattern
        if amount == amount.to_integral_value():
            pattern = pattern.replace(".00", "")
        return str(format_currency(amount, currency, format=pattern, locale=self.locale, currency_digits=False))


def speech_for(
    *,
    merchant: Merchant,
    store: Store,
    programme: Programme | None,
    customer: Customer | None,
    order: Order | None,
    accepted: str = "",
) -> Speech:
    """Return how to speak to a shopper: in the order's language, else the customer's, the browser's, the store's.

    ``accepted`` is an Accept-Language header.
    """
    language = page_language(
        order=(order and order.language) or (customer and customer.language) or "",
        accepted=accepted,
        store=store.language,
        country=str(order.shipping_address.get("country") or "").upper() if order else "",
    )
    texts = texts_for("loyalty", language=language, tone=store.tone)
    return Speech(
        texts=texts,
        locale=_locale(texts.language),
        zone=ZoneInfo(merchant.time_zone),
        units=_units(programme, texts),
    )


def _locale(language: str) -> Locale:
    """Days are written as in the language's country; English that names none is British, as our shops are European."""
    try:
        return Locale.parse("en-GB" if language == "en" else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language.split("-")[0])


def _units(programme: Programme | None, texts: Texts) -> Mapping[str, str]:
    primary = texts.language.split("-")[0]
    named = (programme.units if programme else {}).get(primary, {})
    return {form: named.get(form) or texts(f"points.unit.{form}") for form in ("one", "other")}
