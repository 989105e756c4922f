"""What shoppers read of a threshold."""

from decimal import Decimal

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import format_currency

from orders.free_shipping.progress import Progress, Threshold
from postpurchase.lib.texts import texts_for

# The English of our shops is British.
COUNTRY_OF = {"de": "DE", "en": "GB"}


def progress_words(found: Progress, *, language: str, tone: str) -> str:
    """Return the sentence about a basket: how much is missing, or that it is reached."""
    texts = texts_for("orders", language=language, tone=tone)
    if found.is_reached:
        return texts("free_shipping.reached")
    missing = money_words(found.missing, found.threshold.currency, language=texts.language)
    return texts("free_shipping.missing", missing=missing)


def offer_words(threshold: Threshold, *, language: str, tone: str) -> str:
    """Return the sentence about the next order."""
    texts = texts_for("orders", language=language, tone=tone)
    amount = money_words(threshold.amount, threshold.currency, language=texts.language)
    return texts("free_shipping.next", amount=amount)


def order_words(value: Decimal, found: Progress, *, language: str, tone: str) -> str:
    """Return the sentence about an order whose goods cost ``value``; ``found`` is how far that goes."""
    texts = texts_for("orders", language=language, tone=tone)
    threshold = found.threshold
    value_text = money_words(value, threshold.currency, language=texts.language)
    if found.is_reached:
        return texts("free_shipping.order_reached", value=value_text)
    amount = money_words(threshold.amount, threshold.currency, language=texts.language)
    return texts("free_shipping.order", value=value_text, amount=amount)


def money_words(amount: Decimal, currency: str, *, language: str) -> str:
    """50 €, 14,90 €, CHF 50: as the country writes it, without decimals where they are zero."""
    locale = _locale(language)
    pattern = locale.currency_formats["standard"].pattern
    whole = amount == amount.to_integral_value()
    text = format_currency(
        amount, currency, format=pattern.replace(".00", "") if whole else None, locale=locale, currency_digits=not whole
    )
    return str(text)


def _locale(language: str) -> Locale:
    primary, _, region = language.partition("-")
    try:
        return Locale.parse(f"{primary}_{region or COUNTRY_OF.get(primary, '')}".rstrip("_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(f"{primary}_{COUNTRY_OF[primary]}" if primary in COUNTRY_OF else "en_GB")
