"""From a product to its picture: chooses the family of drawing and puts it on a background.

`picture_of(product)` answers a complete SVG document of 480 by 480. The same product always gives the same text.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from postpurchase.demo.catalogue import DemoProduct
from postpurchase.demo.drawing import bag_shapes, cosy_shapes, home_shapes, light_shapes, table_shapes
from postpurchase.demo.drawing.look import Look
from postpurchase.demo.drawing.patterns import PATTERNS
from postpurchase.demo.drawing.svg import CANVAS, ellipse, rect

# Quiet walls, each with the tone of its floor; a product keeps its wall because its number chooses it.
_ROOMS = (
    ("#f3ebdf", "#eaddca"),
    ("#e6eee7", "#d6e2d8"),
    ("#f6e7e1", "#eed8d0"),
    ("#e5ecf2", "#d5dfe8"),
    ("#faf1da", "#f1e3bd"),
    ("#eee8f0", "#e0d7e4"),
)


def _family(name: str) -> Callable[[Look], str]:
    for module in (light_shapes, table_shapes, home_shapes, cosy_shapes, bag_shapes):
        found: Callable[[Look], str] | None = getattr(module, name, None)
        if found is not None:
            return found
    raise LookupError(f"no drawing is called {name!r}")


def picture_of(product: DemoProduct) -> str:
    wall, floor = _ROOMS[zlib.crc32(product.sku.encode()) % len(_ROOMS)]
    look = Look(
        main=product.main,
        second=product.second,
        pattern=product.pattern,
        text=product.text,
        form=product.form,
    )
    background = rect(0, 0, CANVAS, CANVAS, wall)
    if not product.hanging:
        background += rect(0, 340, CANVAS, CANVAS - 340, floor)
    else:
        background += ellipse(240, 470, 330, 120, floor)
    defs = f"<defs>{PATTERNS[product.pattern](product.main, product.second)}</defs>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{CANVAS}" height="{CANVAS}" viewBox="0 0 {CANVAS} {CANVAS}">'
        f"{defs}{background}{_family(product.family)(look)}</svg>"
    )
