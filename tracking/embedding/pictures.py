"""Icons and illustrations within the page: ``<use>`` takes none from another site (SVG 2, 5.6, same origin only)."""

import re
from functools import lru_cache

from django.conf import settings

FOLDER = settings.BASE_DIR / "postpurchase" / "static" / "img"

PLACE = '<svg class="pictures"></svg>'
_USE = re.compile(r'(<use\b[^>]*\bhref=")[^"#]*/(icons|art)\.svg#([\w-]+)"')
_SYMBOL = re.compile(r'<symbol id="([\w-]+)"(.*?</symbol>)', re.DOTALL)
_INNER = re.compile(r'href="#([\w-]+)"')


def with_pictures(html: str) -> str:
    """Return a page with the pictures it asks for within itself, each once, where ``PLACE`` is."""
    wanted: dict[tuple[str, str], None] = {}

    def within(found: re.Match[str]) -> str:
        wanted[found[2], found[3]] = None
        return f'{found[1]}#{found[2]}-{found[3]}"'

    html = _USE.sub(within, html)
    drawn: dict[tuple[str, str], str] = {}
    for file, name in wanted:
        _draw(file, name, drawn)
    return html.replace(PLACE, f"{PLACE.removesuffix('</svg>')}{''.join(drawn.values())}</svg>", 1)


def _draw(file: str, name: str, drawn: dict[tuple[str, str], str]) -> None:
    """Add a picture, and those it is made of."""
    if (file, name) in drawn:
        return
    symbol = _symbols(file)[name]
    inside = _INNER.sub(rf'href="#{file}-\1"', symbol)
    drawn[file, name] = f'<symbol id="{file}-{name}"{inside}'
    for inner in _INNER.findall(symbol):
        _draw(file, inner, drawn)


@lru_cache(maxsize=2)
def _symbols(file: str) -> dict[str, str]:
    return dict(_SYMBOL.findall((FOLDER / f"{file}.svg").read_text(encoding="utf-8")))
