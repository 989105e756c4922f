"""Things for the table and the kitchen: cake stands, tins, cups, jars, jugs, scales, bowls, cutters."""

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
    words,
)


def _plate(y: float, half: float, look: Look) -> str:
    """One plate of a cake stand seen a little from above."""
    return (
        ellipse(240, y, half, half * 0.15, look.main)
        + path(f"M{240 - half} {y} C{240 - half * 0.7} {y + half * 0.34} {240 + half * 0.7} {y + half * 0.34} {240 + half} {y} Z", look.main)
        + shade(f"M{240 - half} {y} C{240 - half * 0.7} {y + half * 0.34} {240 + half * 0.7} {y + half * 0.34} {240 + half} {y} C{240 + half * 0.6} {y + half * 0.2} {240 - half * 0.6} {y + half * 0.2} {240 - half} {y} Z", 0.1)
        + ellipse(240, y - 2, half * 0.86, half * 0.1, look.second, 'opacity="0.55"')
    )  # fmt: skip


def _cupcake(x: float, y: float, icing: str) -> str:
    return group(
        path("M-18 -20 H18 L13 0 H-13 Z", "wood")
        + path("M-22 -20 C-26 -36 -10 -44 0 -50 C10 -44 26 -36 22 -20 Z", icing)
        + circle(0, -50, 6, "red"),
        f"translate({x} {y})",
    )


def cakestand(look: Look) -> str:
    """Three tiers, or one when the form says so, with little cakes on them."""
    if look.form == "single":
        cake = (
            path("M140 202 C140 176 340 176 340 202 V258 H140 Z", "#fbe9d7")
            + path("M140 206 C140 172 340 172 340 206 C340 232 322 222 312 236 C302 216 284 240 268 222 C252 246 236 218 220 234 C202 216 190 242 172 224 C158 238 140 228 140 206 Z", "pink")
            + "".join(circle(x, 184 + (x % 3) * 2, 11, "red") for x in (178, 220, 262, 304))
        )  # fmt: skip
        foot = path("M222 282 H258 C258 330 274 352 310 386 H170 C206 352 222 330 222 282 Z", "cream")
        return ground_shadow(190) + foot + shade("M246 282 H258 C258 330 274 352 310 386 H246 Z", 0.08) + (
            ellipse(240, 258, 160, 25, CLOTH) + path("M80 258 C140 300 340 300 400 258 C400 272 340 308 240 308 C140 308 80 272 80 258 Z", CLOTH) + cake
        )  # fmt: skip
    ring = stroke("M240 62 C218 62 218 28 240 28 C262 28 262 62 240 62", look.second, 7)
    cakes = (
        _cupcake(166, 336, "pink") + _cupcake(318, 336, "cream") + _cupcake(206, 240, "sage") + _cupcake(282, 240, "pink")
        + _cupcake(214, 152, "cream") + _cupcake(268, 152, "rose")
    )  # fmt: skip
    topper = heart(240, 36, 54, look.second) if look.form == "heart" else ring
    return (
        ground_shadow(170)
        + rect(234, 60, 12, 330, look.second, 6)
        + path("M234 350 H246 C248 376 270 382 292 392 H188 C210 382 232 376 234 350 Z", look.second)
        + _plate(336, 148, look)
        + _plate(240, 112, look)
        + _plate(152, 78, look)
        + cakes
        + topper
    )


def _tin(x: float, y: float, w: float, h: float, lid: str) -> str:
    """A round tin whose bottom middle is (x, y)."""
    side = f"M{x - w / 2} {y - h} V{y - 12} C{x - w / 2} {y + 4} {x + w / 2} {y + 4} {x + w / 2} {y - 12} V{y - h} Z"
    shadow = (
        f"M{x + w * 0.22} {y - h} V{y - 2} C{x + w * 0.4} {y - 3} {x + w / 2} {y - 6} {x + w / 2} {y - 12} V{y - h} Z"
    )
    return (
        path(side, CLOTH)
        + shade(shadow, 0.12)
        + path(f"M{x - w / 2 - 5} {y - h - 10} V{y - h + 10} C{x - w / 2} {y - h + 24} {x + w / 2} {y - h + 24} {x + w / 2 + 5} {y - h + 10} V{y - h - 10} Z", lid)
        + ellipse(x, y - h - 10, w / 2 + 5, 15, lid)
        + ellipse(x, y - h - 11, w / 2 - 8, 10, "#ffffff", 'opacity="0.25"')
    )  # fmt: skip


def cake_tins(look: Look) -> str:
    """Three tins stacked like a tower."""
    return (
        ground_shadow(270)
        + _tin(240, 394, 250, 96, look.second)
        + _tin(240, 274, 200, 78, look.second)
        + _tin(240, 172, 152, 62, look.second)
        + circle(240, 84, 12, look.second)
    )


def spice_tins(look: Look) -> str:
    """Six small tins in two rows, each with a label."""
    names = ("Zimt", "Anis", "Curry", "Chili", "Kümmel", "Nelke")
    tins = ""
    for i, name in enumerate(names):
        x, y = 116 + (i % 3) * 124, 236 if i < 3 else 394
        tins += _tin(x, y, 100, 104, look.second) + rect(x - 40, y - 62, 80, 30, "white", 6)
        tins += words(x, y - 41, name, 19, "slate")
    return rect(50, 238, 380, 12, "darkwood", 4) + ground_shadow(360) + tins


def teacup(look: Look) -> str:
    cup = "M132 190 H330 C330 270 302 326 231 326 C160 326 132 270 132 190 Z"
    return (
        stroke("M196 150 C182 128 208 116 196 92 M244 150 C230 122 258 112 244 80", "#ffffff", 8, 'opacity="0.8"')
        + ground_shadow(300)
        + ellipse(236, 366, 164, 28, look.second)
        + ellipse(236, 358, 160, 24, "white")
        + ellipse(236, 358, 100, 13, look.main, 'opacity="0.45"')
        + stroke("M322 212 C392 196 394 286 308 288", "gold", 13)
        + path(cup, CLOTH)
        + shade("M270 190 H330 C330 270 302 326 231 326 C262 300 274 250 270 190 Z", 0.1)
        + ellipse(231, 190, 99, 18, "gold")
        + ellipse(231, 190, 93, 14, "#8d5a33")
        + path("M202 322 H260 L270 346 H192 Z", "gold")
    )


def tea_set(look: Look) -> str:
    """A pot with its cups around."""
    pot = "M136 210 C136 150 304 150 304 210 C320 250 312 330 276 346 H164 C128 330 120 250 136 210 Z"

    def cup(x: float, y: float) -> str:
        return group(
            ellipse(0, 4, 56, 11, "white")
            + stroke("M32 -36 C58 -42 58 -8 28 -10", look.main, 8)
            + path("M-36 -48 H36 C36 -14 24 2 0 2 C-24 2 -36 -14 -36 -48 Z", CLOTH)
            + ellipse(0, -48, 36, 8, "white"),
            f"translate({x} {y})",
        )

    return (
        ground_shadow(400)
        + stroke("M304 224 C372 196 370 308 300 310", look.main, 16)
        + path("M138 262 C96 268 92 222 66 200 L90 186 C116 206 120 226 140 222 Z", look.main)
        + path(pot, CLOTH)
        + shade("M256 160 C290 168 300 186 304 210 C320 250 312 330 276 346 H232 C268 300 276 220 256 160 Z", 0.1)
        + path("M158 176 C166 136 274 136 282 176 C262 190 178 190 158 176 Z", look.main)
        + circle(220, 132, 14, "white")
        + cup(110, 386)
        + cup(356, 386)
    )


def jam_set(look: Look) -> str:
    """Jam jars with cloth lids."""

    def jar(x: float, scale: float, jam: str) -> str:
        body = "M-62 -140 C-72 -130 -76 -122 -76 -108 V-22 C-76 -8 -66 0 -52 0 H52 C66 0 76 -8 76 -22 V-108 C76 -122 72 -130 62 -140 Z"
        return group(
            path(body, "glass")
            + path("M-70 -104 H70 V-22 C70 -12 62 -6 50 -6 H-50 C-62 -6 -70 -12 -70 -22 Z", jam)
            + rect(-44, -84, 88, 54, "cream", 6)
            + stroke("M-28 -64 H28 M-28 -50 H14", "darkwood", 3.5)
            + path("M-66 -142 C-86 -142 -92 -132 -96 -124 L-84 -128 -74 -116 -60 -126 -42 -114 -24 -126 0 -114 24 -126 42 -114 60 -126 74 -116 84 -128 96 -124 C92 -132 86 -142 66 -142 Z", CLOTH)
            + path("M-66 -142 C-60 -172 60 -172 66 -142 Z", CLOTH)
            + stroke("M-68 -142 H68", look.second, 7)
            + stroke("M-62 -96 V-34", "#ffffff", 6, 'opacity="0.5"'),
            f"translate({x} 394) scale({scale})",
        )  # fmt: skip

    spoon = stroke("M408 392 L352 176", "wood", 13) + ellipse(
        346, 156, 22, 32, "wood", 'transform="rotate(-14 346 156)"'
    )
    return ground_shadow(390) + spoon + jar(300, 1.02, "berry") + jar(150, 1.3, "red")


def moulds(look: Look) -> str:
    """Little tin moulds for jelly, one turned out."""

    def mould(x: float, y: float, scale: float, fill: str) -> str:
        return group(
            path("M-70 0 C-70 -70 -46 -96 0 -96 C46 -96 70 -70 70 0 Z", fill)
            + stroke("M-44 -4 C-44 -50 -30 -78 -22 -86 M0 -4 V-90 M44 -4 C44 -50 30 -78 22 -86", "#ffffff", 6, 'opacity="0.45"')
            + ellipse(0, 0, 78, 13, fill)
            + shade("M22 -92 C54 -82 70 -56 70 0 H78 C78 8 50 12 22 13 Z", 0.1),
            f"translate({x} {y}) scale({scale})",
        )  # fmt: skip

    jelly = mould(330, 380, 0.95, "rose")
    return (
        ground_shadow(410)
        + mould(130, 220, 0.92, look.main)
        + mould(316, 214, 1.1, look.second)
        + rect(40, 226, 400, 12, "darkwood", 4)
        + mould(136, 380, 1.12, look.main)
        + ellipse(330, 386, 100, 13, "white")
        + jelly
        + circle(330, 286, 12, "red")
    )


def jug(look: Look) -> str:
    body = (
        "M166 150 C176 200 132 236 132 300 C132 360 170 394 240 394 C310 394 348 360 348 300 C348 236 304 200 314 150 Z"
    )
    stems = stroke("M210 150 C206 100 190 84 170 60 M240 150 V46 M268 150 C272 104 292 90 312 72", "leaf", 6)
    blossom = "".join(
        group("".join(circle(0, -16, 13, c, f'transform="rotate({72 * i})"') for i in range(5)) + circle(0, 0, 9, "yellow"), f"translate({x} {y})")
        for x, y, c in ((166, 56, look.second), (240, 42, "rose"), (316, 68, "yellow"))
    )  # fmt: skip
    return (
        ground_shadow(240)
        + stems
        + blossom
        + stroke("M322 190 C408 190 404 310 342 316", look.main, 18)
        + path(body, look.main)
        + shade("M284 150 H314 C304 200 348 236 348 300 C348 360 310 394 240 394 C290 360 300 240 284 150 Z", 0.09)
        + path("M150 142 L130 118 H320 L314 156 H166 Z", look.main)
        + stroke("M132 118 H320", "navy", 7)
        + "".join(circle(0, -15, 11, look.second, f'transform="translate(226 296) rotate({72 * i})"') for i in range(5))
        + circle(226, 296, 9, "gold")
    )


def scales(look: Look) -> str:
    """Kitchen scales with a bowl of flour."""
    ticks = "".join(
        rect(-2, -58, 4, 12, "slate", 1, f'transform="translate(240 296) rotate({30 * i})"') for i in range(12)
    )
    return (
        ground_shadow(290)
        + path("M170 98 C190 60 290 60 310 98 Z", "white")
        + path("M112 96 H368 C368 158 320 182 240 182 C160 182 112 158 112 96 Z", look.second)
        + ellipse(240, 96, 128, 16, look.second)
        + ellipse(240, 94, 106, 10, "white")
        + rect(214, 178, 52, 32, "zinc", 4)
        + path("M150 206 H330 C350 206 352 220 356 240 L374 372 C376 386 368 394 354 394 H126 C112 394 104 386 106 372 L124 240 C128 220 130 206 150 206 Z", look.main)
        + shade("M296 206 H330 C350 206 352 220 356 240 L374 372 C376 386 368 394 354 394 H316 Z", 0.09)
        + circle(240, 296, 74, "white")
        + ticks
        + stroke("M240 296 L276 256", "red", 7)
        + circle(240, 296, 9, "black")
    )  # fmt: skip


def bowls(look: Look) -> str:
    """Glass bowls with dotted lids, stacked."""

    def bowl(y: float, w: float, h: float) -> str:
        return (
            path(f"M{240 - w / 2} {y - h} H{240 + w / 2} L{240 + w / 2 - 14} {y - 14} C{240 + w / 2 - 18} {y} {240 - w / 2 + 18} {y} {240 - w / 2 + 14} {y - 14} Z", "glass")
            + stroke(f"M{240 - w / 2 + 24} {y - h + 26} L{240 - w / 2 + 32} {y - 20}", "#ffffff", 7)
            + rect(240 - w / 2 - 8, y - h - 16, w + 16, 24, CLOTH, 12)
        )  # fmt: skip

    return (
        ground_shadow(290)
        + bowl(394, 290, 104)
        + bowl(278, 226, 82)
        + bowl(184, 166, 64)
        + ellipse(240, 104, 14, 6, look.main)
    )


def snack_boxes(look: Look) -> str:
    """Round boxes that nest, lids with a pattern, one open."""
    return (
        ground_shadow(380)
        + _tin(168, 394, 214, 74, look.second)
        + _tin(168, 300, 168, 60, look.second)
        + _tin(168, 222, 124, 48, look.second)
        + path("M298 330 V380 C298 398 432 398 432 380 V330 Z", CLOTH)
        + ellipse(365, 330, 67, 15, look.second)
        + circle(346, 318, 17, "red")
        + circle(384, 316, 18, "green")
        + circle(366, 308, 16, "orange")
    )


def popcorn(look: Look) -> str:
    box = "M146 196 H334 L308 394 H172 Z"
    puffs = "".join(
        circle(x, y, r, c)
        for x, y, r, c in (
            (164, 184, 27, "cream"), (206, 172, 29, "white"), (252, 176, 28, "cream"), (298, 174, 29, "white"), (322, 186, 22, "cream"),
            (188, 142, 26, "white"), (232, 132, 28, "cream"), (278, 138, 27, "white"), (252, 100, 22, "white"), (214, 106, 19, "cream"),
        )
    )  # fmt: skip
    return (
        ground_shadow(190)
        + puffs
        + path(box, CLOTH)
        + shade("M282 196 H334 L308 394 H264 Z", 0.12)
        + circle(240, 290, 44, "white")
        + heart(240, 294, 44, look.main)
    )


def cutters(look: Look) -> str:
    """Cookie cutters of tin with a biscuit on a strip of dough."""
    dough = path("M60 300 C60 250 420 250 420 300 V360 C420 396 60 396 60 360 Z", "#ecd2a4")
    if look.form == "gingerbread":
        man = "M0 -96 C26 -96 42 -78 40 -56 C40 -46 34 -40 30 -36 C52 -34 88 -44 92 -22 C94 -2 60 0 42 4 C42 30 70 72 56 90 C40 104 16 60 0 44 C-16 60 -40 104 -56 90 C-70 72 -42 30 -42 4 C-60 0 -94 -2 -92 -22 C-88 -44 -52 -34 -30 -36 C-34 -40 -40 -46 -40 -56 C-42 -78 -26 -96 0 -96 Z"
        face = (
            circle(-14, -62, 5, "white")
            + circle(14, -62, 5, "white")
            + stroke("M-14 -46 C-6 -38 6 -38 14 -46", "white", 4)
        )
        buttons = circle(0, -14, 6, "red") + circle(0, 10, 6, "red")
        return ground_shadow(300) + group(path(man, "#b9763f") + face + buttons, "translate(178 264) rotate(-8) scale(1.25)") + group(stroke(man, "zinc", 10) + stroke(man, "#ffffff", 2.5), "translate(330 180) rotate(12) scale(0.95)")  # fmt: skip
    rings = "".join(
        stroke("M0 38 C-10 28 -50 4 -50 -22 C-50 -42 -34 -50 -22 -50 C-10 -50 -3 -42 0 -33 C3 -42 10 -50 22 -50 C34 -50 50 -42 50 -22 C50 4 10 28 0 38 Z", "zinc", 9 / s, f'transform="translate({x} {y}) rotate({t}) scale({s})"')
        for x, y, s, t in ((152, 182, 1.9, -10), (318, 150, 1.4, 12), (330, 262, 1.0, -6))
    )  # fmt: skip
    return (
        dough + heart(150, 330, 80, "#d9b277") + heart(250, 334, 58, "#d9b277") + rings + heart(380, 340, 56, look.main)
    )


def baking_set(look: Look) -> str:
    """Rolling pin, bowl, whisk and wooden spoon."""
    whisk = stroke("M352 236 L384 110", "zinc", 9) + "".join(
        stroke(f"M384 110 C{384 - d} 66 {400 - d * 0.4} 34 400 26", "zinc", 4) for d in (-34, -12, 12, 34)
    )
    spoon = stroke("M286 244 L268 100", "wood", 12) + ellipse(266, 76, 23, 34, "wood")
    pin = group(
        rect(-150, -8, 300, 16, "darkwood", 8) + rect(-104, -24, 208, 48, CLOTH, 18), "translate(176 128) rotate(-24)"
    )
    bowl = "M92 226 H388 C388 330 338 394 240 394 C142 394 92 330 92 226 Z"
    return (
        ground_shadow(270)
        + whisk
        + spoon
        + pin
        + path(bowl, CLOTH)
        + shade("M310 226 H388 C388 330 338 394 240 394 C290 370 316 300 310 226 Z", 0.11)
        + rect(80, 212, 320, 24, look.second, 12)
    )


def napkins(look: Look) -> str:
    fan = "".join(
        path("M0 0 L-62 -236 C-40 -254 40 -254 62 -236 Z", CLOTH, f'transform="translate(240 372) rotate({turn})" stroke="#ffffff" stroke-width="3"')
        for turn in (-48, 48, -24, 24, 0)
    )  # fmt: skip
    return (
        ground_shadow(220)
        + fan
        + rect(196, 330, 88, 34, look.second, 10)
        + path("M206 362 H274 L300 396 H180 Z", CLOTH)
    )


def lunch_box(look: Look) -> str:
    return (
        ground_shadow(320)
        + stroke("M178 168 C178 96 302 96 302 168", look.second, 18)
        + rect(84, 164, 312, 230, CLOTH, 44)
        + shade("M330 164 H352 C376 164 396 184 396 208 V350 C396 374 376 394 352 394 H330 Z", 0.1)
        + rect(84, 250, 312, 14, look.second)
        + rect(206, 236, 68, 44, "gold", 10)
        + rect(222, 250, 36, 14, "white", 5)
        + (
            stroke("M424 384 V300 M416 300 V264 M424 300 V264 M432 300 V264", look.main, 6) + stroke("M450 384 V310", look.main, 6) + ellipse(450, 288, 11, 24, look.main)
            if look.form == "cutlery"
            else ""
        )
    )  # fmt: skip
