"""Our style sheets for a shadow root on somebody else's page, made from those of our own pages.

A shadow root has no ``:root``, and its ``rem`` and ``vw`` are the foreign page's: many shops make 1rem 10 px. So what
is written for the whole page is put on one element, ``.embedded``; ``rem`` is measured by the script (``--rem``: what
the reader's browser calls medium), and widths are those of the place, not of the window. Rules for the dark come
apart, because the page around may be light for everybody.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

STYLES = settings.BASE_DIR / "postpurchase" / "static" / "css"
DARK = "(prefers-color-scheme: dark)"

# First: nothing of the page around is inherited. Variables are, so ours are all set anew on the same element.
BEFORE = ".embedded{all:initial}"
AFTER = """
.embedded{display:block;box-sizing:border-box;container-type:inline-size;min-height:0;border-radius:var(--r3);color-scheme:light}
.embedded [hidden],.pictures{display:none}
.embedded :is(h1,.notice){scroll-margin-top:calc(var(--rem,16px)*6)}
"""
AFTER_DARK = ".embedded{color-scheme:dark}"

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ROOT = re.compile(r"(?<![\w.#-]):root\b|(?<![\w.#-])(?:html|body)\b")
_REM = re.compile(r"(?<![\w.-])(-?\d*\.?\d+)rem\b")
_VIEWPORT = re.compile(r"(?<=\d)vw\b")
_WIDER = re.compile(r"@media\s*\(min-width:\s*([\d.]+)rem\)")


@dataclass(frozen=True, slots=True)
class EmbeddedStyle:
    """Two style sheets: one for always, one for where it is dark."""

    light: str
    dark: str


@lru_cache(maxsize=256)
def embedded_style(store_sheet: str) -> EmbeddedStyle:
    """Return the style of an embedded page with a store's own sheet (``accounts.brand.store_style_sheet``)."""
    light, dark = [BEFORE], []
    for prelude, body in _rules(_ours() + store_sheet):
        if prelude.startswith("@media") and prelude.endswith("dark)"):
            dark.append(body)
        elif prelude.startswith("@media") and prelude.endswith("light)"):
            light.append(body)  # the dark comes after it
        else:
            light.append(f"{prelude}{{{body}}}")
    return EmbeddedStyle(_moved("".join(light)) + AFTER, _moved("".join(dark)) + AFTER_DARK)


@lru_cache(maxsize=1)
def _ours() -> str:
    sheets = "".join((STYLES / name).read_text(encoding="utf-8") for name in ("tokens.css", "shopper.css"))
    return _COMMENT.sub("", sheets)


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of the outermost level: what stands before its braces, and what stands in them."""
    start, depth, prelude = 0, 0, ""
    for place, character in enumerate(sheet):
        if character == "{":
            depth += 1
            if depth == 1:
                prelude, start = sheet[start:place].strip(), place + 1
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield prelude, sheet[start:place].strip()
                start = place + 1


def _moved(sheet: str) -> str:
    sheet = _WIDER.sub(lambda found: f"@container (min-width:{float(found[1]) * 16:g}px)", sheet)
    sheet = _REM.sub(r"calc(var(--rem,16px)*\1)", sheet)
    return _ROOT.sub(".embedded", _VIEWPORT.sub("cqi", sheet))
