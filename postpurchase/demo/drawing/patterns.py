"""Patterns for cloth, paper and tin: each is an SVG `<pattern>` named `p` in the drawing's defs, ground colour
included, so that a shape is filled with `url(#p)`."""

from __future__ import annotations

from collections.abc import Callable

from postpurchase.demo.drawing.svg import circle, colour, ellipse, group, heart, path, rect, stroke, words


def _tile(size: int, ground: str, content: str, rotate: int = 0) -> str:
    return (
        f'<pattern id="p" width="{size}" height="{size}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({rotate})"><rect width="{size}" height="{size}" fill="{colour(ground)}"/>'
        f"{content}</pattern>"
    )


def _staggered(size: int, ground: str, motif: Callable[[float, float], str]) -> str:
    """One motif in the middle of each tile and one shared by its four corners."""
    corners = "".join(motif(x, y) for x in (0, size) for y in (0, size))
    return _tile(size, ground, motif(size / 2, size / 2) + corners)


def plain(a: str, b: str) -> str:
    return _tile(40, a, "")


def dots(a: str, b: str) -> str:
    return _staggered(52, a, lambda x, y: circle(x, y, 10.5, b))


def small_dots(a: str, b: str) -> str:
    return _staggered(28, a, lambda x, y: circle(x, y, 5, b))


def stripes(a: str, b: str) -> str:
    return _tile(28, a, rect(0, 0, 14, 28, b))


def check(a: str, b: str) -> str:
    return _tile(36, a, rect(0, 0, 18, 36, b, extra='opacity="0.55"') + rect(0, 0, 36, 18, b, extra='opacity="0.55"'))


def hearts(a: str, b: str) -> str:
    return _staggered(56, a, lambda x, y: heart(x, y + 3, 22, b))


def stars(a: str, b: str) -> str:
    star = "M0 -13 L3.6 -4.4 13 -4 5.6 2 8.2 11 0 5.8 -8.2 11 -5.6 2 -13 -4 -3.6 -4.4 Z"

    def motif(x: float, y: float) -> str:
        return path(star, b, f'transform="translate({x} {y})"')

    return _staggered(60, a, motif)


def flowers(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        petals = "".join(circle(0, -9, 7, b, f'transform="rotate({72 * i})"') for i in range(5))
        return group(
            path("M9 9 C18 6 22 12 24 20 C15 20 10 16 9 9 Z", "leaf") + petals + circle(0, 0, 5, "yellow"),
            f"translate({x} {y})",
        )

    return _staggered(74, a, motif)


def roses(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M-14 6 C-26 6 -28 16 -26 22 C-18 22 -12 16 -14 6 Z", "leaf")
            + path("M12 8 C22 10 24 18 22 24 C14 22 10 16 12 8 Z", "leaf")
            + circle(0, 0, 14, b)
            + stroke("M-7 2 C-7 -8 8 -8 7 1 C6 7 -2 6 -2 1", "#ffffff", 2.4, 'opacity="0.7"'),
            f"translate({x} {y})",
        )

    return _staggered(72, a, motif)


def paisley(a: str, b: str) -> str:
    drop = "M0 20 C-18 18 -20 -6 -4 -14 C4 -18 8 -26 4 -32 C22 -24 24 16 0 20 Z"

    def motif(x: float, y: float) -> str:
        return group(
            path(drop, b) + path(drop, a, 'transform="scale(0.62)"') + circle(0, 4, 4.5, b) + circle(16, 24, 3, b),
            f"translate({x} {y}) rotate(24)",
        )

    return _staggered(78, a, motif)


def apples(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M0 -8 C-8 -14 -20 -8 -18 6 C-17 16 -8 22 0 17 C8 22 17 16 18 6 C20 -8 8 -14 0 -8 Z", b)
            + stroke("M0 -8 C0 -14 2 -18 5 -20", "darkwood", 3)
            + path("M4 -15 C8 -22 16 -22 19 -20 C16 -13 10 -12 4 -15 Z", "leaf"),
            f"translate({x} {y})",
        )

    return _staggered(80, a, motif)


def strawberries(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        seeds = "".join(
            circle(dx, dy, 1.7, "cream") for dx, dy in ((-6, 0), (6, 0), (0, 5), (0, -5), (-4, 10), (5, 10))
        )
        return group(
            path("M0 24 C-10 20 -18 6 -15 -4 C-12 -12 -4 -10 0 -9 C4 -10 12 -12 15 -4 C18 6 10 20 0 24 Z", b)
            + path("M0 -8 L-12 -13 -5 -15 -3 -22 0 -16 3 -22 5 -15 12 -13 Z", "green")
            + seeds,
            f"translate({x} {y})",
        )

    return _staggered(76, a, motif)


def leaves(a: str, b: str) -> str:
    leaf = "M0 -26 C16 -12 16 10 0 26 C-16 10 -16 -12 0 -26 Z"

    def motif(x: float, y: float) -> str:
        veins = stroke("M0 -18 V24 M0 -4 L8 -11 M0 -4 L-8 -11 M0 8 L8 1 M0 8 L-8 1", a, 2)
        return group(path(leaf, b) + veins, f"translate({x} {y}) rotate(32)")

    return _staggered(72, a, motif)


def owls(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M-17 -22 C-10 -16 10 -16 17 -22 C22 0 18 24 0 24 C-18 24 -22 0 -17 -22 Z", b)
            + ellipse(0, 12, 9, 10, "cream")
            + circle(-7, -5, 7, "white")
            + circle(7, -5, 7, "white")
            + circle(-6, -5, 3, "black")
            + circle(6, -5, 3, "black")
            + path("M0 -1 L-3 5 3 5 Z", "orange"),
            f"translate({x} {y})",
        )

    return _staggered(84, a, motif)


def foxes(a: str, b: str) -> str:
    """The woodland: foxes and little firs in turn."""

    def fox(x: float, y: float) -> str:
        return group(
            path("M-20 -20 L-8 -11 H8 L20 -20 L18 4 L0 20 L-18 4 Z", b)
            + path("M-18 4 L-4 2 L0 20 Z M18 4 L4 2 L0 20 Z", "white")
            + circle(-7, -2, 2.4, "black")
            + circle(7, -2, 2.4, "black")
            + circle(0, 17, 3, "black"),
            f"translate({x} {y})",
        )

    def fir(x: float, y: float) -> str:
        return group(
            rect(-2.5, 14, 5, 9, "darkwood") + path("M0 -22 L13 -2 H7 L17 15 H-17 L-7 -2 H-13 Z", "green"),
            f"translate({x} {y})",
        )

    corners = "".join(fir(x, y) for x in (0, 88) for y in (0, 88))
    return _tile(88, a, fox(44, 44) + corners)


def skulls(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M-15 -2 C-15 -24 15 -24 15 -2 C15 5 10 7 9 9 V16 H-9 V9 C-10 7 -15 5 -15 -2 Z", b)
            + circle(-6, -2, 4.4, a)
            + circle(6, -2, 4.4, a)
            + stroke("M-3 11 V16 M3 11 V16", a, 1.8),
            f"translate({x} {y})",
        )

    return _staggered(66, a, motif)


def cars(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M-24 8 V0 C-22 -3 -16 -3 -13 -4 C-8 -14 6 -14 12 -4 C18 -3 24 -3 24 2 V8 Z", b)
            + path("M-7 -4 C-4 -9 -1 -10 1 -10 V-4 Z M4 -10 C7 -9 8 -6 9 -4 H4 Z", "white")
            + circle(-12, 9, 6, "black")
            + circle(12, 9, 6, "black")
            + circle(-12, 9, 2.3, "white")
            + circle(12, 9, 2.3, "white"),
            f"translate({x} {y})",
        )

    return _staggered(82, a, motif)


def rockets(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M-9 12 L-16 22 H16 L9 12 Z", "orange")
            + path("M0 -26 C12 -16 13 4 9 16 H-9 C-13 4 -12 -16 0 -26 Z", b)
            + circle(0, -4, 5, "white")
            + path("M-5 18 H5 L0 32 Z", "flame")
            + circle(26, -16, 2.2, "white")
            + circle(-26, 6, 2.2, "white"),
            f"translate({x} {y}) rotate(18)",
        )

    return _staggered(84, a, motif)


def letters(a: str, b: str) -> str:
    inks = (b, "blue", "orange", "green")
    glyphs = zip("AKRS", ((24, 36), (72, 36), (24, 84), (72, 84)), inks, strict=True)
    return _tile(96, a, "".join(words(x, y, glyph, 38, ink) for glyph, (x, y), ink in glyphs))


def lace(a: str, b: str) -> str:
    """Paper doilies: rings of little holes."""

    def motif(x: float, y: float) -> str:
        ring = "".join(circle(0, -22, 5.4, b, f'transform="rotate({30 * i})"') for i in range(12))
        holes = "".join(circle(0, -13, 2.6, a, f'transform="rotate({45 * i})"') for i in range(8))
        return group(ring + circle(0, 0, 21, b) + holes + circle(0, 0, 5, a), f"translate({x} {y})")

    return _staggered(92, a, motif)


def baroque(a: str, b: str) -> str:
    scroll = "M0 26 C0 8 -22 10 -20 -4 C-19 -14 -6 -12 -8 -4 M0 26 C0 8 22 10 20 -4 C19 -14 6 -12 8 -4 M0 26 V-24"

    def motif(x: float, y: float) -> str:
        return group(
            stroke(scroll, b, 4) + path("M0 -34 C7 -26 7 -20 0 -14 C-7 -20 -7 -26 0 -34 Z", b), f"translate({x} {y})"
        )

    return _staggered(80, a, motif)


def dolls(a: str, b: str) -> str:
    def motif(x: float, y: float) -> str:
        return group(
            path("M0 -4 L17 26 H-17 Z", b)
            + circle(0, -14, 11, "#f3d3b5")
            + path("M-12 -13 C-13 -28 13 -28 12 -13 C6 -18 -6 -18 -12 -13 Z", "darkwood")
            + circle(-4, -12, 1.6, "black")
            + circle(4, -12, 1.6, "black")
            + circle(0, 12, 3, "white"),
            f"translate({x} {y})",
        )

    return _staggered(82, a, motif)


def larder(a: str, b: str) -> str:
    """The pantry design: a row of jars and bottles."""
    jar = rect(10, 22, 24, 30, b, 5) + rect(12, 15, 20, 7, "red", 2) + rect(14, 32, 16, 10, a, 2)
    bottle = path("M52 16 H60 V26 C66 30 66 34 66 40 V52 H46 V40 C46 34 46 30 52 26 Z", "green", 'opacity="0.8"')
    return _tile(76, a, jar + bottle + rect(0, 54, 76, 3, b))


PATTERNS: dict[str, Callable[[str, str], str]] = {
    f.__name__: f
    for f in (
        plain, dots, small_dots, stripes, check, hearts, stars, flowers, roses, paisley, apples, strawberries, leaves,
        owls, foxes, skulls, cars, rockets, letters, lace, baroque, dolls, larder,
    )
}  # fmt: skip
