"""``{% history parcel.recent newest=True %}``: carriers' news as the items of a list.

A page has dozens of them, and a template takes ten times as long for each.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from tracking.page.build import HistoryEntry

register = template.Library()


@register.simple_tag
def history(entries: Iterable[HistoryEntry], *, newest: bool) -> SafeString:
    """Return an item for each entry, newest first. With ``newest`` the first says how things are now."""
    return format_html_join(
        "",
        '<li{}><strong>{}</strong><time datetime="{}">{}</time>{}{}</li>\n',
        (
            (
                mark_safe(' class="is-now"') if newest and not position else "",
                entry.title,
                entry.iso,
                entry.when,
                _where(entry.where),
                _where(entry.detail),
            )
            for position, entry in enumerate(entries)
        ),
    )


def _where(text: str) -> str:
    return format_html('<span class="where">{}</span>', text) if text else ""
