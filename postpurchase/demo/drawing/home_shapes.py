"""Things for the house: clocks, hearts, frames, boards, chests, boxes, signs, mats, blocks of letters."""

from __future__ import annotations

from postpurchase.demo.drawing.look import CLOTH, Look
from postpurchase.demo.drawing.svg import (
    circle,
    ellipse,
    ground_shadow,
    group,
    heart,
    path,
    rect,
    shade,
    stroke,
    union_flag,
    words,
)


def _dial(x: float, y: float, r: float, hands: str) -> str:
    ticks = "".join(
        rect(-2.5, -r + 10, 5, 14 if i % 3 == 0 else 8, "black", 2, f'transform="translate({x} {y}) rotate({30 * i})"')
        for i in range(12)
    )
    return circle(x, y, r, "white") + ticks + stroke(hands, "black", 9) + circle(x, y, 10, "red")


def alarm_clock(look: Look) -> str:
    return (
        ground_shadow(240)
        + path("M150 352 L120 394 H162 L186 372 Z M330 352 L360 394 H318 L294 372 Z", look.second)
        + group(path("M-52 14 C-52 -34 52 -34 52 14 Z", look.second), "translate(148 118) rotate(-34)")
        + group(path("M-52 14 C-52 -34 52 -34 52 14 Z", look.second), "translate(332 118) rotate(34)")
        + stroke("M240 112 V72", look.second, 10)
        + circle(240, 68, 14, look.second)
        + circle(240, 246, 142, look.main)
        + shade(
            "M240 104 C330 104 382 170 382 246 C382 330 318 388 240 388 C310 350 330 300 330 246 C330 180 300 130 240 104 Z",
            0.1,
        )
        + _dial(240, 246, 108, "M240 246 L206 196 M240 246 L302 222")
    )


def wall_clock(look: Look) -> str:
    return (
        circle(248, 252, 176, "#2b2320", 'opacity="0.1"')
        + circle(240, 240, 176, look.main)
        + circle(240, 240, 158, look.second)
        + circle(240, 240, 146, look.main)
        + _dial(240, 240, 130, "M240 240 L240 148 M240 240 L300 276")
        + words(240, 196, "DINER", 26, "red", face="Sans")
    )


def wicker_heart(look: Look) -> str:
    """A heart plaited from willow; the large one has two rings of twigs more."""
    size = 320 if look.form == "large" else 236
    strands = ""
    for i, (dx, dy, ink) in enumerate(
        ((0, 0, look.main), (5, -7, look.second), (-6, 5, look.main), (3, 8, "darkwood"), (-3, -10, look.main))
    ):
        scale = size / 100 * (1 - 0.05 * i)
        strands += group(
            stroke("M0 42 C-12 30 -50 4 -50 -22 C-50 -42 -34 -50 -22 -50 C-10 -50 -3 -42 0 -30 C3 -42 10 -50 22 -50 C34 -50 50 -42 50 -22 C50 4 12 30 0 42", ink, 13 / scale),
            f"translate({240 + dx} {256 + dy}) rotate({(i - 2) * 3}) scale({scale:.2f})",
        )  # fmt: skip
    bow = path(
        "M240 150 C196 108 176 140 188 160 C200 174 224 162 240 150 C256 162 280 174 292 160 C304 140 284 108 240 150 Z",
        "red",
    ) + circle(240, 152, 11, "berry")
    lift = (256 - size * 0.3) - 150
    return stroke(f"M240 -10 V{256 - size * 0.3:.0f}", "darkwood", 5) + strands + group(bow, f"translate(0 {lift:.0f})")


def slate_heart(look: Look) -> str:
    return (
        stroke("M176 -10 V150 M304 -10 V150", "darkwood", 5)
        + heart(246, 256, 330, "#2b2320", 'opacity="0.12"')
        + heart(240, 248, 330, look.main)
        + stroke("M128 168 C132 140 156 120 182 120", "#ffffff", 4, 'opacity="0.3"')
        + words(240, 232, "Bin im", 42, "white", weight=400)
        + words(240, 284, "Garten", 50, "white", weight=400)
        + stroke("M196 304 C220 312 262 312 286 302", "white", 3.5, 'opacity="0.8"')
        + circle(176, 156, 6, "cream")
        + circle(304, 156, 6, "cream")
    )


def metal_heart(look: Look) -> str:
    dents = "".join(
        circle(x, y, 7, "#ffffff", 'opacity="0.35"')
        for x, y in ((170, 210), (206, 252), (240, 292), (274, 252), (310, 210), (240, 222))
    )
    return (
        stroke("M240 -10 V160", "darkwood", 5)
        + heart(247, 256, 280, "#2b2320", 'opacity="0.12"')
        + heart(240, 248, 280, look.main)
        + heart(240, 244, 224, look.second, 'opacity="0.5"')
        + dents
        + circle(240, 168, 9, "cream")
    )


def frame(look: Look) -> str:
    """A picture frame with a small landscape; a chalk board when the form says so."""
    outer, inner = rect(104, 66, 272, 328, look.main, 8), rect(140, 102, 200, 256, "#e9f0f2")
    if look.form == "board":
        content = (
            rect(140, 102, 200, 256, look.second)
            + words(240, 176, "Milch", 32, "white", weight=400)
            + words(240, 222, "Mehl", 32, "white", weight=400)
            + words(240, 268, "Blumen!", 34, "white", weight=400)
            + heart(240, 316, 34, "pink")
        )
    else:
        content = (
            inner
            + circle(286, 166, 26, "yellow")
            + path("M140 290 C180 226 214 232 250 272 C278 240 312 236 340 270 V358 H140 Z", "sage")
            + path("M140 322 C200 280 262 300 340 318 V358 H140 Z", "green")
            + rect(192, 262, 36, 34, "white")
            + path("M186 264 L210 240 L234 264 Z", "red")
        )
    scroll = (
        path(
            "M240 66 C222 66 206 58 204 46 C220 50 226 38 240 30 C254 38 260 50 276 46 C274 58 258 66 240 66 Z",
            look.main,
        )
        if look.form == "cornice"
        else ""
    )
    corners = (
        "".join(circle(x, y, 13, look.second) for x in (104, 376) for y in (66, 394)) if look.form == "cornice" else ""
    )
    return (
        ground_shadow(290)
        + scroll
        + outer
        + stroke("M118 80 H362 V380 H118 Z", "#2b2320", 3, 'opacity="0.16"')
        + content
        + stroke("M140 358 V102 H340", "#2b2320", 5, 'opacity="0.16"')
        + corners
    )


def chest(look: Look) -> str:
    """Small wooden drawers: `form` is how many of them."""
    count = int(look.form)
    top, height = 96, 286
    step = height / count
    drawers = "".join(
        rect(128, top + 12 + i * step, 224, step - 14, "#2b2320", 8, 'opacity="0.07"')
        + rect(132, top + 14 + i * step, 216, step - 20, "white", 7)
        + (heart(240, top + 8 + (i + 0.5) * step, 34, look.second) if look.main == "cream" else circle(240, top + 5 + (i + 0.5) * step, 11, look.second))
        for i in range(count)
    )  # fmt: skip
    return (
        ground_shadow(290)
        + rect(128, 374, 26, 22, look.main, 4)
        + rect(326, 374, 26, 22, look.main, 4)
        + rect(108, 88, 264, 298, look.main, 12)
        + rect(94, 74, 292, 26, look.main, 8)
        + shade("M94 92 H386 V96 C386 99 382 100 378 100 H102 C98 100 94 99 94 96 Z", 0.1)
        + drawers
        + rect(214, 40, 52, 36, "leaf", 6)
        + "".join(
            ellipse(x, y, 13, 24, "green", f'transform="rotate({t} {x} {y})"')
            for x, y, t in ((222, 26, -30), (240, 18, 0), (258, 26, 30))
        )
    )


def recipe_box(look: Look) -> str:
    cards = "".join(rect(150 + i * 8, 120 - i * 16, 180, 120, c, 6) for i, c in enumerate(("white", "cream", "white")))
    tab = rect(250, 64, 60, 30, "red", 6) + stroke("M182 130 H300 M182 150 H270", "zinc", 5)
    return (
        ground_shadow(310)
        + path("M98 206 L124 110 H392 L382 206 Z", look.second)
        + cards
        + tab
        + rect(94, 200, 292, 194, CLOTH, 14)
        + shade("M330 200 H372 C380 200 386 206 386 214 V380 C386 388 380 394 372 394 H330 Z", 0.1)
        + rect(170, 258, 140, 62, "white", 10)
        + words(240, 300, "Rezepte", 34, "slate")
    )


def block_word(look: Look) -> str:
    """Wooden letters standing side by side."""
    inks = ("red", "navy", "green", "orange")
    tilts = (-3, 2, -2, 4)
    blocks = ""
    for i, letter in enumerate(look.text):
        x = 78 + i * 108
        blocks += group(
            rect(-50, -150, 100, 150, look.main, 8)
            + shade("M30 -150 H42 C46 -150 50 -146 50 -142 V-8 C50 -4 46 0 42 0 H30 Z", 0.12)
            + words(0, -44, letter, 108, inks[i % 4]),
            f"translate({x} 372) rotate({tilts[i % 4]})",
        )
    return rect(18, 372, 444, 20, "darkwood", 6) + ground_shadow(440, 400) + blocks


def sign(look: Look) -> str:
    """An enamel sign; `text` holds its lines, parted by a slash."""
    lines = look.text.split("/")
    size = min(58, 540 / max(len(line) for line in lines))
    start = 250 - (len(lines) - 1) * (size + 10) / 2 + size / 3
    written = "".join(words(240, start + i * (size + 10), line, size, look.second) for i, line in enumerate(lines))
    screws = "".join(circle(x, y, 7, "zinc") for x in (76, 404) for y in (142, 358))
    return (
        stroke("M120 132 L240 46 L360 132", "darkwood", 5)
        + circle(240, 44, 9, "zinc")
        + rect(54, 126, 384, 256, "#2b2320", 16, 'opacity="0.12"')
        + rect(48, 120, 384, 260, look.main, 16)
        + stroke(
            "M66 152 C66 142 70 138 80 138 H400 C410 138 414 142 414 152 V348 C414 358 410 362 400 362 H80 C70 362 66 358 66 348 Z",
            look.second,
            4,
        )
        + written
        + screws
    )


def doormat(look: Look) -> str:
    """A mat seen from above in light perspective."""
    outline = "M92 150 H388 L436 372 H44 Z"
    fringe = "".join(stroke(f"M{x} 374 L{x - 3} 392", "darkwood", 4) for x in range(54, 436, 13))
    clip = f'<clipPath id="mat"><path d="{outline}"/></clipPath>'
    face = f"{clip}{union_flag(44, 150, 392, 222, clip='mat')}" if look.form == "union" else path(outline, CLOTH)
    lines = look.text.split("/") if look.text else []
    text = "".join(
        words(240, 282 + (i - (len(lines) - 1) / 2) * 48, line, 42, "black" if look.main == "wicker" else look.second)
        for i, line in enumerate(lines)
    )
    plate = (
        rect(106, 226, 268, 52 + 44 * len(lines), look.main, 12, 'opacity="0.94"')
        if lines and look.pattern != "plain"
        else ""
    )
    plate = group(plate, f"translate(0 {-18 * (len(lines) - 1)})") if plate else ""
    shoes = group(
        path("M0 0 C-2 -46 10 -64 26 -64 C44 -64 46 -44 48 -30 L96 -18 C112 -12 116 -4 116 8 H0 Z", "green")
        + rect(-2, 4, 122, 12, "cream", 6),
        "translate(280 132) scale(0.8)",
    )
    shoes += group(
        path("M0 0 C-2 -46 10 -64 26 -64 C44 -64 46 -44 48 -30 L96 -18 C112 -12 116 -4 116 8 H0 Z", "forest")
        + rect(-2, 4, 122, 12, "cream", 6),
        "translate(214 128) scale(0.8)",
    )
    return shoes + path("M86 156 H394 L446 388 H34 Z", "#2b2320", 'opacity="0.12"') + fringe + face + stroke("M106 166 H374 L414 356 H66 Z", "#ffffff", 4, 'opacity="0.45"') + plate + text  # fmt: skip
