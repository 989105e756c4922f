"""Bags, baskets, bunting and paper chains."""

from __future__ import annotations

import math

from postpurchase.demo.drawing.look import CLOTH, Look
from postpurchase.demo.drawing.svg import ground_shadow, group, heart, path, rect, shade, stroke, union_flag, words


def jumbo_bag(look: Look) -> str:
    """A big shopper with long handles."""
    body = "M80 176 H400 L420 372 C422 386 414 394 400 394 H80 C66 394 58 386 60 372 Z"
    return (
        ground_shadow(360)
        + stroke("M168 180 C160 44 232 44 226 180", look.second, 17)
        + stroke("M254 180 C248 44 320 44 312 180", look.second, 17)
        + path(body, CLOTH)
        + shade("M346 176 H400 L420 372 C422 386 414 394 400 394 H352 C362 320 360 240 346 176 Z", 0.11)
        + rect(76, 168, 328, 20, look.second, 8)
    )


def lunch_bag(look: Look) -> str:
    """An insulated bag, rolled at the top, with a short handle."""
    body = "M112 142 H368 L384 366 C386 384 376 394 358 394 H122 C104 394 94 384 96 366 Z"
    return (
        ground_shadow(280)
        + stroke("M182 118 C182 48 298 48 298 118", look.second, 20)
        + path(body, CLOTH)
        + shade("M322 142 H368 L384 366 C386 384 376 394 358 394 H320 C334 310 334 220 322 142 Z", 0.11)
        + path("M104 104 H376 L370 170 H110 Z", look.second)
        + rect(216, 148, 48, 40, "white", 8)
        + rect(224, 160, 32, 14, look.second, 5)
    )


def charlotte_bag(look: Look) -> str:
    """A small round-bottomed handbag for children."""
    body = "M112 190 H368 C398 262 396 394 330 394 H150 C84 394 82 262 112 190 Z"
    return (
        ground_shadow(260)
        + stroke("M156 196 C150 66 330 66 324 196", look.second, 18)
        + path(body, CLOTH)
        + shade("M322 190 H368 C398 262 396 394 330 394 H292 C344 350 346 262 322 190 Z", 0.11)
        + rect(104, 178, 272, 26, look.second, 12)
        + heart(240, 240, 50, look.second)
    )


def picnic_bag(look: Look) -> str:
    """A cool bag with a bottle looking out."""
    return (
        ground_shadow(330)
        + path("M312 176 V96 C312 84 318 80 318 62 H346 C346 80 352 84 352 96 V176 Z", "green")
        + rect(316, 44, 32, 22, "red", 5)
        + path("M140 176 C140 130 214 118 236 150 L250 176 Z", "#e5b97b")
        + stroke("M150 182 C146 58 334 58 330 182", look.second, 15)
        + rect(78, 168, 324, 226, CLOTH, 22)
        + shade("M346 168 H380 C392 168 402 178 402 190 V372 C402 384 392 394 380 394 H346 Z", 0.11)
        + rect(78, 160, 324, 34, look.second, 14)
        + rect(150, 262, 180, 96, look.second, 14)
        + rect(160, 272, 160, 12, "#ffffff", 6, 'opacity="0.5"')
    )


def basket(look: Look) -> str:
    weave = ""
    for row in range(6):
        for col in range(9):
            x, y = 92 + col * 34 - (row % 2) * 14, 226 + row * 28
            weave += stroke(f"M{x} {y} h22", look.second, 9, 'opacity="0.55"')
    body = "M70 212 H410 L390 374 C388 388 378 394 366 394 H114 C102 394 92 388 90 374 Z"
    clip = f'<clipPath id="basket"><path d="{body}"/></clipPath>'
    return (
        ground_shadow(330)
        + stroke("M120 212 C120 52 360 52 360 212", look.second, 18)
        + path("M92 214 C130 150 210 160 240 190 C280 150 360 152 390 214 Z", CLOTH)
        + path(body, look.main)
        + f'{clip}<g clip-path="url(#basket)">{weave}</g>'
        + rect(56, 202, 368, 26, look.main, 12)
        + shade("M56 216 H424 C424 224 420 228 412 228 H68 C60 228 56 224 56 216 Z", 0.16)
    )


def _flags(count: int, sag: float, top: float) -> list[tuple[float, float, float]]:
    """Places of the flags on a hanging line: x, y and the slope in degrees."""
    places = []
    for i in range(count):
        t = (i + 0.5) / count
        x = -10 + 500 * t
        y = top + sag * 4 * t * (1 - t)
        slope = math.degrees(math.atan(sag * 4 * (1 - 2 * t) / 500))
        places.append((x, y, slope))
    return places


def bunting(look: Look) -> str:
    """Two lines of flags; `text` puts a letter on each of the lower ones, `form` union flies the British flag."""
    inks = (look.main, look.second, "sky", "yellow", "cream", "sage")
    parts, ink = "", ""
    for line, (top, count) in enumerate(((56, 5), (226, 5))):
        parts += stroke(f"M-10 {top} Q240 {top + 116} 490 {top}", "cream", 6)
        for i, (x, y, slope) in enumerate(_flags(count, 58, top)):
            triangle = "M-44 0 H44 L0 118 Z"
            if look.form == "union":
                name = f"flag{line}{i}"
                clip = f'<clipPath id="{name}"><path d="{triangle}"/></clipPath>'
                flag = clip + union_flag(-44, 0, 88, 118, clip=name)
            elif look.pattern != "plain" and i % 2 == line % 2:
                flag = path(triangle, CLOTH)
            else:
                ink = inks[(i + line * 2) % len(inks)]
                flag = path(triangle, ink)
            flag += rect(-46, -5, 92, 11, "white", 4)
            letters = look.text[line * 5 : line * 5 + 5]
            if i < len(letters):
                flag += words(0, 56, letters[i], 46, "slate" if ink == "cream" else "white")
            parts += group(flag, f"translate({x:.1f} {y:.1f}) rotate({slope:.1f})")
    return parts


def paper_chain(look: Look) -> str:
    inks = (look.main, look.second, "cream", "sky")
    links = ""
    for line, top in enumerate((110, 272)):
        for i in range(9):
            t = i / 8
            x, y = 6 + 468 * t, top + 92 * 4 * t * (1 - t)
            tilt = 60 * (0.5 - t)
            ring = stroke("M-34 0 C-34 -30 34 -30 34 0 C34 30 -34 30 -34 0 Z", inks[(i + line) % 4], 17)
            links += group(ring, f"translate({x:.0f} {y:.0f}) rotate({tilt:.0f})")
    return links
