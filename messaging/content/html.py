"""A mail's blocks as HTML that mail programs understand: one template per kind of block, styles inlined.

Nothing is loaded from elsewhere: pictures come from our own origin, there is no pixel, and no link is specific to a
recipient except the shopper's own pages.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from messaging.content.blocks import Mail
from messaging.content.facts import StoreFacts
from postpurchase.lib.colours import palette

# Gmail shows the beginning only of anything longer.
SIZE_LIMIT = 102_000
# Signs that mean something to HTML, written as JSON writes any sign.
_NEVER_IN_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
# Invisible filling after the preheader, so that inboxes do not go on with the first words of the mail.
PREHEADER_SPACE = "\u2007\ufeff" * 30


def render_html(mail: Mail, store: StoreFacts) -> str:
    """Return the HTML part of ``mail`` in the store's colours."""
    base_css, screens_css = _styles(store.accent_colour)
    source = render_to_string(
        "messaging/email/mail.html",
        {
            "mail": mail,
            "store": store,
            "base_css": base_css,
            "screens_css": screens_css,
            "preheader_space": PREHEADER_SPACE,
            "markup": _script(mail.markup),
            # Without the fingerprint that pages use: a mail outlives the release it was sent by.
            "pictures_url": f"{settings.BASE_URL}{settings.STATIC_URL}img/mail/",
        },
    )
    return _inliner().inline(source)


def _script(markup: Mapping[str, Any]) -> SafeString:
    """Return the mark-up as a script that no browser runs; nothing in it can end the element it stands in."""
    if not markup:
        return SafeString("")
    content = json.dumps(markup, ensure_ascii=False, separators=(",", ":")).translate(_NEVER_IN_A_SCRIPT)
    return format_html('<script type="application/ld+json">{}</script>\n', SafeString(content))


@lru_cache(maxsize=256)
def _styles(accent_colour: str) -> tuple[str, str]:
    """Return the style to inline and the style to keep, in the colours that follow from the store's accent."""
    context = {"colours": palette(accent_colour)}
    return (
        render_to_string("messaging/email/base.css", context),
        render_to_string("messaging/email/screens.css", context),
    )


@lru_cache(maxsize=1)
def _inliner() -> css_inline.CSSInliner:
    # The base style goes into the elements; what needs a query (dark, narrow) stays in a style element marked "keep".
    return css_inline.CSSInliner(
        inline_style_tags=True, keep_style_tags=False, keep_link_tags=False, load_remote_stylesheets=False
    )
