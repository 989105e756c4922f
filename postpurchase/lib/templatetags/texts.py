"""``{% text "key" name=value %}``: a shopper's text from the ``texts`` object in the template's context."""

from typing import Any

from django import template

from postpurchase.lib.texts import Texts

register = template.Library()


@register.simple_tag(takes_context=True)
def text(context: template.Context, key: str, **values: Any) -> str:
    """Return the text under ``key``; the template escapes it as a whole, whatever the values hold."""
    texts: Texts = context["texts"]
    return texts(key, **values)


@register.filter
def plain(value: str) -> str:
    """Return a text without its language, for where no element can stand: ``aria-label="{{ label|plain }}"``."""
    return str(value)
