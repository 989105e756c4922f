"""Draws all pictures again: `python -m postpurchase.demo.drawing.render [--only SKU] [--sheet FILE]`.

Needs Playwright and the system's Chromium (`CHROMIUM` names another one) and the fonts Liberation. A picture is
photographed at 480 by 480 and stored with a palette of at most 64 colours, so that all of them together
stay small enough to be part of the project. `--sheet` writes one overview instead.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from postpurchase.demo.catalogue import PICTURES, products
from postpurchase.demo.drawing.logos import LOGOS
from postpurchase.demo.drawing.palette_png import with_palette
from postpurchase.demo.drawing.pictures import picture_of
from postpurchase.demo.drawing.svg import CANVAS

_PAGE = "<!doctype html><style>html,body{{margin:0;background:transparent}}svg{{display:block}}</style>{svg}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="SKU", help="draw this one product")
    parser.add_argument("--sheet", metavar="FILE", type=Path, help="write an overview of all pictures")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] if os.geteuid() == 0 else [],
        )
        page = browser.new_page()
        if options.sheet:
            _overview(page, options.sheet)
        else:
            _all(page, options.only)
        browser.close()


def _all(page: Page, only: str | None) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    for product in products():
        if only in (None, product.sku):
            _photograph(page, picture_of(product), (CANVAS, CANVAS), PICTURES / product.picture)
    for name, (svg, size) in LOGOS.items():
        if only in (None, name):
            _photograph(page, svg, size, PICTURES / f"{name}.png")


def _photograph(page: Page, svg: str, size: tuple[int, int], target: Path) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.set_content(_PAGE.format(svg=svg))
    target.write_bytes(with_palette(page.screenshot(), colours=64))


def _overview(page: Page, target: Path) -> None:
    cells = "".join(
        f"<figure><div>{picture_of(product).replace('url(#p)', f'url(#p{i})').replace('id=' + chr(34) + 'p' + chr(34), f'id={chr(34)}p{i}{chr(34)}')}</div>"
        f"<figcaption>{product.sku} {product.name_de}</figcaption></figure>"
        for i, product in enumerate(products())
    )
    style = (
        "body{margin:12px;display:grid;grid-template-columns:repeat(8,1fr);gap:8px;font:11px sans-serif}"
        "figure{margin:0}svg{width:100%;height:auto;display:block}"
    )
    page.set_viewport_size({"width": 1600, "height": 900})
    page.set_content(f"<!doctype html><style>{style}</style>{cells}")
    page.screenshot(path=target, full_page=True)


if __name__ == "__main__":
    main()
