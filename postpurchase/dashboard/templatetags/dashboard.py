"""``{% load dashboard %}``: amounts and moments as a merchant reads them."""

import datetime as dt
from decimal import Decimal

from babel.numbers import format_currency
from django import template
from django.utils import formats, timezone
from django.utils.translation import get_language

register = template.Library()


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: ``1.234,50 €``."""
    return format_currency(amount, currency, locale="de" if _german() else "en_GB")


@register.filter
def moment(value: dt.datetime | None) -> str:
    """A point in time in the time zone that is active, to the minute; empty for None."""
    return _formatted(value, "d.m.Y, H:i" if _german() else "j M Y, H:i")


@register.filter
def day(value: dt.datetime | None) -> str:
    """A day with its weekday in the time zone that is active; empty for None."""
    return _formatted(value, "l, j. F Y" if _german() else "l, j F Y")


def _german() -> bool:
    return (get_language() or "").startswith("de")


def _formatted(value: dt.datetime | None, pattern: str) -> str:
    return formats.date_format(timezone.localtime(value), pattern) if value else ""
