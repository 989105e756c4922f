"""The two shops' word marks, 480 by 120 pixels on white: file name without ending -> SVG and size."""

from __future__ import annotations

from postpurchase.demo.drawing.svg import colour, group, path, stroke


def _mark(picture: str, name: str, ink: str, *, face: str, size: int, spacing: float) -> str:
    text = (
        f'<text x="132" y="78" font-family="{face}" font-size="{size}" font-weight="700" '
        f'letter-spacing="{spacing}" fill="{colour(ink)}">{name}</text>'
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="120" viewBox="0 0 480 120">'
        f'<rect width="480" height="120" fill="#ffffff"/>{picture}{text}</svg>'
    )


def _hazelnut() -> str:
    """A hazelnut in its husk with one leaf."""
    nut = path("M0 34 C-22 34 -34 16 -32 -4 C-30 -24 -14 -30 0 -38 C14 -30 30 -24 32 -4 C34 16 22 34 0 34 Z", "#a8703e")
    shine = stroke("M-18 10 C-20 -2 -16 -12 -8 -18", "#e3b98a", 4)
    husk = path(
        "M-38 -2 C-40 -32 -20 -40 0 -44 C20 -40 40 -32 38 -2 L26 -12 18 4 8 -10 0 6 -8 -10 -18 4 -26 -12 Z", "forest"
    )
    leaf = path("M4 -40 C10 -62 34 -64 48 -56 C44 -38 24 -30 4 -40 Z", "leaf") + stroke("M8 -42 L40 -54", "forest", 2.4)
    return group(nut + shine + husk + leaf, "translate(66 72)")


def _pennants() -> str:
    """Three pennants on a line over a hill."""
    flags = "".join(
        path("M-15 0 H15 L0 36 Z", ink, f'transform="translate({x} {y}) rotate({turn})"')
        for x, y, turn, ink in ((30, 38, 10, "red"), (66, 43, 0, "yellow"), (102, 38, -10, "blue"))
    )
    hill = path("M10 104 C34 78 98 78 122 104 Z", "leaf")
    return stroke("M8 30 Q66 54 124 30", "slate", 4) + flags + hill


LOGOS: dict[str, tuple[str, tuple[int, int]]] = {
    "logo-haselstube": (
        _mark(_hazelnut(), "Haselstube", "forest", face="Liberation Serif", size=62, spacing=-0.5),
        (480, 120),
    ),
    "logo-wimpel": (
        _mark(_pennants(), "Wimpel &amp; Wiese", "#b03a3a", face="Liberation Sans", size=41, spacing=-0.5),
        (480, 120),
    ),
}
