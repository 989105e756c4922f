"""Small cosy things: cushions, hot-water bottles, birds, felt, ribbons, and what holds coats, cards and plants."""

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


def trinket_box(look: Look) -> str:
    """A small lidded box shaped like a strawberry, or a round felt one."""
    if look.form == "strawberry":
        seeds = "".join(
            ellipse(x, y, 5, 8, "cream")
            for x, y in (
                (150, 250),
                (200, 230),
                (252, 246),
                (306, 232),
                (170, 306),
                (226, 298),
                (284, 300),
                (324, 282),
                (202, 350),
                (260, 352),
            )
        )
        return (
            ground_shadow(230)
            + path(
                "M240 394 C170 394 92 310 104 226 C112 168 180 160 240 176 C300 160 368 168 376 226 C388 310 310 394 240 394 Z",
                look.main,
            )
            + shade("M300 168 C340 170 370 190 376 226 C388 310 310 394 240 394 C310 350 340 260 300 168 Z", 0.1)
            + stroke("M102 252 C180 280 300 280 378 252", "berry", 5)
            + seeds
            + path(
                "M240 186 L150 208 L176 164 L116 140 L196 132 L240 84 L284 132 L364 140 L304 164 L330 208 Z", "green"
            )
            + stroke("M240 120 C240 96 250 80 266 70", "forest", 12)
        )
    return (
        ground_shadow(260)
        + path("M122 220 V366 C122 402 358 402 358 366 V220 Z", look.main)
        + path("M110 180 V226 C110 256 370 256 370 226 V180 Z", look.second)
        + ellipse(240, 180, 130, 36, look.second)
        + "".join(
            circle(0, -21, 18, "white", f'transform="translate(240 176) rotate({72 * i}) scale(1 0.8)"')
            for i in range(5)
        )
        + circle(240, 176, 13, "yellow")
    )


def cushion(look: Look) -> str:
    rabbit = (
        ellipse(206, 150, 19, 56, "white", 'transform="rotate(-10 206 150)"')
        + ellipse(206, 154, 9, 40, "pink", 'transform="rotate(-10 206 154)"')
        + ellipse(272, 150, 19, 56, "white", 'transform="rotate(10 272 150)"')
        + ellipse(272, 154, 9, 40, "pink", 'transform="rotate(10 272 154)"')
        + ellipse(240, 256, 82, 72, "white")
        + circle(210, 242, 8, "black")
        + circle(270, 242, 8, "black")
        + path("M240 276 L228 262 H252 Z", "rose")
        + stroke("M240 276 V290 C234 300 222 300 216 294 M240 290 C246 300 258 300 264 294", "slate", 4)
        + circle(186, 274, 13, "pink", 'opacity="0.7"')
        + circle(294, 274, 13, "pink", 'opacity="0.7"')
    )
    body = "M82 104 C150 124 330 124 398 104 C382 170 382 330 398 386 C330 370 150 370 82 386 C98 330 98 170 82 104 Z"
    return (
        ground_shadow(320, 392)
        + path(body, CLOTH)
        + shade(
            "M398 104 C382 170 382 330 398 386 C376 380 340 376 310 374 C350 300 350 180 330 116 C360 114 384 110 398 104 Z",
            0.09,
        )
        + rabbit
    )


def hot_water_bottle(look: Look) -> str:
    """In a knitted cover: flag or heart."""
    body = "M150 170 C150 148 170 138 196 136 H284 C310 138 330 148 330 170 L344 358 C346 384 330 396 306 396 H174 C150 396 134 384 136 358 Z"
    clip = f'<clipPath id="body"><path d="{body}"/></clipPath>'
    face = (
        clip + union_flag(130, 134, 220, 264, clip="body")
        if look.form == "union"
        else path(body, look.main) + heart(240, 276, 118, look.second)
    )
    knit = "".join(stroke(f"M{x} 140 V394", "#ffffff", 2, 'opacity="0.22"') for x in range(150, 340, 15))
    return (
        ground_shadow(230)
        + rect(204, 34, 72, 40, "black", 10)
        + path("M192 66 H288 L276 140 H204 Z", look.main)
        + rect(184, 60, 112, 30, look.second if look.form != "union" else "cream", 14)
        + face
        + f'<g clip-path="url(#knit)"><clipPath id="knit"><path d="{body}"/></clipPath>{knit}</g>'
        + shade("M284 136 C310 138 330 148 330 170 L344 358 C346 384 330 396 306 396 H284 Z", 0.1)
    )


def coat_rack(look: Look) -> str:
    balls = ("red", "yellow", "blue", "green", "orange")
    hooks = "".join(stroke(f"M{x} 222 V286 C{x} 314 {x + 34} 312 {x + 32} 286", "zinc", 9) + circle(x, 214, 25, balls[i]) + circle(x - 8, 206, 7, "#ffffff", 'opacity="0.6"') for i, x in enumerate((84, 162, 240, 318, 396)))  # fmt: skip
    coat = path("M318 300 C300 312 282 322 276 340 L264 452 H384 L370 340 C364 322 350 312 334 300 Z", "navy") + stroke(
        "M324 316 V452", "#ffffff", 3, 'opacity="0.4"'
    )
    return (
        rect(34, 184, 412, 58, look.main, 14)
        + shade("M34 226 H446 V228 C446 236 440 242 432 242 H48 C40 242 34 236 34 228 Z", 0.14)
        + coat
        + hooks
    )


def bird(look: Look) -> str:
    """A little bird of painted wood on a twig."""
    return (
        stroke("M40 362 C140 336 340 372 440 338", "darkwood", 13)
        + "".join(
            ellipse(x, y, 13, 24, "leaf", f'transform="rotate({t} {x} {y})"')
            for x, y, t in ((92, 330, -30), (388, 322, 24), (352, 384, 120))
        )
        + path("M346 256 L450 212 L420 262 L452 290 L338 296 Z", look.second)
        + path(
            "M120 216 C120 152 168 120 214 132 C288 146 372 192 362 262 C354 324 290 354 226 350 C160 346 120 290 120 216 Z",
            look.main,
        )
        + path("M138 262 C170 300 240 300 268 352 C200 362 140 322 138 262 Z", "cream", 'opacity="0.85"')
        + path("M204 232 C258 204 338 226 330 268 C300 312 228 300 204 232 Z", look.second)
        + path("M128 190 L78 206 L124 226 Z", "orange")
        + circle(166, 190, 15, "white")
        + circle(164, 190, 8, "black")
        + stroke("M214 350 V366 M250 348 V364", "orange", 7)
    )


def ladder(look: Look) -> str:
    """A plant ladder with pots on its steps."""

    def pot(x: float, y: float, bloom: str) -> str:
        return group(
            "".join(
                ellipse(dx, -66, 12, 28, "leaf", f'transform="rotate({t} {dx} -50)"')
                for dx, t in ((-16, -28), (0, 0), (16, 28))
            )
            + "".join(circle(dx, dy, 11, bloom) for dx, dy in ((-24, -84), (2, -98), (26, -82)))
            + path("M-32 -46 H32 L24 0 H-24 Z", "orange")
            + rect(-36, -52, 72, 14, "orange", 4),
            f"translate({x} {y})",
        )

    return (
        ground_shadow(300)
        + stroke("M190 60 L110 390 M290 60 L370 390", look.main, 17)
        + rect(158, 148, 164, 16, look.main, 4)
        + rect(130, 262, 220, 16, look.main, 4)
        + rect(104, 366, 272, 18, look.main, 4)
        + shade("M158 158 H322 V164 H158 Z M130 272 H350 V278 H130 Z M104 376 H376 V384 H104 Z", 0.14)
        + pot(240, 148, "rose")
        + pot(190, 262, "yellow")
        + pot(292, 262, "pink")
        + pot(240, 366, "red")
    )


def card_holder(look: Look) -> str:
    """A wire heart that holds cards and photographs."""
    cards = (
        group(rect(-44, -58, 88, 116, "white", 4) + rect(-34, -48, 68, 58, "sky") + path("M-34 10 L-8 -22 L10 0 L20 -12 L34 10 Z", "green"), "translate(164 222) rotate(-9)")
        + group(rect(-40, -52, 80, 104, "white", 4) + heart(0, 0, 42, "red"), "translate(312 226) rotate(7)")
        + group(rect(-38, -48, 76, 96, "cream", 4) + words(0, 8, "Danke", 24, "slate", weight=400), "translate(240 318) rotate(-2)")
    )  # fmt: skip
    wire = "M0 42 C-12 30 -50 4 -50 -22 C-50 -42 -34 -50 -22 -50 C-10 -50 -3 -42 0 -33 C3 -42 10 -50 22 -50 C34 -50 50 -42 50 -22 C50 4 12 30 0 42"
    inner = group(stroke(wire, look.main, 2.6), "translate(240 252) scale(3.5)") + group(
        stroke(wire, look.main, 2.8), "translate(240 246) scale(2.5)"
    )
    return stroke("M240 -10 V140", "darkwood", 5) + inner + cards


def felt(look: Look) -> str:
    """Small felt things on a string: flowers or hearts with wings."""
    inks = ("red", "yellow", "sky", "pink", "orange", "sage")
    pieces = ""
    for i, ink in enumerate(inks):
        x, y = 104 + (i % 3) * 136, 154 + (i // 3) * 168
        if look.form == "flowers":
            piece = (
                "".join(circle(0, -31, 25, ink, f'transform="rotate({60 * k})"') for k in range(6))
                + circle(0, 0, 21, "cream")
                + stroke("M-8 3 C-4 9 4 9 8 3", "slate", 3)
                + circle(-7, -4, 2.8, "slate")
                + circle(7, -4, 2.8, "slate")
            )
        else:
            wing = path("M0 6 C-26 -46 -68 -36 -58 -2 C-52 22 -20 24 0 6 Z", ink)
            piece = (
                wing
                + group(wing, "scale(-1 1)")
                + heart(0, 2, 36, "red")
                + stroke("M-4 -18 L-14 -38 M4 -18 L14 -38", "slate", 3.4)
            )
        pieces += group(
            stroke("M0 -90 V-20", "cream", 3) + piece, f"translate({x} {y}) rotate({(-6, 4, -3, 5, -4, 6)[i]})"
        )
    return pieces


def pegs(look: Look) -> str:
    """Clothes pegs on a line with two socks."""

    def peg(x: float, y: float, ink: str) -> str:
        return group(
            rect(-13, -40, 11, 92, ink, 5) + rect(2, -40, 11, 92, ink, 5) + rect(-16, -4, 32, 9, "zinc", 4),
            f"translate({x} {y})",
        )

    def sock(x: float, y: float) -> str:
        return group(
            path("M-30 0 H30 V90 C30 104 40 112 62 122 C82 134 74 164 50 162 C6 158 -30 140 -30 104 Z", CLOTH)
            + rect(-34, -4, 68, 26, "white", 8),
            f"translate({x} {y})",
        )

    return stroke("M-10 118 C120 152 360 152 490 118", "slate", 5) + sock(136, 152) + sock(296, 154) + "".join(peg(x, y, c) for x, y, c in ((136, 142, look.main), (228, 148, look.second), (296, 148, look.main), (388, 142, look.second)))  # fmt: skip


def ribbons(look: Look) -> str:
    """Reels of ribbon."""
    inks = (look.main, look.second, "sage", "wicker", "pink", "navy")
    reels = ""
    for i, ink in enumerate(inks):
        x, y = 112 + (i % 3) * 128, 168 + (i // 3) * 152
        reels += (
            stroke(f"M{x + 40} {y + 20} C{x + 74} {y + 44} {x + 30} {y + 66} {x + 66} {y + 84}", ink, 12)
            + circle(x, y, 56, ink)
            + circle(x, y, 44, "#ffffff", 'opacity="0.18"')
            + circle(x, y, 26, "wood")
            + circle(x, y, 11, "darkwood")
        )
    return reels
