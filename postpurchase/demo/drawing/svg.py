"""The few SVG words the drawings are made of. Every function returns a piece of SVG as text; units are pixels
on a canvas of 480 by 480 whose ground line lies at `GROUND`."""

from __future__ import annotations

CANVAS = 480
GROUND = 396

PALETTE = {
    "red": "#c8453b",
    "berry": "#9e2f45",
    "pink": "#e8a0a8",
    "rose": "#d4707f",
    "green": "#5f8f6b",
    "sage": "#a3b99c",
    "forest": "#36594a",
    "blue": "#4f7cac",
    "navy": "#2e4a66",
    "sky": "#a5c8dc",
    "yellow": "#edbd56",
    "orange": "#df8244",
    "cream": "#f6ead3",
    "white": "#fdfbf6",
    "wood": "#c3935f",
    "darkwood": "#8a6240",
    "wicker": "#cb9d63",
    "slate": "#4a5359",
    "zinc": "#aab4b7",
    "black": "#34383c",
    "gold": "#d9a441",
    "flame": "#f4b63f",
    "glass": "#dcebec",
    "leaf": "#7da06f",
}


def colour(name: str) -> str:
    """The hex value of a palette name; a hex value passes through."""
    return PALETTE.get(name, name)


def number(value: float) -> str:
    """A coordinate with at most one decimal, without trailing zero."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, extra: str = "") -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(w)}" height="{number(h)}" rx="{number(r)}" '
        f'fill="{colour(fill)}" {extra}/>'
    )


def circle(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{colour(fill)}" {extra}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> str:
    return (
        f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(rx)}" ry="{number(ry)}" '
        f'fill="{colour(fill)}" {extra}/>'
    )


def path(d: str, fill: str = "none", extra: str = "") -> str:
    return f'<path d="{d}" fill="{colour(fill)}" {extra}/>'


def stroke(d: str, ink: str, width: float, extra: str = "") -> str:
    """A line without filling, with round ends."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour(ink)}" stroke-width="{number(width)}" '
        f'stroke-linecap="round" stroke-linejoin="round" {extra}/>'
    )


def group(content: str, transform: str = "", extra: str = "") -> str:
    return f'<g transform="{transform}" {extra}>{content}</g>'


def words(x: float, y: float, text: str, size: float, fill: str, *, weight: int = 700, face: str = "Serif") -> str:
    """Centred text in the fonts every Linux desktop brings (Liberation)."""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-family="Liberation {face}, DejaVu {face}" '
        f'font-size="{number(size)}" font-weight="{weight}" text-anchor="middle" fill="{colour(fill)}">{text}</text>'
    )


def shade(content_d: str, opacity: float = 0.13) -> str:
    """The side of a thing that lies in the shadow: a dark veil over the given outline."""
    return f'<path d="{content_d}" fill="#2b2320" opacity="{opacity}"/>'


def ground_shadow(width: float, y: float = GROUND, x: float = 240) -> str:
    return (
        f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(width / 2)}" ry="13" fill="#2b2320" opacity="0.13"/>'
    )


def heart(x: float, y: float, size: float, fill: str, extra: str = "") -> str:
    """A heart `size` wide whose middle is at (x, y)."""
    s = size / 100
    d = "M0 38 C-10 28 -50 4 -50 -22 C-50 -42 -34 -50 -22 -50 C-10 -50 -3 -42 0 -33 C3 -42 10 -50 22 -50 C34 -50 50 -42 50 -22 C50 4 10 28 0 38 Z"
    return (
        f'<path d="{d}" fill="{colour(fill)}" transform="translate({number(x)} {number(y)}) scale({s:.3f})" {extra}/>'
    )


def flame(x: float, y: float, size: float = 1.0) -> str:
    """A candle flame standing on (x, y)."""
    return group(
        path("M0 0 C-16 -2 -18 -20 -9 -32 C-4 -39 0 -46 1 -54 C10 -42 18 -30 15 -14 C13 -4 8 0 0 0 Z", "flame")
        + path("M1 -2 C-7 -3 -8 -13 -3 -20 C0 -24 2 -28 2 -32 C8 -24 10 -16 8 -9 C7 -4 5 -2 1 -2 Z", "#fdeab5"),
        f"translate({number(x)} {number(y)}) scale({size})",
    )


def glow(x: float, y: float, r: float) -> str:
    return circle(x, y, r, "#fbd98a", 'opacity="0.35"') + circle(x, y, r * 0.6, "#fce3a4", 'opacity="0.5"')


def union_flag(x: float, y: float, w: float, h: float, *, clip: str = "") -> str:
    """The British flag, simplified, filling a rectangle; `clip` is the id of a clip path."""
    red, white, blue = colour("red"), colour("white"), colour("navy")
    diagonals = f"M{x} {y} L{x + w} {y + h} M{x + w} {y} L{x} {y + h}"
    cross = f"M{x + w / 2} {y} V{y + h} M{x} {y + h / 2} H{x + w}"
    unit = min(w, h)
    body = (
        f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{blue}"/>'
        f'<path d="{diagonals}" stroke="{white}" stroke-width="{unit * 0.17:.1f}"/>'
        f'<path d="{diagonals}" stroke="{red}" stroke-width="{unit * 0.07:.1f}"/>'
        f'<path d="{cross}" stroke="{white}" stroke-width="{unit * 0.3:.1f}"/>'
        f'<path d="{cross}" stroke="{red}" stroke-width="{unit * 0.18:.1f}"/>'
    )
    frame = f'<svg x="{x}" y="{y}" width="{w}" height="{h}" viewBox="{x} {y} {w} {h}">{body}</svg>'
    return f'<g clip-path="url(#{clip})">{frame}</g>' if clip else frame
