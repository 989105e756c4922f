"""Turn a merchant's one brand colour into accents that stay readable in light and in dark.

A brand colour is chosen for a logo, not for text on a phone in the sun. From it we derive the five values the style
sheets know (``--accent``, ``--accent-contrast``, ``--accent-ink``, ``--accent-tint``, ``--accent-line``), once per
colour scheme, making it darker or lighter, in its own hue, only as far as WCAG 2.2 asks:
4.5:1 for text (success criterion 1.4.3), 3:1 for the surface of a button against the page (1.4.11).
Used by ``/<slug>/brand.css`` (``postpurchase/lib/page_style.py``), by mails and by the preview in the dashboard.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

DEFAULT_ACCENT = "#0b6b58"

_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)
# The surfaces of tokens.css an accent may stand on; a test keeps both files in step.
LIGHT_SURFACES = ("#ffffff", "#f6f5f1", "#efeee9")
DARK_SURFACES = ("#1b1d20", "#121315", "#16181a")

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_Rgb = tuple[int, int, int]


class NotAColour(ValueError):
    """The text is not a colour of the form #rrggbb."""


@dataclass(frozen=True)
class Accent:
    """The accent for one colour scheme; every value is ``#rrggbb``."""

    fill: str
    contrast: str
    ink: str
    tint: str
    line: str


@dataclass(frozen=True)
class Palette:
    """What one brand colour becomes in both schemes."""

    light: Accent
    dark: Accent


def palette(
    accent: str, *, light_surfaces: Sequence[str] = LIGHT_SURFACES, dark_surfaces: Sequence[str] = DARK_SURFACES
) -> Palette:
    """The accents for ``accent`` (``#rrggbb``); raises :class:`NotAColour` for anything else.

    The surfaces are what an accent may stand on in each scheme, the card first.
    """
    rgb = _parse(accent)
    return Palette(light=_accent(rgb, light_surfaces), dark=_accent(rgb, dark_surfaces))


def contrast(first: str, second: str) -> float:
    """The WCAG contrast ratio of two colours, from 1.0 (none) to 21.0 (black on white)."""
    return _ratio(_parse(first), _parse(second))


def nearest_readable(colour: str, others: Iterable[tuple[str, float]]) -> str:
    """Return the colour nearest to this one, towards black or white, that keeps its contrast to each of the others.

    Each of the others comes with the ratio wanted. Where there is no such colour, black or white, whichever is better.
    """
    rgb, grounds = _parse(colour), [(_parse(other), wanted) for other, wanted in others]
    for step in range(0, 101, 2):
        for towards in (_BLACK, _WHITE):
            mixed = _mix(rgb, towards, step / 100)
            if all(_ratio(mixed, ground) >= wanted for ground, wanted in grounds):
                return _hex(mixed)
    return _hex(_further([ground for ground, _ in grounds]))


def _accent(rgb: _Rgb, surfaces: Sequence[str]) -> Accent:
    grounds = [_parse(surface) for surface in surfaces]
    towards = _further(grounds)
    tint = _mix(rgb, grounds[0], 0.88)
    fill = _until(rgb, towards, grounds, 3.0)
    return Accent(
        fill=_hex(fill),
        contrast=_hex(_WHITE if _ratio(fill, _WHITE) >= _ratio(fill, _BLACK) else _BLACK),
        ink=_hex(_until(rgb, towards, [*grounds, tint], 4.5)),
        tint=_hex(tint),
        line=_hex(_mix(rgb, grounds[0], 0.62)),
    )


def _until(rgb: _Rgb, towards: _Rgb, grounds: list[_Rgb], wanted: float) -> _Rgb:
    """Make ``rgb`` darker or lighter until it stands out from every ground; black and white always do."""
    for step in range(0, 101, 2):
        shade = _shade(rgb, towards, step / 100)
        if all(_ratio(shade, ground) >= wanted for ground in grounds):
            return shade
    return towards


def _shade(rgb: _Rgb, towards: _Rgb, share: float) -> _Rgb:
    """Return the colour darker or lighter, with its hue and saturation; mixed with white it would turn grey."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in rgb))
    end = 1.0 if towards == _WHITE else 0.0
    red, green, blue = colorsys.hls_to_rgb(hue, lightness + (end - lightness) * share, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _further(grounds: Sequence[_Rgb]) -> _Rgb:
    """Return black or white, whichever has the better contrast to the least favourable ground."""
    return max((_BLACK, _WHITE), key=lambda end: min(_ratio(end, ground) for ground in grounds))


def _mix(rgb: _Rgb, other: _Rgb, share: float) -> _Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(rgb, other, strict=True))
    return red, green, blue


def _ratio(first: _Rgb, second: _Rgb) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(rgb: _Rgb) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parse(colour: str) -> _Rgb:
    if not _HEX.fullmatch(colour):
        raise NotAColour(f"{colour!r} is not a colour like {DEFAULT_ACCENT}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: _Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
