"""``{% text "key" name=value %}``: a shopper's text from the ``texts`` object in the template's context."""

from typing import Any

from django import template
from django.utils.html import conditional_escape

from postpurchase.lib.texts import Texts

register = template.Library()


@register.simple_tag(takes_context=True)
def text(context: template.Context, key: str, **values: Any) -> str:
    """Return the text under ``key``; the result is escaped as a whole, whatever the values hold."""
    texts: Texts = context["texts"]
    return conditional_escape(texts(key, **values))
