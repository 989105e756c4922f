"""Things that shine: tea-light holders, lanterns, candles, night lights, a chain of chillies."""

from __future__ import annotations

from postpurchase.demo.drawing.look import Look
from postpurchase.demo.drawing.svg import (
    circle,
    ellipse,
    flame,
    glow,
    ground_shadow,
    group,
    heart,
    path,
    rect,
    shade,
    stroke,
)

_CORD = "M240 -10 V96"


def tealight(x: float, y: float) -> str:
    """A tea light standing on (x, y)."""
    return flame(x, y - 24, 0.8) + rect(x - 24, y - 24, 48, 24, "zinc", 4) + rect(x - 24, y - 24, 48, 7, "white", 3)


def heart_holder(look: Look) -> str:
    """A hanging heart with a tea light in its middle."""
    return (
        stroke(_CORD, "darkwood", 5)
        + path("M240 96 C222 84 214 66 226 58 C234 52 240 60 240 68 C240 60 246 52 254 58 C266 66 258 84 240 96 Z", look.second)
        + heart(240, 248, 292, look.main)
        + shade("M240 152 C252 118 276 102 304 102 C340 102 386 126 386 184 C386 262 269 330 240 359 Z", 0.08)
        + heart(240, 246, 178, "#3b302b", 'opacity="0.85"')
        + glow(240, 236, 62)
        + tealight(240, 292)
        + rect(186, 290, 108, 9, look.second, 4)
    )  # fmt: skip


def jar_holder(look: Look) -> str:
    """A jam jar on a wire handle, a heart on its belly."""
    jar = "M152 176 C146 186 138 196 138 214 V364 C138 384 150 394 170 394 H310 C330 394 342 384 342 364 V214 C342 196 334 186 328 176 Z"
    return (
        stroke("M166 160 C150 20 330 20 314 160", "zinc", 6)
        + ground_shadow(230)
        + path(jar, look.main, 'opacity="0.9"')
        + glow(240, 306, 84)
        + tealight(240, 388)
        + path(jar, "#ffffff", 'opacity="0.25"')
        + rect(148, 148, 184, 30, look.second, 8)
        + stroke("M166 214 V330", "#ffffff", 9, 'opacity="0.7"')
        + heart(240, 238, 62, look.second)
    )


def glass_holder(look: Look) -> str:
    """A faceted glass hanging from three chains."""
    bowl = "M146 190 H334 L312 330 C306 356 282 372 240 372 C198 372 174 356 168 330 Z"
    facets = "M190 190 L204 366 M240 190 V372 M290 190 L276 366 M152 232 H328 M160 282 H320"
    return (
        stroke("M240 0 V60 M240 60 L152 186 M240 60 L328 186 M240 60 V186", "zinc", 4)
        + circle(240, 60, 9, "gold")
        + path(bowl, look.main, 'opacity="0.92"')
        + glow(240, 284, 74)
        + tealight(240, 352)
        + stroke(facets, "#ffffff", 3, 'opacity="0.6"')
        + rect(138, 180, 204, 18, look.second, 9)
        + circle(240, 386, 12, look.second)
    )


def antique_glass(look: Look) -> str:
    """A small goblet of silvered glass."""
    bowl = "M140 168 H340 V300 C340 344 300 366 240 366 C180 366 140 344 140 300 Z"
    flakes = "".join(
        ellipse(x, y, 10, 6, "#ffffff", 'opacity="0.4"')
        for x, y in ((170, 210), (214, 246), (300, 204), (322, 270), (182, 300), (262, 330), (246, 196), (292, 312))
    )
    return (
        ground_shadow(220)
        + rect(178, 362, 124, 32, look.second, 10)
        + path(bowl, look.main)
        + flakes
        + glow(240, 200, 70)
        + ellipse(240, 168, 100, 20, look.second)
        + ellipse(240, 168, 86, 14, "#5d5148")
        + flame(240, 168, 0.9)
        + shade("M290 168 H340 V300 C340 338 310 360 268 365 C286 340 290 300 290 168 Z", 0.1)
    )


def zinc_heart(look: Look) -> str:
    """One heart cut from sheet metal, a tea light in a cup below."""
    rim = (
        "M240 330 C208 296 120 244 120 166 C120 118 152 92 188 92 C216 92 232 112 240 130 "
        "C248 112 264 92 292 92 C328 92 360 118 360 166 C360 244 272 296 240 330 Z"
    )
    holes = "".join(circle(x, 190, 5, "#ffffff", 'opacity="0.8"') for x in (150, 330))
    return (
        stroke("M240 -10 V112", "darkwood", 5)
        + stroke(rim, look.main, 24)
        + stroke(rim, "#ffffff", 4, 'opacity="0.45"')
        + holes
        + glow(240, 232, 60)
        + tealight(240, 294)
        + path("M192 282 H288 L276 330 H204 Z", look.main)
        + rect(184, 276, 112, 12, look.second, 6)
        + (heart(240, 380, 64, look.main) if look.form == "small" else "")
    )


def lantern(look: Look) -> str:
    return (
        stroke("M196 92 C196 30 284 30 284 92", look.second, 8)
        + ground_shadow(240)
        + path("M176 132 L206 92 H274 L304 132 Z", look.main)
        + rect(150, 128, 180, 22, look.main, 5)
        + rect(162, 150, 156, 212, "#fbe8bd")
        + glow(240, 270, 92)
        + flame(240, 290, 1.1)
        + rect(212, 288, 56, 74, "white", 5)
        + stroke("M166 150 V362 M314 150 V362 M214 150 V362 M266 150 V362", look.main, 9)
        + rect(144, 360, 192, 34, look.main, 6)
        + shade("M266 92 H274 L304 132 H330 V150 H318 V360 H336 V394 H266 Z", 0.08)
    )


def jam_candle(look: Look) -> str:
    """A candle in a jam jar with a cloth lid beside it."""
    jar = "M154 208 C146 218 142 226 142 240 V362 C142 382 154 394 174 394 H306 C326 394 338 382 338 362 V240 C338 226 334 218 326 208 Z"
    return (
        ground_shadow(240)
        + path(jar, look.main)
        + rect(154, 186, 172, 28, "glass", 8)
        + ellipse(240, 190, 84, 13, look.second)
        + glow(240, 160, 62)
        + flame(240, 184, 1.1)
        + rect(178, 264, 124, 84, "cream", 8)
        + heart(240, 308, 46, look.main)
        + stroke("M190 336 H290", "darkwood", 3)
        + stroke("M160 248 V350", "#ffffff", 8, 'opacity="0.55"')
    )


def toadstool(look: Look) -> str:
    spots = (
        ellipse(196, 176, 24, 20, "white")
        + ellipse(278, 152, 20, 16, "white")
        + ellipse(316, 214, 18, 20, "white")
        + ellipse(240, 226, 15, 13, "white")
        + ellipse(150, 226, 14, 15, "white")
    )
    return (
        glow(240, 230, 190)
        + ground_shadow(210)
        + path("M196 250 C206 310 188 352 176 394 H304 C292 352 274 310 284 250 Z", "cream")
        + shade("M262 250 H284 C274 310 292 352 304 394 H262 Z", 0.08)
        + path("M108 262 C108 150 170 98 240 98 C310 98 372 150 372 262 C330 284 150 284 108 262 Z", look.main)
        + spots
        + circle(222, 330, 6, "black")
        + circle(258, 330, 6, "black")
        + stroke("M230 346 C236 354 244 354 250 346", "black", 4)
    )


def chilli_lights(look: Look) -> str:
    cable = "M-10 96 C90 190 150 190 240 130 C320 80 400 110 490 190 M-10 300 C100 380 190 370 270 312 C340 262 420 282 490 340"
    chilli = "M0 0 C26 8 30 50 10 92 C4 104 -6 112 -12 110 C-8 96 -22 60 -20 26 C-18 8 -10 -2 0 0 Z"

    def one(x: float, y: float, turn: float) -> str:
        return group(
            circle(0, 50, 62, "#fbd98a", 'opacity="0.28"')
            + path(chilli, look.main)
            + stroke("M-8 20 C-10 44 -4 66 -8 88", "#ffffff", 5, 'opacity="0.4"')
            + path("M-20 14 C-18 -6 14 -8 18 12 C10 4 -10 6 -20 14 Z", "green")
            + rect(-7, -18, 14, 16, "forest", 4),
            f"translate({x} {y}) rotate({turn})",
        )

    places = (
        (54, 156, 12),
        (160, 180, -8),
        (262, 128, 10),
        (366, 112, -14),
        (96, 366, -6),
        (214, 356, 12),
        (330, 290, -8),
        (432, 300, 8),
    )
    return stroke(cable, "forest", 6) + "".join(one(*p) for p in places)
